/**
 * The singular value decomposition A = U diag(s) V' by one-sided Jacobi rotations: small singular values are found as exactly as large
 * ones, which ranks are judged by. Hestenes (1958); Demmel & Veselic, "Jacobi's method is more accurate than QR" (1992).
 */
import { transpose } from "./dense.ts";

export interface Svd {
  /** Columns of U and V: the smaller of rows and columns. */
  readonly count: number;
  /** rows x count. Columns of a singular value of 0 are 0. */
  readonly U: Float64Array;
  /** Falling. */
  readonly s: Float64Array;
  /** cols x count, likewise. */
  readonly V: Float64Array;
  /** False where 60 sweeps were not enough, or the matrix holds numbers that are not finite. */
  readonly converged: boolean;
}

/** Of the rows x cols matrix a (row-major), which is left as it was. */
export function svd(a: Float64Array, rows: number, cols: number): Svd {
  if (rows < cols) {
    const { count, U, s, V, converged } = svd(transpose(a, rows, cols), cols, rows);
    return { count, U: V, s, V: U, converged };
  }
  // Columns one after the other, and below them those of V.
  const x = transpose(a, rows, cols);
  const v = new Float64Array(cols * cols);
  for (let j = 0; j < cols; j++) v[j * cols + j] = 1;
  let turned = x.every(Number.isFinite);
  const converged = turned;
  let sweep = 0;
  for (; turned && sweep < 60; sweep++) {
    turned = false;
    for (let p = 0; p < cols; p++) {
      for (let q = p + 1; q < cols; q++) turned = rotate(x, v, p, q, rows, cols) || turned;
    }
  }
  const sizes = Float64Array.from({ length: cols }, (_, j) => length(x, j * rows, rows));
  const order = Array.from(sizes, (_, j) => j).sort((i, j) => sizes[j]! - sizes[i]!);
  const U = new Float64Array(rows * cols);
  const V = new Float64Array(cols * cols);
  order.forEach((j, k) => {
    const size = sizes[j]!;
    for (let i = 0; i < rows; i++) U[i * cols + k] = size > 0 ? x[j * rows + i]! / size : 0;
    for (let i = 0; i < cols; i++) V[i * cols + k] = v[j * cols + i]!;
  });
  return { count: cols, U, s: Float64Array.from(order, (j) => sizes[j]!), V, converged: converged && sweep < 60 };
}

function length(x: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += x[i]! * x[i]!;
  if (sum > 1e-250 && sum < 1e250) return Math.sqrt(sum);
  let size = 0;
  for (let i = from; i < from + count; i++) size = Math.hypot(size, x[i]!);
  return size;
}

/** Makes columns p and q orthogonal; whether they were not. */
function rotate(x: Float64Array, v: Float64Array, p: number, q: number, rows: number, cols: number): boolean {
  let [alpha, beta, gamma] = [0, 0, 0];
  for (let k = 0, i = p * rows, j = q * rows; k < rows; k++, i++, j++) {
    const [left, right] = [x[i]!, x[j]!];
    alpha += left * left;
    beta += right * right;
    gamma += left * right;
  }
  if (gamma === 0 || Math.abs(gamma) <= 2.220446049250313e-16 * Math.sqrt(alpha * beta)) return false;
  const zeta = (beta - alpha) / (2 * gamma);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, t);
  turn(x, p * rows, q * rows, rows, c, c * t);
  turn(v, p * cols, q * cols, cols, c, c * t);
  return true;
}

function turn(x: Float64Array, from: number, to: number, count: number, c: number, s: number): void {
  for (let k = 0, i = from, j = to; k < count; k++, i++, j++) {
    const [left, right] = [x[i]!, x[j]!];
    x[i] = c * left - s * right;
    x[j] = s * left + c * right;
  }
}

/** The inverse on what is above `tolerance` times the largest singular value, cols x rows: A's pseudo-inverse. */
export function pseudoInverse(a: Float64Array, rows: number, cols: number, tolerance: number): Float64Array {
  const { count, U, s, V } = svd(a, rows, cols);
  const inverse = new Float64Array(cols * rows);
  for (let k = 0; k < count; k++) {
    if (!(s[k]! > tolerance * s[0]!)) break;
    for (let i = 0; i < cols; i++) {
      const factor = V[i * count + k]! / s[k]!;
      for (let j = 0; j < rows; j++) inverse[i * rows + j]! += factor * U[j * count + k]!;
    }
  }
  return inverse;
}
