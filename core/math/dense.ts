/**
 * Dense row-major matrices in flat arrays, and the way in and out of them: what the public functions take are nested
 * lists or ml-matrix's matrices, what they compute with are these.
 */
import { Matrix } from "ml-matrix";

/** What public functions take for a matrix: rows of numbers, or ml-matrix's. */
export type MatrixLike = Matrix | readonly (readonly number[])[];

/** A matrix in one array, row by row. */
export interface Flat {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

/** Throws where rows differ in length: a programmer's mistake. */
export function flatten(matrix: MatrixLike): Flat {
  if (matrix instanceof Matrix) {
    return { rows: matrix.rows, cols: matrix.columns, data: Float64Array.from(matrix.to1DArray()) };
  }
  const rows = matrix.length;
  const cols = matrix[0]?.length ?? 0;
  const data = new Float64Array(rows * cols);
  matrix.forEach((row, i) => {
    if (row.length !== cols) throw new RangeError(`row ${i} has ${row.length} entries, row 0 has ${cols}`);
    data.set(row, i * cols);
  });
  return { rows, cols, data };
}

/** As ml-matrix's type, from row-major data. */
export function toMatrix(data: Float64Array, rows: number, cols: number): Matrix {
  const matrix = Matrix.zeros(rows, cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) matrix.set(i, j, data[i * cols + j]!);
  return matrix;
}

/** The cols x rows matrix of the rows x cols matrix a. */
export function transpose(a: Float64Array, rows: number, cols: number): Float64Array {
  const t = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) t[j * rows + i] = a[i * cols + j]!;
  return t;
}

export function identity(n: number): Float64Array {
  const one = new Float64Array(n * n);
  for (let i = 0; i < n; i++) one[i * n + i] = 1;
  return one;
}

/** a + factor b, a new array. */
export function plus(a: Float64Array, b: Float64Array, factor = 1): Float64Array {
  const sum = new Float64Array(a.length);
  for (let i = 0; i < sum.length; i++) sum[i] = a[i]! + factor * b[i]!;
  return sum;
}

/** factor a, a new array. */
export function multiple(a: Float64Array, factor: number): Float64Array {
  const product = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) product[i] = factor * a[i]!;
  return product;
}

/** (A + A') / 2 of the n x n matrix a, in place. */
export function symmetrize(a: Float64Array, n: number): Float64Array {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (a[i * n + j]! + a[j * n + i]!) / 2;
      a[i * n + j] = mean;
      a[j * n + i] = mean;
    }
  }
  return a;
}

/** Root of the sum of squares; by the largest entry where squares might overflow or vanish. */
export function frobenius(a: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += a[i]! * a[i]!;
  if (squares > 1e-250 && squares < 1e250) return Math.sqrt(squares);
  const most = largest(a);
  if (most === 0 || !Number.isFinite(most)) return most;
  let sum = 0;
  for (const v of a) sum += (v / most) ** 2;
  return most * Math.sqrt(sum);
}

/** The largest absolute value; NaN where a number is none. */
export function largest(a: Float64Array): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]!));
  return most;
}
