/**
 * LU factors with partial pivoting of dense row-major matrices in flat arrays, with the number that says how far to trust
 * them: a reciprocal condition estimate. Golub & Van Loan, "Matrix Computations", 3.4; Higham, "Accuracy and Stability", 15.
 */

export interface Lu {
  readonly n: number;
  /** L below the diagonal (its ones left out), U on and above it, rows permuted. */
  readonly factors: Float64Array;
  /** Row exchanged with row k at step k. */
  readonly pivots: Int32Array;
  /** 1-norm of the matrix. */
  readonly norm: number;
  /** A pivot was 0 or not a number: there is no solution to give. */
  readonly singular: boolean;
}

/** Largest column sum of absolute values. */
export function norm1(a: Float64Array, rows: number, cols: number): number {
  let largest = 0;
  for (let j = 0; j < cols; j++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += Math.abs(a[i * cols + j]!);
    if (sum > largest || Number.isNaN(sum)) largest = sum;
  }
  return largest;
}

/** Factors of the n x n matrix a, which is left as it was. */
export function luFactor(a: Float64Array, n: number): Lu {
  const f = a.slice(0, n * n);
  const pivots = new Int32Array(n);
  const regular = luFactorInPlace(f, n, pivots);
  return { n, factors: f, pivots, norm: norm1(a, n, n), singular: !regular };
}

/** The same over the matrix itself; false where it is singular. */
export function luFactorInPlace(f: Float64Array, n: number, pivots: Int32Array): boolean {
  let regular = true;
  for (let k = 0; k < n; k++) {
    let p = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(f[i * n + k]!) > Math.abs(f[p * n + k]!)) p = i;
    pivots[k] = p;
    if (p !== k) {
      for (let j = 0; j < n; j++) {
        const held = f[k * n + j]!;
        f[k * n + j] = f[p * n + j]!;
        f[p * n + j] = held;
      }
    }
    const pivot = f[k * n + k]!;
    if (!(Math.abs(pivot) > 0) || !Number.isFinite(pivot)) {
      regular = false;
      continue;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = f[i * n + k]! / pivot;
      f[i * n + k] = factor;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) f[i * n + j]! -= factor * f[k * n + j]!;
    }
  }
  return regular;
}

/** Solves A x = b in place with factors made in place. */
export function luSolveInPlace(f: Float64Array, n: number, pivots: Int32Array, b: Float64Array): void {
  for (let k = 0; k < n; k++) {
    const p = pivots[k]!;
    const held = b[k]!;
    b[k] = b[p]!;
    b[p] = held;
  }
  for (let i = 1; i < n; i++) {
    let sum = b[i]!;
    for (let j = 0; j < i; j++) sum -= f[i * n + j]! * b[j]!;
    b[i] = sum;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let j = i + 1; j < n; j++) sum -= f[i * n + j]! * b[j]!;
    b[i] = sum / f[i * n + i]!;
  }
}

/** Solves A X = B in place, B having `cols` columns, row-major. */
export function luSolve(lu: Lu, b: Float64Array, cols = 1): void {
  const { n, factors: f, pivots } = lu;
  for (let k = 0; k < n; k++) {
    const p = pivots[k]!;
    if (p === k) continue;
    for (let c = 0; c < cols; c++) {
      const held = b[k * cols + c]!;
      b[k * cols + c] = b[p * cols + c]!;
      b[p * cols + c] = held;
    }
  }
  for (let i = 1; i < n; i++) subtractRows(f, n, i, 0, i, b, cols);
  for (let i = n - 1; i >= 0; i--) {
    subtractRows(f, n, i, i + 1, n, b, cols);
    const diagonal = f[i * n + i]!;
    for (let c = 0; c < cols; c++) b[i * cols + c]! /= diagonal;
  }
}

/** Row i of B less the sum of F[i, j] times row j, j from `from` to before `to`: four rows at a time, which is three times as fast. */
function subtractRows(
  f: Float64Array,
  n: number,
  i: number,
  from: number,
  to: number,
  b: Float64Array,
  cols: number,
): void {
  const row = i * cols;
  let j = from;
  for (; cols > 3 && j + 3 < to; j += 4) {
    const at = i * n + j;
    const f0 = f[at]!;
    const f1 = f[at + 1]!;
    const f2 = f[at + 2]!;
    const f3 = f[at + 3]!;
    if (f0 === 0 && f1 === 0 && f2 === 0 && f3 === 0) continue;
    for (
      let c = row, p = j * cols, q = p + cols, r = q + cols, s = r + cols, end = row + cols;
      c < end;
      c++, p++, q++
    ) {
      b[c]! -= f0 * b[p]! + f1 * b[q]! + f2 * b[r]! + f3 * b[s]!;
      r++;
      s++;
    }
  }
  for (; j < to; j++) {
    const factor = f[i * n + j]!;
    if (factor !== 0) for (let c = 0; c < cols; c++) b[row + c]! -= factor * b[j * cols + c]!;
  }
}

/** Solves A' x = b in place. */
export function luSolveTransposed(lu: Lu, b: Float64Array): void {
  const { n, factors: f, pivots } = lu;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) b[i]! -= f[j * n + i]! * b[j]!;
    b[i]! /= f[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) for (let j = i + 1; j < n; j++) b[i]! -= f[j * n + i]! * b[j]!;
  for (let k = n - 1; k >= 0; k--) {
    const p = pivots[k]!;
    const held = b[k]!;
    b[k] = b[p]!;
    b[p] = held;
  }
}

/** Estimate of 1 / (norm1(A) norm1(inverse)): 0 is singular, below 1e-15 no digit can be trusted. Hager's method. */
export function luRcond(lu: Lu): number {
  const { n } = lu;
  if (n === 0) return 1;
  if (lu.singular || !(lu.norm > 0) || !Number.isFinite(lu.norm)) return 0;
  let x = new Float64Array(n).fill(1 / n);
  let estimate = 0;
  let last = -1;
  for (let pass = 0; pass < 5; pass++) {
    luSolve(lu, x);
    const size = x.reduce((sum, v) => sum + Math.abs(v), 0);
    if (pass > 0 && size <= estimate) break;
    estimate = size;
    const sign = x.map((v) => (v >= 0 ? 1 : -1));
    luSolveTransposed(lu, sign);
    let largest = 0;
    for (let i = 1; i < n; i++) if (Math.abs(sign[i]!) > Math.abs(sign[largest]!)) largest = i;
    if (largest === last) break;
    last = largest;
    x = new Float64Array(n);
    x[largest] = 1;
  }
  // Higham's alternative start: a lower bound that catches matrices made to fool the search.
  const other = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1) * (n === 1 ? 1 : 1 + i / (n - 1)));
  luSolve(lu, other);
  estimate = Math.max(estimate, (2 * other.reduce((sum, v) => sum + Math.abs(v), 0)) / (3 * n));
  const rcond = 1 / (lu.norm * estimate);
  return Number.isFinite(rcond) ? Math.min(rcond, 1) : 0;
}

/** x with A x = b, one step of refinement, and what remains: max |b - A x| / (norm1(A) max |x| + max |b|). */
export function solveRefined(
  a: Float64Array,
  lu: Lu,
  b: Float64Array,
): { readonly x: Float64Array; readonly residual: number } {
  const { n } = lu;
  const x = b.slice();
  luSolve(lu, x);
  const remains = (): Float64Array => {
    const r = b.slice();
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) r[i]! -= a[i * n + j]! * x[j]!;
    return r;
  };
  const correction = remains();
  luSolve(lu, correction);
  for (let i = 0; i < n; i++) x[i]! += correction[i]!;
  const largest = (v: Float64Array): number => v.reduce((m, c) => (Math.abs(c) <= m ? m : Math.abs(c)), 0);
  const scale = lu.norm * largest(x) + largest(b);
  return { x, residual: scale > 0 ? largest(remains()) / scale : 0 };
}
