/**
 * A = L D L' of symmetric positive semidefinite matrices, L unit lower triangular: covariances, which may be singular. Pivots that are
 * zero to rounding are skipped, so that solutions are those of a generalized inverse. Golub & Van Loan, "Matrix Computations", 4.2.8.
 */

/**
 * Of the n x n matrix in `a` from `at` on (row-major, lower half read) into l (n x n) and d (n). Gives how far A is from semidefinite:
 * the most negative pivot relative to the largest diagonal entry, 0 where A is semidefinite to rounding.
 */
export function ldl(a: Float64Array, at: number, n: number, l: Float64Array, d: Float64Array): number {
  let most = 0;
  for (let i = 0; i < n; i++) most = Math.max(most, Math.abs(a[at + i * n + i]!));
  const least = 8 * n * Number.EPSILON * most;
  let worst = 0;
  for (let j = 0; j < n; j++) {
    let pivot = a[at + j * n + j]!;
    for (let k = 0; k < j; k++) pivot -= l[j * n + k]! ** 2 * d[k]!;
    const kept = pivot > least;
    if (!kept) worst = Math.min(worst, pivot < -least || Number.isNaN(pivot) ? pivot / most : 0);
    d[j] = kept ? pivot : 0;
    l[j * n + j] = 1;
    for (let i = 0; i < j; i++) l[i * n + j] = 0;
    for (let i = j + 1; i < n; i++) {
      let sum = a[at + i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]! * d[k]!;
      // Under a pivot of zero a semidefinite matrix has only zeros: |sum| is at most the root of both pivots.
      if (!kept && Math.abs(sum) > Math.sqrt(least * most)) worst = Math.min(worst, -Math.abs(sum) / most);
      l[i * n + j] = kept ? sum / pivot : 0;
    }
  }
  return worst;
}

/** X with L D L' X = B, in place of the n x cols matrix b; unknowns of skipped pivots are 0. */
export function ldlSolve(l: Float64Array, d: Float64Array, n: number, b: Float64Array, cols: number): void {
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      const factor = l[i * n + k]!;
      if (factor !== 0) for (let j = 0; j < cols; j++) b[i * cols + j]! -= factor * b[k * cols + j]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    const inverse = d[i] === 0 ? 0 : 1 / d[i]!;
    for (let j = 0; j < cols; j++) b[i * cols + j]! *= inverse;
    for (let k = i + 1; k < n; k++) {
      // A skipped unknown stays 0, whatever follows.
      const factor = inverse === 0 ? 0 : l[k * n + i]!;
      if (factor !== 0) for (let j = 0; j < cols; j++) b[i * cols + j]! -= factor * b[k * cols + j]!;
    }
  }
}
