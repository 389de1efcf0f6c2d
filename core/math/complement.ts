/** An orthonormal basis of what a matrix's columns leave over, by Householder reflections. Golub & Van Loan, "Matrix Computations", 5.2. */
import { reflections } from "./reflections.ts";

/** rows x (rows - cols): orthogonal to all columns of the rows x cols matrix a, rows >= cols, which should be independent. */
export function complement(a: Float64Array, rows: number, cols: number): Float64Array {
  const width = cols + rows;
  const size = rows * width;
  const work = reflections(size + rows + width);
  const { all } = work;
  // [A, I]: what makes a triangle of A makes Q' of the identity.
  for (let i = 0; i < rows; i++) {
    all.set(a.subarray(i * cols, (i + 1) * cols), i * width);
    all[i * width + cols + i] = 1;
  }
  for (let k = 0; k < Math.min(rows - 1, cols); k++) {
    let sum = 0;
    for (let i = k; i < rows; i++) {
      const entry = all[i * width + k]!;
      all[size + i] = entry;
      sum += entry * entry;
    }
    if (!(sum > 0)) continue;
    const head = all[size + k]!;
    const length = head >= 0 ? Math.sqrt(sum) : -Math.sqrt(sum);
    all[size + k] = head + length;
    work.rows(k * width + k, width, rows - k, width - k, size + k, 1 / (sum + Math.abs(head * length)), size + rows);
  }
  const left = rows - cols;
  const basis = new Float64Array(rows * left);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < left; j++) basis[i * left + j] = all[(cols + j) * width + cols + i]!;
  return basis;
}
