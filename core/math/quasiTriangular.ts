/**
 * Matrix equations between quasi-triangular matrices, as real Schur forms leave them: halved until they are small, so that most of the
 * work is products. Jonsson & Kagstrom, "Recursive blocked algorithms for solving triangular systems" (2002).
 */
import { largest } from "./dense.ts";
import { product } from "./product.ts";

/** `sum`: S Y + Y T = C; `product`: S Y T - Y = C. */
export type Form = "sum" | "product";

interface Equation {
  readonly form: Form;
  readonly s: Float64Array;
  readonly n: number;
  readonly t: Float64Array;
  readonly m: number;
  /** C', turned into Y'. */
  readonly yt: Float64Array;
  /** Beside which a pivot is nothing. */
  readonly size: number;
  /** Of products: known columns of Y times T, which S still multiplies. */
  readonly known: Float64Array;
  readonly scratch: Float64Array;
}

/**
 * S n x n, T m x m; `yt` holds the right-hand side transposed and is overwritten with Y'. Gives back the rows of the blocks whose small
 * equation is singular.
 */
export function solveTriangular(
  form: Form,
  s: Float64Array,
  n: number,
  t: Float64Array,
  m: number,
  yt: Float64Array,
): [number, number] | undefined {
  const size = form === "sum" ? largest(s) + largest(t) : Math.max(1, largest(s) * largest(t));
  const equation = { form, s, n, t, m, yt, size, known: new Float64Array(2 * n), scratch: new Float64Array(28) };
  return solveRange(equation, 0, n, 0, m);
}

/** For rows i0 to i1 and columns k0 to k1 of Y, what is known of the others being subtracted already. */
function solveRange(e: Equation, i0: number, i1: number, k0: number, k1: number): [number, number] | undefined {
  const { form, s, n, t, m, yt } = e;
  if (i1 - i0 <= 32 && k1 - k0 <= 32) return solveSmall(e, i0, i1, k0, k1);
  const columns = k1 - k0;
  if (i1 - i0 >= columns) {
    const i = middle(s, n, i0, i1);
    const clash = solveRange(e, i, i1, k0, k1);
    if (clash) return clash;
    let y = part(yt, n, k0, k1, i, i1);
    if (form === "product") y = product(part(t, m, k0, k1, k0, k1, true), y, columns, columns, i1 - i);
    subtract(yt, n, k0, k1, i0, i, product(y, part(s, n, i0, i, i, i1, true), columns, i1 - i, i - i0));
    return solveRange(e, i0, i, k0, k1);
  }
  const k = middle(t, m, k0, k1);
  const clash = solveRange(e, i0, i1, k0, k);
  if (clash) return clash;
  const rows = i1 - i0;
  let y = part(yt, n, k0, k, i0, i1);
  if (form === "product") y = product(y, part(s, n, i0, i1, i0, i1, true), k - k0, rows, rows);
  subtract(yt, n, k, k1, i0, i1, product(part(t, m, k0, k, k, k1, true), y, k1 - k, k - k0, rows));
  return solveRange(e, i0, i1, k, k1);
}

/** About half way, and not inside a 2 x 2 block. */
function middle(t: Float64Array, n: number, from: number, to: number): number {
  const at = (from + to) >> 1;
  return t[at * n + at - 1] === 0 ? at : at + 1;
}

/** Rows r0 to r1 and columns c0 to c1 on their own, transposed if asked. */
function part(
  a: Float64Array,
  cols: number,
  r0: number,
  r1: number,
  c0: number,
  c1: number,
  transposed = false,
): Float64Array {
  const [height, width] = [r1 - r0, c1 - c0];
  const b = new Float64Array(height * width);
  for (let i = 0; i < height; i++) {
    const row = (r0 + i) * cols + c0;
    if (transposed) for (let j = 0; j < width; j++) b[j * height + i] = a[row + j]!;
    else b.set(a.subarray(row, row + width), i * width);
  }
  return b;
}

function subtract(
  a: Float64Array,
  cols: number,
  r0: number,
  r1: number,
  c0: number,
  c1: number,
  b: Float64Array,
): void {
  for (let i = r0, at = 0; i < r1; i++) for (let j = c0; j < c1; j++, at++) a[i * cols + j]! -= b[at]!;
}

/** One block column after the other, each from its last block up. */
function solveSmall(e: Equation, i0: number, i1: number, k0: number, k1: number): [number, number] | undefined {
  const { form, s, n, t, m, yt, size, known, scratch } = e;
  for (let k = k0; k < k1;) {
    const q = k + 1 < k1 && t[(k + 1) * m + k] !== 0 ? 2 : 1;
    known.fill(0);
    for (let c = 0; c < q; c++) {
      const into = form === "sum" ? yt.subarray((k + c) * n, (k + c + 1) * n) : known.subarray(c * n, (c + 1) * n);
      for (let j = k0; j < k; j++) {
        const factor = form === "sum" ? -t[j * m + k + c]! : t[j * m + k + c]!;
        if (factor !== 0) for (let i = i0, p = j * n + i0; i < i1; i++, p++) into[i]! += factor * yt[p]!;
      }
    }
    for (let i = i1 - 1; i >= i0;) {
      const p = i > i0 && s[i * n + i - 1] !== 0 ? 2 : 1;
      const top = i - p + 1;
      for (let r = 0; r < p; r++) {
        for (let c = 0; c < q; c++) {
          const row = (top + r) * n;
          let sum = yt[(k + c) * n + top + r]!;
          if (form === "sum") {
            for (let l = i + 1, y = (k + c) * n + l; l < i1; l++, y++) sum -= s[row + l]! * yt[y]!;
          } else {
            // `known` already holds the whole of Y T below this block.
            for (let l = top, y = c * n + l; l < i1; l++, y++) sum -= s[row + l]! * known[y]!;
          }
          scratch[16 + r * q + c] = sum;
        }
      }
      if (!solveBlock(form, s, n, top, p, t, m, k, q, scratch, size)) return [top, k];
      for (let r = 0; r < p; r++) {
        for (let c = 0; c < q; c++) {
          const y = scratch[16 + r * q + c]!;
          yt[(k + c) * n + top + r] = y;
          if (form === "product") for (let d = 0; d < q; d++) known[d * n + top + r]! += y * t[(k + c) * m + k + d]!;
        }
      }
      i = top - 1;
    }
    k += q;
  }
  return undefined;
}

/**
 * The equation of one p x q block as at most 4 linear equations, all pivots searched: their matrix in `w`, right-hand side and solution
 * from `w[16]`, the order of the unknowns from `w[20]`, and what is found of them from `w[24]`.
 */
function solveBlock(
  form: Form,
  s: Float64Array,
  n: number,
  top: number,
  p: number,
  t: Float64Array,
  m: number,
  k: number,
  q: number,
  w: Float64Array,
  size: number,
): boolean {
  const order = p * q;
  for (let r = 0; r < p; r++) {
    for (let c = 0; c < q; c++) {
      for (let l = 0; l < p; l++) {
        for (let d = 0; d < q; d++) {
          const a = s[(top + r) * n + top + l]!;
          const b = t[(k + d) * m + k + c]!;
          const same = r === l && c === d;
          w[(r * q + c) * 4 + l * q + d] =
            form === "sum" ? (c === d ? a : 0) + (r === l ? b : 0) : a * b - (same ? 1 : 0);
        }
      }
    }
  }
  for (let e = 0; e < order; e++) w[20 + e] = e;
  for (let e = 0; e < order; e++) {
    let row = e;
    let col = e;
    let most = -1;
    for (let i = e; i < order; i++) {
      for (let j = e; j < order; j++) {
        const entry = Math.abs(w[i * 4 + j]!);
        if (entry > most) {
          most = entry;
          row = i;
          col = j;
        }
      }
    }
    if (!(most > 2.220446049250313e-16 * size)) return false;
    if (row !== e) {
      for (let j = 0; j < order; j++) exchange(w, e * 4 + j, row * 4 + j);
      exchange(w, 16 + e, 16 + row);
    }
    if (col !== e) {
      for (let i = 0; i < order; i++) exchange(w, i * 4 + e, i * 4 + col);
      exchange(w, 20 + e, 20 + col);
    }
    const pivot = w[e * 5]!;
    for (let i = e + 1; i < order; i++) {
      const factor = w[i * 4 + e]! / pivot;
      for (let j = e + 1; j < order; j++) w[i * 4 + j]! -= factor * w[e * 4 + j]!;
      w[16 + i]! -= factor * w[16 + e]!;
    }
  }
  for (let e = order - 1; e >= 0; e--) {
    let sum = w[16 + e]!;
    for (let j = e + 1; j < order; j++) sum -= w[e * 4 + j]! * w[24 + w[20 + j]!]!;
    w[24 + w[20 + e]!] = sum / w[e * 5]!;
  }
  for (let e = 0; e < order; e++) w[16 + e] = w[24 + e]!;
  return true;
}

function exchange(w: Float64Array, i: number, j: number): void {
  const held = w[i]!;
  w[i] = w[j]!;
  w[j] = held;
}
