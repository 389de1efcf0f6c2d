/**
 * Eigenvalues of a dense real matrix: balancing by powers of 2, then the QR iteration of ml-matrix. Says how well they fit:
 * each is checked against the matrix itself by one step of inverse iteration.
 */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { luFactor, luSolve, norm1 } from "./lu.ts";

export interface Eigenvalues {
  /** [re, im], by falling real part, then rising imaginary part: conjugates are neighbours. */
  readonly values: readonly (readonly [number, number])[];
  /**
   * Largest over the eigenvalues of the smallest |A v - lambda v| / (|A| |v|) found, about 1e-16 for a good one; NaN when the
   * matrix holds numbers that are not finite.
   */
  readonly residual: number;
}

export function eigenvalues(matrix: Matrix): Eigenvalues {
  return flatEigenvalues(Float64Array.from(matrix.to1DArray()), matrix.rows);
}

/** Of the n x n matrix a (row-major). */
export function flatEigenvalues(a: Float64Array, n: number): Eigenvalues {
  if (n === 0) return { values: [], residual: 0 };
  if (!a.every(Number.isFinite)) return { values: [], residual: Number.NaN };
  const balanced = balance(a, n);
  const triangular = diagonalOfTriangle(a, n);
  const found = triangular ? triangular.map((re): [number, number] => [re, 0]) : fromQr(balanced, n);
  const values = found.sort((p, q) => q[0] - p[0] || p[1] - q[1]);
  return { values, residual: Math.max(...values.map(([re, im]) => residualOf(balanced, n, re, im))) };
}

/**
 * Similar to a, rows and columns of like size: D^-1 A D with D a diagonal of powers of 2, so that no digit is lost. ml-matrix
 * does not balance, and loses small eigenvalues of badly scaled matrices. Parlett & Reinsch (1969), scaling only.
 */
export function balance(a: Float64Array, n: number): Float64Array {
  const b = a.slice();
  for (let pass = 0, changed = true; changed && pass < 100; pass++) {
    changed = false;
    for (let i = 0; i < n; i++) {
      let column = 0;
      let row = 0;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        column += Math.abs(b[j * n + i]!);
        row += Math.abs(b[i * n + j]!);
      }
      if (column === 0 || row === 0) continue;
      const factor = Math.pow(2, Math.round(Math.log2(row / column) / 2));
      if (!Number.isFinite(factor) || factor === 0 || !(column * factor + row / factor < 0.95 * (column + row)))
        continue;
      changed = true;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        b[j * n + i]! *= factor;
        b[i * n + j]! /= factor;
      }
    }
  }
  return b;
}

/** A triangular matrix carries its eigenvalues on the diagonal, exactly, however defective it is. */
function diagonalOfTriangle(a: Float64Array, n: number): number[] | undefined {
  let upper = true;
  let lower = true;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i > j && a[i * n + j] !== 0) upper = false;
      if (i < j && a[i * n + j] !== 0) lower = false;
    }
  }
  return upper || lower ? Array.from({ length: n }, (_, i) => a[i * n + i]!) : undefined;
}

function fromQr(a: Float64Array, n: number): [number, number][] {
  const rows = Array.from({ length: n }, (_, i) => Array.from(a.subarray(i * n, i * n + n)));
  // Symmetry must be exact to be used: a nearly symmetric matrix may have complex eigenvalues.
  const symmetric = rows.every((row, i) => row.every((v, j) => v === rows[j]![i]));
  const evd = new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: symmetric });
  const im = evd.imaginaryEigenvalues;
  return evd.realEigenvalues.map((re, i) => [re, im[i]!]);
}

/** Two steps of inverse iteration on (A - lambda I) as a real system of twice the size, from a start without structure. */
function residualOf(a: Float64Array, n: number, re: number, im: number): number {
  const norm = norm1(a, n, n);
  if (norm === 0) return Math.hypot(re, im);
  const size = im === 0 ? n : 2 * n;
  const shifted = new Float64Array(size * size);
  // Off by a rounding error, or the matrix is singular to the last bit and cannot be solved with.
  const nudge = norm * 2.220446049250313e-16;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const value = a[i * n + j]! - (i === j ? re + nudge : 0);
      shifted[i * size + j] = value;
      if (size > n) shifted[(n + i) * size + n + j] = value;
    }
    if (size > n) {
      shifted[i * size + n + i] = im;
      shifted[(n + i) * size + i] = -im;
    }
  }
  const lu = luFactor(shifted, size);
  if (lu.singular) return 0;
  let v = Float64Array.from({ length: size }, (_, i) => 1 + ((i * 7919) % 97) / 97);
  const length = (w: Float64Array): number => Math.sqrt(w.reduce((s, c) => s + c * c, 0));
  let best = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < 3; pass++) {
    const before = length(v);
    const next = v.slice();
    luSolve(lu, next);
    const after = length(next);
    if (!Number.isFinite(after) || after === 0) break;
    // (A - lambda) next = v, so |v| / |next| is the residual of `next`.
    best = Math.min(best, before / after / norm);
    v = next.map((c) => c / after);
  }
  return best;
}
