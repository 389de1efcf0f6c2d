/**
 * Eigenvalues of a dense real matrix: balancing by powers of 2, Hessenberg form, QR iteration. Says how well they fit: each is checked
 * by inverse iteration.
 */
import { EigenvalueDecomposition } from "ml-matrix";
import type { Matrix } from "ml-matrix";
import { frobenius, toMatrix } from "./dense.ts";
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
    (most, value) => (value[1] < 0 ? most : Math.max(most, residualOf(H, n, value, norm))),
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

/**
 * |(H - lambda) x| / |x| after a step of inverse iteration, relative to the norm; a second step where the first start was poor. H is a
 * Hessenberg matrix similar to A by an orthogonal Q, so that a step costs n^2: the shifted matrix is eliminated row by row, the
 * pivot being one of two neighbours, with the right-hand side as its last column.
 */
function residualOf(h: Float64Array, n: number, lambda: readonly [number, number], norm: number): number {
  if (norm === 0) return Math.hypot(...lambda);
  const [shift, im] = lambda;
  // Off by a rounding error, or the matrix is singular to the last bit and cannot be solved with.
  const re = shift + norm * 2.220446049250313e-16;
  const w = n + 1;
  const ur = new Float64Array(n * w);
  const ui = new Float64Array(n * w);
  let x = Float64Array.from({ length: 2 * n }, (_, i) => (i < n ? 1 + ((i * 7919) % 97) / 97 : 0));
  let best = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < 2 && best > 1e-14; pass++) {
    for (let i = 0; i < n; i++) {
      ur.set(h.subarray(i * n, i * n + n), i * w);
      ui.fill(0, i * w, i * w + n);
      ur[i * w + i]! -= re;
      ui[i * w + i]! -= im;
      ur[i * w + n] = x[i]!;
      ui[i * w + n] = x[n + i]!;
    }
    for (let k = 0; k + 1 < n; k++) eliminate(ur, ui, w, k);
    const y = backSubstitute(ur, ui, n);
    const before = frobenius(x);
    const after = frobenius(y);
    if (!Number.isFinite(after)) return 0;
    if (after === 0) break;
    best = Math.min(best, before / after / norm);
    x = y.map((v) => v / after);
  }
  return best;
}

/** Takes row k from row k + 1 of complex rows of length w, after exchanging them where the lower one leads with more. */
function eliminate(ur: Float64Array, ui: Float64Array, w: number, k: number): void {
  const p = k * w;
  const q = p + w;
  if (Math.abs(ur[q + k]!) + Math.abs(ui[q + k]!) > Math.abs(ur[p + k]!) + Math.abs(ui[p + k]!)) {
    for (let j = k; j < w; j++) {
      const re = ur[p + j]!;
      const im = ui[p + j]!;
      ur[p + j] = ur[q + j]!;
      ui[p + j] = ui[q + j]!;
      ur[q + j] = re;
      ui[q + j] = im;
    }
  }
  const [re, im] = quotient(ur[q + k]!, ui[q + k]!, ur[p + k]!, ui[p + k]!);
  if (re === 0 && im === 0) return;
  for (let j = k + 1; j < w; j++) {
    const a = ur[p + j]!;
    const b = ui[p + j]!;
    ur[q + j]! -= re * a - im * b;
    ui[q + j]! -= re * b + im * a;
  }
}

/** Real parts, then imaginary parts. */
function backSubstitute(ur: Float64Array, ui: Float64Array, n: number): Float64Array {
  const w = n + 1;
  const x = new Float64Array(2 * n);
  for (let i = n - 1; i >= 0; i--) {
    const row = i * w;
    let re = ur[row + n]!;
    let im = ui[row + n]!;
    for (let j = i + 1; j < n; j++) {
      re -= ur[row + j]! * x[j]! - ui[row + j]! * x[n + j]!;
      im -= ur[row + j]! * x[n + j]! + ui[row + j]! * x[j]!;
    }
    [x[i], x[n + i]] = quotient(re, im, ur[row + i]!, ui[row + i]!);
  }
  return x;
}

function quotient(a: number, b: number, c: number, d: number): [number, number] {
  const size = Math.max(Math.abs(c), Math.abs(d));
  if (size === 0 && a === 0 && b === 0) return [0, 0];
  const p = c / size;
  const q = d / size;
  const squares = (p * p + q * q) * size;
  return [(a * p + b * q) / squares, (b * p - a * q) / squares];
}
