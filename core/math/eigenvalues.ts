/**
 * Eigenvalues of a dense real matrix: balancing by powers of 2, Hessenberg form, QR iteration. Says how well they fit: each is checked.
 */
import { EigenvalueDecomposition } from "ml-matrix";
import type { Matrix } from "ml-matrix";
import { toMatrix } from "./dense.ts";
import { eigenvalueResidual } from "./eigenvalueResidual.ts";
import { hessenberg } from "./hessenberg.ts";
import { norm1 } from "./lu.ts";
import { realSchur } from "./schur.ts";

export interface Eigenvalues {
  /** [re, im], by falling real part, then rising imaginary part: conjugates are neighbours. */
  readonly values: readonly (readonly [number, number])[];
  /**
   * Largest over the eigenvalues of the smallest |A v - lambda v| / (|A| |v|) found, about 1e-16 for a good one; NaN when the
   * matrix holds numbers that are not finite or the iteration does not end.
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
  const triangular = diagonalOfTriangle(a, n);
  if (triangular) return { values: sorted(triangular.map((re) => [re, 0])), residual: 0 };
  const balanced = balance(a, n);
  const { H } = hessenberg(balanced, n, false);
  const values = symmetricEigenvalues(balanced, n) ?? qrEigenvalues(H, n);
  if (!values) return { values: [], residual: Number.NaN };
  const norm = norm1(balanced, n, n);
  const residual = values.reduce(
    (most, value) => (value[1] < 0 ? most : Math.max(most, eigenvalueResidual(H, n, value, norm))),
    0,
  );
  return { values: sorted(values), residual };
}

const sorted = (values: [number, number][]): [number, number][] => values.sort((p, q) => q[0] - p[0] || p[1] - q[1]);

function qrEigenvalues(h: Float64Array, n: number): [number, number][] | undefined {
  const { re, im, converged } = realSchur(h, n, false);
  return converged ? Array.from(re, (value, i) => [value, im[i]!]) : undefined;
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

/** ml-matrix's for symmetric matrices: theirs stay real. Symmetry must be exact, or complex ones would be lost. */
function symmetricEigenvalues(a: Float64Array, n: number): [number, number][] | undefined {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) if (a[i * n + j] !== a[j * n + i]) return undefined;
  const evd = new EigenvalueDecomposition(toMatrix(a, n, n), { assumeSymmetric: true });
  return evd.realEigenvalues.map((re) => [re, 0]);
}
