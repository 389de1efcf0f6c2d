/**
 * Orthogonal factors by Householder reflections, with column pivoting so that the rank shows on the diagonal. Golub & Van Loan,
 * "Matrix Computations", 5.4.
 */
import { Matrix } from "ml-matrix";
import { flat } from "./blocks.ts";
import { toMatrix } from "./dense.ts";

export interface PivotedQr {
  /** m x m, orthogonal; its first `rank` columns span the range of M. */
  readonly Q: Matrix;
  /** m x n, upper triangular: M with its columns in the order of `columns` is Q R. */
  readonly R: Matrix;
  readonly columns: readonly number[];
  /** Diagonal entries of R above the tolerance in size. */
  readonly rank: number;
  /** Norms of what is left of the largest column: at the last step that counted, and at the first that did not. */
  readonly kept: number;
  readonly dropped: number;
}

/** Columns that have no more than `tolerance` left count as dependent. */
export function pivotedQr(M: Matrix, tolerance: number): PivotedQr {
  const { rows: m, columns: n } = M;
  const r = flat(M);
  const q = flat(Matrix.eye(m));
  const columns = Array.from({ length: n }, (_, j) => j);
  const remains = (j: number, k: number): number => {
    let sum = 0;
    for (let i = k; i < m; i++) sum = Math.hypot(sum, r[i * n + j]!);
    return sum;
  };
  let rank = 0;
  let kept = Number.POSITIVE_INFINITY;
  let dropped = 0;
  for (let k = 0; k < Math.min(m, n); k++) {
    let best = k;
    let most = -1;
    for (let j = k; j < n; j++) {
      const size = remains(j, k);
      if (size > most) {
        most = size;
        best = j;
      }
    }
    if (!(most > tolerance)) {
      dropped = Math.max(most, 0);
      break;
    }
    kept = most;
    rank = k + 1;
    if (best !== k) {
      for (let i = 0; i < m; i++) {
        const held = r[i * n + k]!;
        r[i * n + k] = r[i * n + best]!;
        r[i * n + best] = held;
      }
      const held = columns[k]!;
      columns[k] = columns[best]!;
      columns[best] = held;
    }
    reflect(r, q, m, n, k, most);
  }
  return { Q: toMatrix(q, m, m), R: toMatrix(r, m, n), columns, rank, kept, dropped };
}

/** Makes the entries below (k, k) zero by a reflection from the left, and gathers it into q from the right. */
function reflect(r: Float64Array, q: Float64Array, m: number, n: number, k: number, norm: number): void {
  const v = new Float64Array(m);
  for (let i = k; i < m; i++) v[i] = r[i * n + k]! / norm;
  const sign = v[k]! >= 0 ? 1 : -1;
  v[k]! += sign;
  const factor = 1 / Math.abs(v[k]!);
  for (let j = k; j < n; j++) {
    let along = 0;
    for (let i = k; i < m; i++) along += v[i]! * r[i * n + j]!;
    along *= factor;
    for (let i = k; i < m; i++) r[i * n + j]! -= along * v[i]!;
  }
  for (let i = k + 1; i < m; i++) r[i * n + k] = 0;
  for (let i = 0; i < m; i++) {
    let along = 0;
    for (let j = k; j < m; j++) along += q[i * m + j]! * v[j]!;
    along *= factor;
    for (let j = k; j < m; j++) q[i * m + j]! -= along * v[j]!;
  }
}

/**
 * R alone, n x n, of the m x n matrix a (row-major), without pivoting: R'R = a'a. Rows that a lacks are 0. Reflections touch only
 * rows that are not 0, so that what is nearly triangular costs n^2.
 */
export function triangle(a: Float64Array, m: number, n: number): Float64Array {
  const r = a.slice();
  const v = new Float64Array(m);
  for (let k = 0; k < Math.min(m - 1, n); k++) {
    const rows: number[] = [];
    let largest = 0;
    for (let i = k; i < m; i++) {
      const size = Math.abs(r[i * n + k]!);
      if (i > k && size === 0) continue;
      rows.push(i);
      largest = Math.max(largest, size);
    }
    if (rows.length < 2) continue;
    let sum = 0;
    for (const i of rows) {
      v[i] = r[i * n + k]! / largest;
      sum += v[i]! ** 2;
    }
    const length = v[k]! >= 0 ? Math.sqrt(sum) : -Math.sqrt(sum);
    const factor = 1 / (sum + Math.abs(v[k]! * length));
    v[k]! += length;
    for (let j = k; j < n; j++) {
      let along = 0;
      for (const i of rows) along += v[i]! * r[i * n + j]!;
      along *= factor;
      if (along !== 0) for (const i of rows) r[i * n + j]! -= along * v[i]!;
    }
    for (const i of rows) if (i > k) r[i * n + k] = 0;
  }
  const square = new Float64Array(n * n);
  for (let i = 0; i < Math.min(m, n); i++) for (let j = i; j < n; j++) square[i * n + j] = r[i * n + j]!;
  return square;
}
