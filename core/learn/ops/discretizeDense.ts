/** From a continuous system with full matrices and a step to a discrete one. */
import { identity, multiple, plus, transpose } from "../../math/dense.ts";
import { expm } from "../../math/expm.ts";
import { luFactor, luSolve } from "../../math/lu.ts";
import { product } from "../../math/product.ts";
import type { Cell, Launcher } from "../launch.ts";
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";
import { holdBackOnGpu, holdOnGpu, inverseOnGpu } from "./denseOnGpu.ts";
import { productOnGpu } from "./matmul.ts";

/** A [n, n], B [n, m] and the log of the step [1] -> [n, n + m]: the discrete A beside the discrete B. */
export function discretizeDense(
  tape: Tape,
  A: Tensor,
  B: Tensor,
  logStep: Tensor,
  method: "zoh" | "bilinear" | "euler",
): Tensor {
  const n = A.shape[0]!;
  const m = B.shape[1]!;
  const width = n + m;
  const step = () => Math.exp(logStep.data[0]!);
  const left = (y: Float64Array, from: number, columns: number) => {
    const part = new Float64Array(n * columns);
    for (let i = 0; i < n; i++) part.set(y.subarray(i * width + from, i * width + from + columns), i * columns);
    return part;
  };
  const give = (gA: Float64Array, gB: Float64Array, gStep: number) => {
    if (A.grad) for (let i = 0; i < gA.length; i++) A.grad[i]! += gA[i]!;
    if (B.grad) for (let i = 0; i < gB.length; i++) B.grad[i]! += gB[i]!;
    if (logStep.grad) logStep.grad[0]! += step() * gStep;
  };
  /** [A B; 0 0]. */
  const generator = () => {
    const all = new Float64Array(width * width);
    for (let i = 0; i < n; i++) {
      all.set(A.data.subarray(i * n, (i + 1) * n), i * width);
      all.set(B.data.subarray(i * m, (i + 1) * m), i * width + n);
    }
    return all;
  };
  return tape.record(
    [n, width],
    [A, B, logStep],
    (y) => {
      const h = step();
      if (method === "zoh") {
        y.set(expm(multiple(generator(), h), width).subarray(0, n * width));
        return;
      }
      let a = plus(identity(n), A.data, method === "euler" ? h : h / 2);
      let b = multiple(B.data, h);
      if (method === "bilinear") {
        const solve = inverse(plus(identity(n), A.data, -h / 2), n);
        a = product(solve, a, n, n, n);
        b = product(solve, b, n, n, m);
      }
      for (let i = 0; i < n; i++) {
        y.set(a.subarray(i * n, (i + 1) * n), i * width);
        y.set(b.subarray(i * m, (i + 1) * m), i * width + n);
      }
    },
    (g, y) => {
      const h = step();
      const [gA, gB] = [left(g, 0, n), left(g, n, m)];
      if (method === "euler") {
        give(multiple(gA, h), multiple(gB, h), dot(gA, A.data) + dot(gB, B.data));
      } else if (method === "bilinear") {
        // With S = (I - h/2 A)^-1: dA' = S d(h/2 A) (A' + I), dB' = S (d(h/2 A) B' + d(h B)).
        const turned = transpose(inverse(plus(identity(n), A.data, -h / 2), n), n, n);
        const [a, b] = [plus(left(y, 0, n), identity(n)), left(y, n, m)];
        const [sA, sB] = [product(turned, gA, n, n, n), product(turned, gB, n, n, m)];
        const half = plus(product(sA, transpose(a, n, n), n, n, n), product(sB, transpose(b, n, m), n, m, n));
        give(multiple(half, h / 2), multiple(sB, h), dot(half, A.data) / 2 + dot(sB, B.data));
      } else {
        // The adjoint of the exponential's derivative is the derivative at the transpose, a block of one exponential. Najfeld & Havel (1995).
        const all = generator();
        const two = 2 * width;
        const pair = new Float64Array(two * two);
        const turned = transpose(all, width, width);
        for (let i = 0; i < width; i++) {
          for (let j = 0; j < width; j++) {
            pair[i * two + j] = h * turned[i * width + j]!;
            pair[(width + i) * two + width + j] = h * turned[i * width + j]!;
            pair[i * two + width + j] = i < n ? g[i * width + j]! : 0;
          }
        }
        const e = expm(pair, two);
        const back = new Float64Array(width * width);
        for (let i = 0; i < width; i++) for (let j = 0; j < width; j++) back[i * width + j] = e[i * two + width + j]!;
        give(multiple(left(back, 0, n), h), multiple(left(back, n, m), h), dot(back, all));
      }
    },
    (gpu, y) => discretizeOnGpu(gpu, { A, B, logStep, n, m, method }, y),
  );
}

interface Given {
  readonly A: Tensor;
  readonly B: Tensor;
  readonly logStep: Tensor;
  readonly n: number;
  readonly m: number;
  readonly method: "zoh" | "bilinear" | "euler";
}

/** The formulas of above; what is asked of A, B and the step is given on by `give`, from [gA gB] and what the step is asked for beside them. */
function discretizeOnGpu(gpu: Launcher, { A, B, logStep, n, m, method }: Given, y: Cell): (g: Cell) => void {
  const width = n + m;
  const given = { A: gpu.data(A), B: gpu.data(B), logs: gpu.data(logStep) };
  const place = `let row = i / ${width}u; let column = i % ${width}u; let h = exp(logs[0]);`;
  /** [A B] at row and column. */
  const both = `select(B[row * ${m}u + min(column - ${n}u, ${m - 1}u)], A[row * ${n}u + min(column, ${n - 1}u)], column < ${n}u)`;
  const unit = "select(0.0, 1.0, row == column)";
  /** by [A B], each times h: their share; sums over both tell what the step is asked. */
  const give = (by: Cell) => {
    const [toA, toB, toStep] = [gpu.grad(A), gpu.grad(B), gpu.grad(logStep)];
    const logs = given.logs;
    if (toA)
      gpu.each(
        "discretize: by A",
        n * n,
        { by, logs },
        { toA },
        `toA[i] ${gpu.plus(toA)} exp(logs[0]) * by[(i / ${n}u) * ${width}u + i % ${n}u];`,
      );
    if (toB)
      gpu.each(
        "discretize: by B",
        n * m,
        { by, logs },
        { toB },
        `toB[i] ${gpu.plus(toB)} exp(logs[0]) * by[(i / ${m}u) * ${width}u + ${n}u + i % ${m}u];`,
      );
    if (toStep)
      gpu.sums(
        "discretize: by step",
        { outputs: 1, terms: n * width },
        { by, ...given },
        toStep,
        `let i = r; ${place} sum += h * by[i] * ${both};`,
      );
  };

  if (method === "euler") {
    gpu.each("discretize euler", n * width, given, { y }, `${place} y[i] = h * ${both} + ${unit};`);
    return give;
  }
  if (method === "bilinear") {
    const [left, solve, right] = [gpu.cell(n * n), gpu.cell(n * n), gpu.cell(n * width)];
    const { A: a, logs } = given;
    gpu.each(
      "discretize: left",
      n * n,
      { a, logs },
      { left },
      `left[i] = select(0.0, 1.0, i / ${n}u == i % ${n}u) - 0.5 * exp(logs[0]) * a[i];`,
    );
    inverseOnGpu(gpu, left, solve, n);
    gpu.each(
      "discretize: right",
      n * width,
      given,
      { right },
      `${place} right[i] = h * select(1.0, 0.5, column < ${n}u) * ${both} + ${unit};`,
    );
    productOnGpu(gpu, { rows: n, columns: width, inner: n }, solve, right, y);
    return (g) => {
      // s = S^T g; of A h/2 (s_A (A' + I)^T + s_B B'^T), of B h s_B.
      const [asked, by] = [gpu.cell(n * width), gpu.cell(n * width)];
      productOnGpu(gpu, { rows: n, columns: width, inner: n, transposeA: true }, solve, g, asked);
      gpu.each(
        "discretize: shares",
        n * width,
        { asked, y },
        { by },
        `let row = i / ${width}u; let column = i % ${width}u;
var sum = asked[i];
if (column < ${n}u) {
  sum *= 0.5;
  for (var k = 0u; k < ${width}u; k++) { sum = fma(0.5 * asked[row * ${width}u + k], y[column * ${width}u + k], sum); }
}
by[i] = sum;`,
      );
      give(by);
    };
  }
  // Of h A alone: e^(h A) beside phi(h A) h B, so that many inputs make no larger matrix.
  const { A: a, B: b, logs } = given;
  const [x, e, phi] = [gpu.cell(n * n), gpu.cell(n * n), gpu.cell(n * n)];
  gpu.each("discretize: exponent", n * n, { a, logs }, { x }, "x[i] = exp(logs[0]) * a[i];");
  holdOnGpu(gpu, x, { e, phi }, n);
  gpu.each(
    "discretize zoh",
    n * width,
    { e, phi, b, logs },
    { y },
    `let row = i / ${width}u; let column = i % ${width}u;
if (column < ${n}u) { y[i] = e[row * ${n}u + column]; }
else {
  var sum = 0.0;
  for (var k = 0u; k < ${n}u; k++) { sum = fma(phi[row * ${n}u + k], b[k * ${m}u + column - ${n}u], sum); }
  y[i] = exp(logs[0]) * sum;
}`,
  );
  return (g) => {
    const [toE, toPhi, toX, by] = [gpu.cell(n * n), gpu.cell(n * n), gpu.cell(n * n), gpu.cell(n * width)];
    gpu.each(
      "discretize: by exponential",
      n * n,
      { g, b, logs },
      { toE, toPhi },
      `let row = i / ${n}u; let column = i % ${n}u;
toE[i] = g[row * ${width}u + column];
var sum = 0.0;
for (var c = 0u; c < ${m}u; c++) { sum = fma(g[row * ${width}u + ${n}u + c], b[column * ${m}u + c], sum); }
toPhi[i] = exp(logs[0]) * sum;`,
    );
    holdBackOnGpu(gpu, x, { e: toE, phi: toPhi }, toX, n);
    gpu.each(
      "discretize: shares",
      n * width,
      { g, phi, toX },
      { by },
      `let row = i / ${width}u; let column = i % ${width}u;
if (column < ${n}u) { by[i] = toX[row * ${n}u + column]; }
else {
  var sum = 0.0;
  for (var k = 0u; k < ${n}u; k++) { sum = fma(phi[k * ${n}u + row], g[k * ${width}u + column], sum); }
  by[i] = sum;
}`,
    );
    give(by);
  };
}

function inverse(a: Float64Array, n: number): Float64Array {
  const all = identity(n);
  luSolve(luFactor(a, n), all, n);
  return all;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
