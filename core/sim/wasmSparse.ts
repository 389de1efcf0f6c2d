/**
 * Sparse factors that a module works with (emit/wasm/sparseLu.ts): where they stand in its memory, and the JavaScript that chooses
 * order and pivots and lays them there. A module factors new values with the pivots it has and solves; where there are none yet,
 * or they have become bad, or their fill finds no room, it asks here.
 */
import { sparseFactors } from "./integrators/iterationMatrix.ts";

/** First cells, of 8 bytes; lists of whole numbers have two in a cell. */
export interface SparseArea {
  /** Entries of the Jacobian, in their order. */
  readonly jacobian: number;
  /** A column in work, which is left at 0, whatever comes of it; and behind it, right-hand sides. */
  readonly x: number;
  readonly diagonal: number;
  /** `sparseState`. */
  readonly state: number;
  /** Of the matrix: columns' starts, and of each entry the address of its value and where in x it goes. */
  readonly start: number;
  readonly from: number;
  readonly to: number;
  /** Of each column in the order of elimination: where in x the shift goes, and by how many bytes a right-hand side's and a solution's element stand apart from its first. */
  readonly shifted: number;
  readonly row: number;
  readonly column: number;
  /** Starts of the columns of L and of U among the entries of both. */
  readonly l: number;
  readonly u: number;
  /** Of each entry where in x it acts, and its value. */
  readonly index: number;
  readonly value: number;
  /** So many entries there is room for. */
  readonly most: number;
  readonly end: number;
}

/** No factors; in the module's memory; in JavaScript alone, as there was no room. */
export const sparseState = { none: 0, inside: 1, outside: 2 } as const;

/** Of n states with so many entries of the Jacobian; undefined where the cells from `first` to `end` are too few. */
export function placeSparse(n: number, entries: number, first: number, end: number): SparseArea | undefined {
  let next = first;
  const take = (cells: number): number => (next += cells) - cells;
  const list = (length: number): number => take(Math.ceil(length / 2));
  const fixed = {
    jacobian: take(entries),
    x: take(2 * n),
    diagonal: take(n),
    state: take(1),
    start: list(n + 1),
    from: list(entries),
    to: list(entries),
    shifted: list(n),
    row: list(n),
    column: list(n),
    l: list(n + 1),
    u: list(n + 1),
  };
  const most = 2 * Math.floor((end - next) / 3);
  return most > 0 ? { ...fixed, index: list(most), value: take(most), most, end: next } : undefined;
}

export interface WasmSparse {
  /** What the module imports. */
  readonly imports: {
    /** Factors (shift I - J), J as it stands in memory: 1, or 0 where that is singular. */
    readonly factor: (shift: number) => number;
    /** Solves in place for the n numbers at an address, bytes. */
    readonly solveOutside: (at: number) => void;
  };
  /** A run begins. */
  begin(): void;
}

export function createWasmSparse(
  all: Float64Array,
  area: SparseArea,
  n: number,
  rows: readonly number[],
  columns: readonly number[],
): WasmSparse {
  const own = sparseFactors(n, rows, columns);
  const { lu } = own;
  const values = all.subarray(area.jacobian, area.jacobian + rows.length);
  const everyEntry = Int32Array.from(rows, (_, e) => e);
  const list = (first: number, length: number): Int32Array => new Int32Array(all.buffer, 8 * first, length);
  const placeInX = (k: number): number => 8 * (area.x + k);

  /** Whether they fit. */
  function lay(): boolean {
    const { order, pivotRow, place, l, u, diagonal, matrix } = lu.factors;
    const [inL, inU] = [l.start[n]!, u.start[n]!];
    if (inL + inU > area.most) return false;
    const [start, from, to] = [list(area.start, n + 1), list(area.from, rows.length), list(area.to, rows.length)];
    const [shifted, row, column] = [list(area.shifted, n), list(area.row, n), list(area.column, n)];
    const [lStart, uStart] = [list(area.l, n + 1), list(area.u, n + 1)];
    const index = list(area.index, inL + inU);
    let count = 0;
    for (let k = 0; k < n; k++) {
      // The shift is the diagonal's last entry, behind those of the Jacobian.
      for (let e = matrix.start[k]!; e < matrix.start[k + 1]!; e++) {
        const entry = matrix.from[e]!;
        const target = placeInX(place[matrix.row[e]!]!);
        if (entry >= rows.length) {
          shifted[k] = target;
          continue;
        }
        from[count] = 8 * (area.jacobian + entry);
        to[count++] = target;
      }
      start[k + 1] = 4 * count;
      row[k] = 8 * pivotRow[k]!;
      column[k] = 8 * order[k]!;
      lStart[k + 1] = 4 * l.start[k + 1]!;
      uStart[k + 1] = 4 * (inL + u.start[k + 1]!);
    }
    start[0] = lStart[0] = 0;
    uStart[0] = 4 * inL;
    for (let e = 0; e < inL; e++) index[e] = placeInX(l.index[e]!);
    for (let e = 0; e < inU; e++) index[inL + e] = placeInX(u.index[e]!);
    all.set(l.value.subarray(0, inL), area.value);
    all.set(u.value.subarray(0, inU), area.value + inL);
    all.set(diagonal, area.diagonal);
    return true;
  }

  return {
    imports: {
      factor(shift) {
        all[area.state] = sparseState.none;
        if (!own.factor(shift, values, everyEntry)) return 0;
        all[area.state] = lay() ? sparseState.inside : sparseState.outside;
        return 1;
      },
      solveOutside: (at) => own.solve(all.subarray(at / 8, at / 8 + n)),
    },
    begin() {
      lu.forget();
      all[area.state] = sparseState.none;
    },
  };
}
