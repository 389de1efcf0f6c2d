/** A = L L' of symmetric matrices. Golub & Van Loan, "Matrix Computations", 4.2. */

/** Whether the symmetric n x n matrix a has only positive eigenvalues: it has a factor L then. */
export function isPositiveDefinite(a: Float64Array, n: number): boolean {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      if (j < i) l[i * n + j] = sum / l[j * n + j]!;
      else if (sum > 0) l[i * n + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}
