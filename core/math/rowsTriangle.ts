/**
 * R of the QR factors of a matrix with many more rows than columns, whose rows come one by one: what was gathered is reduced to a triangle
 * whenever there is enough of it, so that memory does not grow with the rows. R'R = A'A without ever forming A'A, which would
 * cost half of the digits. Golub & Van Loan, "Matrix Computations", 5.2 and 6.5.3.
 */
import { reflections } from "./reflections.ts";

export interface RowsTriangle {
  /** Adds a row of `cols` numbers, which is copied. */
  add(row: ArrayLike<number>): void;
  /** cols x cols, upper triangular, diagonal entries not negative. */
  triangle(): Float64Array;
  /** Rows added so far. */
  readonly count: number;
}

export function rowsTriangle(cols: number): RowsTriangle {
  // Four times as many new rows as old ones: a quarter of the work is done twice, and the triangle's zeros are not used.
  const height = Math.max(5 * cols, 64);
  const all = new Float64Array(height * cols);
  let filled = 0;
  let count = 0;
  const shorten = (): void => {
    reduce(all, filled, cols);
    filled = Math.min(filled, cols);
  };
  return {
    add(row) {
      if (filled === height) shorten();
      all.set(row, filled * cols);
      filled++;
      count++;
    },
    triangle() {
      shorten();
      const r = new Float64Array(cols * cols);
      for (let i = 0; i < filled; i++) {
        const sign = all[i * cols + i]! < 0 ? -1 : 1;
        for (let j = i; j < cols; j++) r[i * cols + j] = sign * all[i * cols + j]!;
      }
      return r;
    },
    get count() {
      return count;
    },
  };
}

/** The first `rows` rows of a become those of R, zeros below. */
function reduce(a: Float64Array, rows: number, cols: number): void {
  const size = rows * cols;
  const work = reflections(size + rows + cols);
  const { all } = work;
  const v = size;
  const sums = size + rows;
  all.set(a.subarray(0, size));
  for (let k = 0; k < Math.min(rows - 1, cols); k++) {
    let most = 0;
    for (let i = k; i < rows; i++) most = Math.max(most, Math.abs(all[i * cols + k]!));
    if (!(most > 0)) continue;
    let sum = 0;
    for (let i = k; i < rows; i++) {
      const entry = all[i * cols + k]! / most;
      all[v + i] = entry;
      sum += entry * entry;
    }
    const head = all[v + k]!;
    const length = head >= 0 ? Math.sqrt(sum) : -Math.sqrt(sum);
    const tau = 1 / (sum + Math.abs(head * length));
    all[v + k] = head + length;
    work.rows(k * cols + k, cols, rows - k, cols - k, v + k, tau, sums);
    for (let i = k + 1; i < rows; i++) all[i * cols + k] = 0;
  }
  a.set(all.subarray(0, size));
}
