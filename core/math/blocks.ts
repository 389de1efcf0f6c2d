/** Blocks of dense matrices, empty ones included, and linear equations with the number that says how far to trust them. */
import { Matrix } from "ml-matrix";
import { flatten, frobenius, type MatrixLike, toMatrix } from "./dense.ts";
import { luFactor, luRcond, luSolve } from "./lu.ts";

/** A matrix of its own. Rows of numbers must be equally long; without a row there are `columns` columns. */
export function matrixOf(value: MatrixLike, columns = 0): Matrix {
  const { rows, cols, data } = flatten(value);
  return rows === 0 && !Matrix.isMatrix(value) ? Matrix.zeros(0, columns) : toMatrix(data, rows, cols);
}

export function flat(m: Matrix): Float64Array {
  return flatten(m).data;
}

/** Rows and columns from the first up to, and without, the second place. */
export function slice(m: Matrix, r0: number, r1: number, c0: number, c1: number): Matrix {
  const part = Matrix.zeros(r1 - r0, c1 - c0);
  for (let i = r0; i < r1; i++) for (let j = c0; j < c1; j++) part.set(i - r0, j - c0, m.get(i, j));
  return part;
}

export function pick(m: Matrix, rows: readonly number[], columns: readonly number[]): Matrix {
  const part = Matrix.zeros(rows.length, columns.length);
  rows.forEach((i, r) => columns.forEach((j, c) => part.set(r, c, m.get(i, j))));
  return part;
}

/** One matrix of blocks; each row of blocks has one height, each column of blocks one width. */
export function blocks(grid: readonly (readonly Matrix[])[]): Matrix {
  const rows = grid.reduce((sum, line) => sum + line[0]!.rows, 0);
  const columns = grid[0]!.reduce((sum, m) => sum + m.columns, 0);
  const all = Matrix.zeros(rows, columns);
  let top = 0;
  for (const line of grid) {
    let left = 0;
    for (const m of line) {
      for (let i = 0; i < m.rows; i++) for (let j = 0; j < m.columns; j++) all.set(top + i, left + j, m.get(i, j));
      left += m.columns;
    }
    top += line[0]!.rows;
  }
  return all;
}

export function blockDiagonal(parts: readonly Matrix[]): Matrix {
  const all = Matrix.zeros(
    parts.reduce((sum, m) => sum + m.rows, 0),
    parts.reduce((sum, m) => sum + m.columns, 0),
  );
  let top = 0;
  let left = 0;
  for (const m of parts) {
    for (let i = 0; i < m.rows; i++) for (let j = 0; j < m.columns; j++) all.set(top + i, left + j, m.get(i, j));
    top += m.rows;
    left += m.columns;
  }
  return all;
}

/** Root of the sum of squares. */
export function norm(m: Matrix): number {
  return frobenius(flat(m));
}

/** X with A X = B, and an estimate of A's reciprocal condition: 0 where A is singular and X is of no use. */
export function solveLinear(A: Matrix, B: Matrix): { readonly X: Matrix; readonly rcond: number } {
  const lu = luFactor(flat(A), A.rows);
  const x = flat(B);
  luSolve(lu, x, B.columns);
  return { X: toMatrix(x, B.rows, B.columns), rcond: luRcond(lu) };
}
