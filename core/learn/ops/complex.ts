/** Complex vectors [2, n] (real parts, then imaginary parts): products, and the ways in and out of them. */
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";

/** a b, element by element. */
export function complexMul(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const n = a.size / 2;
  return tape.record(
    a.shape,
    [a, b],
    (y) => {
      for (let i = 0; i < n; i++) {
        y[i] = a.data[i]! * b.data[i]! - a.data[n + i]! * b.data[n + i]!;
        y[n + i] = a.data[i]! * b.data[n + i]! + a.data[n + i]! * b.data[i]!;
      }
    },
    (g) => {
      for (const [into, other] of [
        [a.grad, b.data],
        [b.grad, a.data],
      ] as const) {
        if (!into) continue;
        for (let i = 0; i < n; i++) {
          into[i]! += g[i]! * other[i]! + g[n + i]! * other[n + i]!;
          into[n + i]! += g[n + i]! * other[i]! - g[i]! * other[n + i]!;
        }
      }
    },
    (gpu, y) => {
      const [da, db] = [gpu.data(a), gpu.data(b)];
      const pair = (name: string) => `vec2f(${name}[i], ${name}[${n}u + i])`;
      gpu.each(
        "complex product",
        n,
        { a: da, b: db },
        { y },
        `let v = times(${pair("a")}, ${pair("b")}); y[i] = v.x; y[${n}u + i] = v.y;`,
      );
      return (g) => {
        for (const [of, other] of [
          [a, db],
          [b, da],
        ] as const) {
          const to = gpu.grad(of);
          if (!to) continue;
          const op = gpu.plus(to);
          gpu.each(
            "complex product: back",
            n,
            { g, other },
            { to },
            `let v = times(${pair("g")}, conj(${pair("other")})); to[i] ${op} v.x; to[${n}u + i] ${op} v.y;`,
          );
        }
      };
    },
  );
}

/** phi [2, p] times the rows of B [2, p, h], as the columns of a matrix [h, 2p] that real rows can be multiplied with. */
export function inputMatrix(tape: Tape, phi: Tensor, B: Tensor): Tensor {
  const [, p = 0, h = 0] = B.shape;
  const half = p * h;
  return tape.record(
    [h, 2 * p],
    [phi, B],
    (y) => {
      for (let j = 0; j < p; j++) {
        const [fRe, fIm] = [phi.data[j]!, phi.data[p + j]!];
        for (let k = 0; k < h; k++) {
          const [bRe, bIm] = [B.data[j * h + k]!, B.data[half + j * h + k]!];
          y[k * 2 * p + j] = fRe * bRe - fIm * bIm;
          y[k * 2 * p + p + j] = fRe * bIm + fIm * bRe;
        }
      }
    },
    (g) => {
      for (let j = 0; j < p; j++) {
        const [fRe, fIm] = [phi.data[j]!, phi.data[p + j]!];
        for (let k = 0; k < h; k++) {
          const at = j * h + k;
          const [gRe, gIm] = [g[k * 2 * p + j]!, g[k * 2 * p + p + j]!];
          if (B.grad) {
            B.grad[at]! += gRe * fRe + gIm * fIm;
            B.grad[half + at]! += gIm * fRe - gRe * fIm;
          }
          if (phi.grad) {
            phi.grad[j]! += gRe * B.data[at]! + gIm * B.data[half + at]!;
            phi.grad[p + j]! += gIm * B.data[at]! - gRe * B.data[half + at]!;
          }
        }
      }
    },
    (gpu, y) => {
      const [f, own] = [gpu.data(phi), gpu.data(B)];
      const entry = (
        j: string,
        k: string,
      ) => `let f = vec2f(phi[${j}], phi[${p}u + ${j}]); let at = ${j} * ${h}u + ${k};
    let b = vec2f(own[at], own[${half}u + at]); let place = ${k} * ${2 * p}u + ${j};`;
      gpu.each(
        "input matrix",
        half,
        { phi: f, own },
        { y },
        `${entry("(i / " + h + "u)", "(i % " + h + "u)")}
    let v = times(f, b); y[place] = v.x; y[place + ${p}u] = v.y;`,
      );
      return (g) => {
        const [toB, toPhi] = [gpu.grad(B), gpu.grad(phi)];
        const back = "let s = vec2f(g[place], g[place + " + p + "u]);";
        if (toB) {
          const op = gpu.plus(toB);
          gpu.each(
            "input matrix: by B",
            half,
            { g, phi: f, own },
            { toB },
            `${entry("(i / " + h + "u)", "(i % " + h + "u)")} ${back}
    let v = times(s, conj(f)); toB[at] ${op} v.x; toB[${half}u + at] ${op} v.y;`,
          );
        }
        if (toPhi)
          gpu.sums(
            "input matrix: by phi",
            { outputs: 2 * p, terms: h },
            { g, phi: f, own },
            toPhi,
            `let j = o % ${p}u;
    ${entry("j", "r")} ${back}
    let v = times(s, conj(b)); sum += select(v.x, v.y, o >= ${p}u);`,
          );
      };
    },
  );
}

/** The matrix [2p, h] that gives 2 Re(C x) from x as [.., 2p], of C [2, h, p]: both members of each conjugate pair. */
export function outputMatrix(tape: Tape, C: Tensor): Tensor {
  const [, h = 0, p = 0] = C.shape;
  const each = (work: (from: number, to: number, factor: number) => void) => {
    for (let k = 0; k < h; k++) {
      for (let j = 0; j < p; j++) {
        work(k * p + j, j * h + k, 2);
        work(h * p + k * p + j, (p + j) * h + k, -2);
      }
    }
  };
  return tape.record(
    [2 * p, h],
    [C],
    (y) => each((from, to, factor) => (y[to] = factor * C.data[from]!)),
    (g) => {
      const { grad } = C;
      if (grad) each((from, to, factor) => (grad[from]! += factor * g[to]!));
    },
    (gpu, y) => {
      // Entry i of the matrix: of its row the state and the part, of its column the output.
      const place = `let row = i / ${h}u; let k = i % ${h}u; let j = row % ${p}u; let imaginary = row >= ${p}u;
    let at = select(0u, ${h * p}u, imaginary) + k * ${p}u + j; let factor = select(2.0, -2.0, imaginary);`;
      gpu.each("output matrix", 2 * p * h, { C: gpu.data(C) }, { y }, `${place} y[i] = factor * C[at];`);
      return (g) => {
        const to = gpu.grad(C);
        if (to)
          gpu.each("output matrix: back", 2 * p * h, { g }, { to }, `${place} to[at] ${gpu.plus(to)} factor * g[i];`);
      };
    },
  );
}

/** Of u [batch, length, h] and b [2, h n]: b times u of its own head, [batch, length, 2 h n]. */
export function spread(tape: Tape, u: Tensor, b: Tensor): Tensor {
  const h = u.shape[2]!;
  const p = b.size / 2;
  const n = p / h;
  const rows = u.size / h;
  return tape.record(
    [u.shape[0]!, u.shape[1]!, 2 * p],
    [u, b],
    (y) => {
      for (let r = 0; r < rows; r++)
        for (let j = 0; j < 2 * p; j++) y[r * 2 * p + j] = u.data[r * h + Math.floor((j % p) / n)]! * b.data[j]!;
    },
    (g) => {
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < 2 * p; j++) {
          const from = r * h + Math.floor((j % p) / n);
          const s = g[r * 2 * p + j]!;
          if (u.grad) u.grad[from]! += s * b.data[j]!;
          if (b.grad) b.grad[j]! += s * u.data[from]!;
        }
      }
    },
    (gpu, y) => {
      const [own, by] = [gpu.data(u), gpu.data(b)];
      gpu.each(
        "spread",
        rows * 2 * p,
        { own, by },
        { y },
        `let j = i % ${2 * p}u;
    y[i] = own[(i / ${2 * p}u) * ${h}u + (j % ${p}u) / ${n}u] * by[j];`,
      );
      return (g) => {
        const [toU, toB] = [gpu.grad(u), gpu.grad(b)];
        if (toU)
          gpu.each(
            "spread: by u",
            u.size,
            { g, by },
            { toU },
            `let first = (i % ${h}u) * ${n}u;
    let at = (i / ${h}u) * ${2 * p}u;
    var sum = 0.0;
    for (var j = first; j < first + ${n}u; j++) { sum += g[at + j] * by[j] + g[at + ${p}u + j] * by[${p}u + j]; }
    toU[i] ${gpu.plus(toU)} sum;`,
          );
        if (toB)
          gpu.sums(
            "spread: by b",
            { outputs: 2 * p, terms: rows },
            { g, own },
            toB,
            `sum += g[r * ${2 * p}u + o] * own[r * ${h}u + (o % ${p}u) / ${n}u];`,
          );
      };
    },
  );
}

/** factor Re(sum over the n states of each head of c x): x [batch, length, 2 h n] and c [2, h n] -> [batch, length, h]. */
export function readHeads(tape: Tape, x: Tensor, c: Tensor, h: number, factor: 1 | 2): Tensor {
  const p = c.size / 2;
  const n = p / h;
  const rows = x.size / (2 * p);
  return tape.record(
    [x.shape[0]!, x.shape[1]!, h],
    [x, c],
    (y) => {
      y.fill(0);
      for (let r = 0; r < rows; r++) {
        const at = r * 2 * p;
        for (let j = 0; j < p; j++)
          y[r * h + Math.floor(j / n)]! +=
            factor * (x.data[at + j]! * c.data[j]! - x.data[at + p + j]! * c.data[p + j]!);
      }
    },
    (g) => {
      for (let r = 0; r < rows; r++) {
        const at = r * 2 * p;
        for (let j = 0; j < p; j++) {
          const s = factor * g[r * h + Math.floor(j / n)]!;
          if (x.grad) {
            x.grad[at + j]! += s * c.data[j]!;
            x.grad[at + p + j]! -= s * c.data[p + j]!;
          }
          if (c.grad) {
            c.grad[j]! += s * x.data[at + j]!;
            c.grad[p + j]! -= s * x.data[at + p + j]!;
          }
        }
      }
    },
    (gpu, y) => {
      const [own, by] = [gpu.data(x), gpu.data(c)];
      gpu.each(
        "read heads",
        rows * h,
        { own, by },
        { y },
        `let first = (i % ${h}u) * ${n}u;
    let at = (i / ${h}u) * ${2 * p}u;
    var sum = 0.0;
    for (var j = first; j < first + ${n}u; j++) { sum += own[at + j] * by[j] - own[at + ${p}u + j] * by[${p}u + j]; }
    y[i] = ${factor}.0 * sum;`,
      );
      return (g) => {
        const [toX, toC] = [gpu.grad(x), gpu.grad(c)];
        const sign = (j: string) => `select(${factor}.0, -${factor}.0, ${j} >= ${p}u)`;
        if (toX)
          gpu.each(
            "read heads: by x",
            x.size,
            { g, by },
            { toX },
            `let j = i % ${2 * p}u;
    toX[i] ${gpu.plus(toX)} ${sign("j")} * g[(i / ${2 * p}u) * ${h}u + (j % ${p}u) / ${n}u] * by[j];`,
          );
        if (toC)
          gpu.sums(
            "read heads: by c",
            { outputs: 2 * p, terms: rows },
            { g, own },
            toC,
            `sum += ${sign("o")} * g[r * ${h}u + (o % ${p}u) / ${n}u] * own[r * ${2 * p}u + o];`,
          );
      };
    },
  );
}
