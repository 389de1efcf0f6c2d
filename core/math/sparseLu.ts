/**
 * LU factors of sparse matrices of one pattern and ever new values: columns in an order that keeps them sparse, pivots from
 * the diagonal where these are large enough. The first factorization follows Gilbert & Peierls (1988), as told in Davis,
 * "Direct Methods for Sparse Linear Systems" (2006), ch. 6; later ones keep pattern and pivots while the pivots are good.
 */
import { minimumDegree } from "./ordering.ts";

export interface SparseLu {
  /** Factors the matrix with these values, in the order of the entries; false where it is singular to working precision. */
  factor(values: Float64Array): boolean;
  /** Solves A x = b in place. */
  solve(b: Float64Array): void;
  /** Solves A' x = b in place. */
  solveTransposed(b: Float64Array): void;
  /** Estimate of 1 / (norm1(A) norm1(inverse)) of what was factored last. */
  rcond(): number;
  /** Entries of L and U together, and how often pivots had to be chosen anew. */
  readonly fill: number;
  readonly pivotings: number;
  /** As they stand: for code that factors new values with these pivots where it runs. */
  readonly factors: SparseFactors;
  /** The next matrix is factored as the first was, with no pivots from before. */
  forget(): void;
}

/** Compressed columns: of column k, the entries from start[k] to start[k + 1]. */
export interface SparseColumns {
  readonly start: Int32Array;
  /** Row, counted in pivots. */
  readonly index: Int32Array;
  readonly value: Float64Array;
}

/** L without its diagonal of ones, U without its `diagonal`. Columns in the order of elimination. */
export interface SparseFactors {
  /** Column -> that of the matrix; pivot -> row of the matrix; and row -> pivot. */
  readonly order: Int32Array;
  readonly pivotRow: Int32Array;
  readonly place: Int32Array;
  readonly l: SparseColumns;
  readonly u: SparseColumns;
  readonly diagonal: Float64Array;
  /** The matrix: of column k, entries from start[k] to start[k + 1], their rows and which of the values they are. */
  readonly matrix: { readonly start: Int32Array; readonly row: Int32Array; readonly from: Int32Array };
}

/** A diagonal entry this much smaller than the largest of its column still is the pivot. */
const pivotTolerance = 0.1;
/** Pivots that were chosen for other values are given up below this share of the largest, and below this size. */
export const pivotDecay = 1e-3;
export const leastPivot = 1e-300;

/** They grow. */
interface Columns extends SparseColumns {
  index: Int32Array;
  value: Float64Array;
}

function room(c: Columns, size: number): void {
  if (size <= c.index.length) return;
  const length = Math.max(size, 2 * c.index.length);
  const index = new Int32Array(length);
  const value = new Float64Array(length);
  index.set(c.index);
  value.set(c.value);
  c.index = index;
  c.value = value;
}

/** Entries are given by their places; places that come twice are added. */
export function createSparseLu(n: number, rows: ArrayLike<number>, columns: ArrayLike<number>): SparseLu {
  const order = minimumDegree(n, rows, columns);
  const count = rows.length;
  /** The matrix by columns, in the order of elimination: row, and which of the values. */
  const aStart = new Int32Array(n + 1);
  const aRow = new Int32Array(count);
  const aFrom = new Int32Array(count);
  compress();
  const l: Columns = { start: new Int32Array(n + 1), index: new Int32Array(4 * n), value: new Float64Array(4 * n) };
  const u: Columns = { start: new Int32Array(n + 1), index: new Int32Array(4 * n), value: new Float64Array(4 * n) };
  const diagonal = new Float64Array(n);
  /** Row -> its place among the pivots, -1 where it is none yet; and back. */
  const place = new Int32Array(n);
  const pivotRow = new Int32Array(n);
  const x = new Float64Array(n);
  const work = new Float64Array(n);
  const stack = new Int32Array(n);
  const resume = new Int32Array(n);
  const reached = new Int32Array(n);
  const mark = new Int32Array(n);
  let norm = 0;
  let known = false;
  let pivotings = 0;

  function compress(): void {
    const position = new Int32Array(n);
    order.forEach((column, k) => (position[column] = k));
    for (let e = 0; e < count; e++) aStart[position[columns[e]!]! + 1]!++;
    for (let k = 0; k < n; k++) aStart[k + 1]! += aStart[k]!;
    const next = aStart.slice();
    for (let e = 0; e < count; e++) {
      const at = next[position[columns[e]!]!]!++;
      aRow[at] = rows[e]!;
      aFrom[at] = e;
    }
  }

  function measure(values: Float64Array): void {
    norm = 0;
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let e = aStart[k]!; e < aStart[k + 1]!; e++) sum += Math.abs(values[aFrom[e]!]!);
      if (!(sum <= norm)) norm = sum;
    }
  }

  /** Rows that column k reaches through L so far, in `reached` from the returned place on, each before what it acts on. */
  function reach(k: number): number {
    let top = n;
    for (let e = aStart[k]!; e < aStart[k + 1]!; e++) {
      if (mark[aRow[e]!] === k) continue;
      let depth = 0;
      stack[0] = aRow[e]!;
      mark[stack[0]] = k;
      resume[0] = place[stack[0]]! < 0 ? 0 : l.start[place[stack[0]]!]!;
      while (depth >= 0) {
        const row = stack[depth]!;
        const j = place[row]!;
        const end = j < 0 ? 0 : l.start[j + 1]!;
        let at = j < 0 ? 0 : resume[depth]!;
        while (at < end && mark[l.index[at]!] === k) at++;
        if (at >= end) {
          reached[--top] = row;
          depth--;
          continue;
        }
        resume[depth] = at + 1;
        const child = l.index[at]!;
        mark[child] = k;
        stack[++depth] = child;
        resume[depth] = place[child]! < 0 ? 0 : l.start[place[child]!]!;
      }
    }
    return top;
  }

  /** Pattern, pivots and values from nothing. Row indices of L are those of the matrix until all pivots are known. */
  function pivot(values: Float64Array): boolean {
    pivotings++;
    place.fill(-1);
    mark.fill(-1);
    x.fill(0);
    let inL = 0;
    let inU = 0;
    for (let k = 0; k < n; k++) {
      room(l, inL + n - k);
      room(u, inU + k);
      const top = reach(k);
      for (let e = aStart[k]!; e < aStart[k + 1]!; e++) x[aRow[e]!]! += values[aFrom[e]!]!;
      let largest = 0;
      let best = -1;
      for (let at = top; at < n; at++) {
        const row = reached[at]!;
        const j = place[row]!;
        const value = x[row]!;
        if (j < 0) {
          if (!(Math.abs(value) <= largest)) {
            largest = Math.abs(value);
            best = row;
          }
          continue;
        }
        u.index[inU] = j;
        u.value[inU++] = value;
        for (let e = l.start[j]!; e < l.start[j + 1]!; e++) x[l.index[e]!]! -= l.value[e]! * value;
      }
      const own = order[k]!;
      if (best < 0 || !Number.isFinite(largest) || largest <= leastPivot) {
        known = false;
        return false;
      }
      if (mark[own] === k && place[own]! < 0 && Math.abs(x[own]!) >= pivotTolerance * largest) best = own;
      const d = x[best]!;
      diagonal[k] = d;
      place[best] = k;
      pivotRow[k] = best;
      for (let at = top; at < n; at++) {
        const row = reached[at]!;
        if (place[row]! < 0) {
          l.index[inL] = row;
          l.value[inL++] = x[row]! / d;
        }
        x[row] = 0;
      }
      u.start[k + 1] = inU;
      l.start[k + 1] = inL;
    }
    for (let e = 0; e < inL; e++) l.index[e] = place[l.index[e]!]!;
    // Later factorizations go through U from the top: any order of increasing places will do.
    for (let k = 0; k < n; k++) sortColumn(u, u.start[k]!, u.start[k + 1]!);
    known = true;
    return true;
  }

  /** New values in the known pattern; false where a pivot has become too small beside its column. */
  function refactor(values: Float64Array): boolean {
    x.fill(0);
    for (let k = 0; k < n; k++) {
      for (let e = aStart[k]!; e < aStart[k + 1]!; e++) x[place[aRow[e]!]!]! += values[aFrom[e]!]!;
      for (let e = u.start[k]!; e < u.start[k + 1]!; e++) {
        const j = u.index[e]!;
        const value = x[j]!;
        x[j] = 0;
        u.value[e] = value;
        if (value === 0) continue;
        for (let i = l.start[j]!; i < l.start[j + 1]!; i++) x[l.index[i]!]! -= l.value[i]! * value;
      }
      const d = x[k]!;
      x[k] = 0;
      let largest = 0;
      for (let i = l.start[k]!; i < l.start[k + 1]!; i++) {
        const value = x[l.index[i]!]!;
        if (!(Math.abs(value) <= largest)) largest = Math.abs(value);
        l.value[i] = value / d;
        x[l.index[i]!] = 0;
      }
      diagonal[k] = d;
      if (!(Math.abs(d) > leastPivot) || !(Math.abs(d) >= pivotDecay * largest)) return false;
    }
    return true;
  }

  function solve(b: Float64Array): void {
    for (let k = 0; k < n; k++) work[k] = b[pivotRow[k]!]!;
    for (let k = 0; k < n; k++) {
      const value = work[k]!;
      if (value !== 0) for (let e = l.start[k]!; e < l.start[k + 1]!; e++) work[l.index[e]!]! -= l.value[e]! * value;
    }
    for (let k = n - 1; k >= 0; k--) {
      const value = work[k]! / diagonal[k]!;
      b[order[k]!] = value;
      if (value !== 0) for (let e = u.start[k]!; e < u.start[k + 1]!; e++) work[u.index[e]!]! -= u.value[e]! * value;
    }
  }

  function solveTransposed(b: Float64Array): void {
    for (let k = 0; k < n; k++) {
      let sum = b[order[k]!]!;
      for (let e = u.start[k]!; e < u.start[k + 1]!; e++) sum -= u.value[e]! * work[u.index[e]!]!;
      work[k] = sum / diagonal[k]!;
    }
    for (let k = n - 1; k >= 0; k--) {
      let sum = work[k]!;
      for (let e = l.start[k]!; e < l.start[k + 1]!; e++) sum -= l.value[e]! * work[l.index[e]!]!;
      work[k] = sum;
    }
    for (let k = 0; k < n; k++) b[pivotRow[k]!] = work[k]!;
  }

  return {
    factor(values) {
      measure(values);
      if (known && refactor(values)) return true;
      return pivot(values);
    },
    solve,
    solveTransposed,
    rcond: () => (known ? reciprocalCondition(n, norm, solve, solveTransposed) : 0),
    get fill() {
      return l.start[n]! + u.start[n]! + n;
    },
    get pivotings() {
      return pivotings;
    },
    factors: { order, pivotRow, place, l, u, diagonal, matrix: { start: aStart, row: aRow, from: aFrom } },
    forget() {
      known = false;
    },
  };
}

/** Insertion for the few entries that columns have; by heap of the library for the many. */
function sortColumn(c: Columns, from: number, to: number): void {
  if (to - from > 32) {
    const sorted = Array.from({ length: to - from }, (_, i) => from + i).sort((a, b) => c.index[a]! - c.index[b]!);
    const index = Int32Array.from(sorted, (at) => c.index[at]!);
    const value = Float64Array.from(sorted, (at) => c.value[at]!);
    c.index.set(index, from);
    c.value.set(value, from);
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const index = c.index[i]!;
    const value = c.value[i]!;
    let j = i - 1;
    for (; j >= from && c.index[j]! > index; j--) {
      c.index[j + 1] = c.index[j]!;
      c.value[j + 1] = c.value[j]!;
    }
    c.index[j + 1] = index;
    c.value[j + 1] = value;
  }
}

/** Hager's estimate (Higham, "Accuracy and Stability", 15) from solutions with the matrix and with its transpose. */
function reciprocalCondition(
  n: number,
  norm: number,
  solve: (b: Float64Array) => void,
  solveTransposed: (b: Float64Array) => void,
): number {
  if (n === 0) return 1;
  const total = (v: Float64Array): number => v.reduce((sum, c) => sum + Math.abs(c), 0);
  const v = new Float64Array(n).fill(1 / n);
  let estimate = 0;
  let last = -1;
  for (let pass = 0; pass < 5; pass++) {
    solve(v);
    const size = total(v);
    if (pass > 0 && size <= estimate) break;
    estimate = size;
    for (let i = 0; i < n; i++) v[i] = v[i]! >= 0 ? 1 : -1;
    solveTransposed(v);
    let largest = 0;
    for (let i = 1; i < n; i++) if (Math.abs(v[i]!) > Math.abs(v[largest]!)) largest = i;
    if (largest === last) break;
    last = largest;
    v.fill(0);
    v[largest] = 1;
  }
  for (let i = 0; i < n; i++) v[i] = (i % 2 === 0 ? 1 : -1) * (n === 1 ? 1 : 1 + i / (n - 1));
  solve(v);
  estimate = Math.max(estimate, (2 * total(v)) / (3 * n));
  const rcond = 1 / (norm * estimate);
  return Number.isFinite(rcond) ? Math.min(rcond, 1) : 0;
}
