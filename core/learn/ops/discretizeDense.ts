/** From a continuous system with full matrices and a step to a discrete one. */
import { identity, multiple, plus, transpose } from "../../math/dense.ts";
import { expm } from "../../math/expm.ts";
import { luFactor, luSolve } from "../../math/lu.ts";
import { product } from "../../math/product.ts";
import type { Tape, Tensor } from "../tape.ts";

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
  );
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
