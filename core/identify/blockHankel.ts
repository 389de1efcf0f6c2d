/**
 * Past and future of a recording in one matrix, a column an instant, reduced to its lower triangular factor L: L L' = H H' with H = [future u; past u;
 * past y; future y]. Everything that subspace methods project is a product of parts of L. Van Overschee & De Moor, "Subspace Identification for
 * Linear Systems" (1996), 6.1.
 */
import { toMatrix, transpose } from "../math/dense.ts";
import { pivotedQr } from "../math/qr.ts";
import { rowsTriangle } from "../math/rowsTriangle.ts";
import { svd } from "../math/svd.ts";
import { triangleInverse } from "../math/triangleInverse.ts";
import { type IdentifyRefusal, type Records } from "./recording.ts";

export interface BlockHankel {
  /** Block rows of the past, and of the future. */
  readonly s: number;
  readonly m: number;
  readonly p: number;
  /** size x size, size = 2 s (m + p), lower triangular. */
  readonly L: Float64Array;
  readonly size: number;
  /** Instants: the columns of H. */
  readonly columns: number;
}

/** With how many block rows of past and future: the most that the number of samples carries well, at most 15. */
export function defaultHorizon({ m, p, segments, total }: Records): number {
  // Half as many columns again as H has rows.
  const most = Math.floor((total + segments.length) / (3 * (m + p) + 2 * segments.length));
  return Math.max(2, Math.min(15, most));
}

/**
 * Undefined where there are fewer instants than rows of H. With the factor of the same recordings by a longer horizon, whose H holds the rows of this one at all
 * instants but the first and last ones, this takes no more than another reduction of that.
 */
export function blockHankel(records: Records, s: number, longer?: BlockHankel): BlockHankel | undefined {
  const { m, p } = records;
  const size = 2 * s * (m + p);
  const gathered = rowsTriangle(size);
  const row = new Float64Array(size);
  const [past, seen, next] = [s * m, 2 * s * m, 2 * s * m + s * p];
  if (longer) {
    // Blocks of the future begin where those of the longer one do, blocks of the past end where those do.
    const skipped = longer.s - s;
    const rows = Array.from({ length: size }, (_, r) => {
      if (r < past) return r;
      return r < seen ? r + 2 * skipped * m : r + 2 * skipped * m + skipped * p;
    });
    for (let c = 0; c < longer.size; c++) {
      for (let r = 0; r < size; r++) row[r] = longer.L[rows[r]! * longer.size + c]!;
      gathered.add(row);
    }
  }
  let columns = longer?.columns ?? 0;
  for (const { count, u, y } of records.segments) {
    for (let k = 0; k + 2 * s <= count; k++) {
      // The first instant of the future, which the longer horizon has from its own length on.
      if (longer && k + s >= longer.s && k + s + longer.s <= count) continue;
      row.set(u.subarray((k + s) * m, (k + 2 * s) * m), 0);
      row.set(u.subarray(k * m, (k + s) * m), past);
      row.set(y.subarray(k * p, (k + s) * p), seen);
      row.set(y.subarray((k + s) * p, (k + 2 * s) * p), next);
      gathered.add(row);
      columns++;
    }
  }
  if (columns < size) return undefined;
  return { s, m, p, L: transpose(gathered.triangle(), size, size), size, columns };
}

/** Rows and columns of L from the first up to, and without, the second place. */
export function part({ L, size }: BlockHankel, r0: number, r1: number, c0: number, c1: number): Float64Array {
  const block = new Float64Array((r1 - r0) * (c1 - c0));
  for (let i = r0; i < r1; i++) block.set(L.subarray(i * size + c0, i * size + c1), (i - r0) * (c1 - c0));
  return block;
}

/** Singular values below this share of the largest count as 0: inputs so poor in variety determine nothing. */
const poor = 1e-9;

/** The order up to which the inputs excite persistently, at most 2 s: as many block rows of inputs are independent. */
export function excitation(hankel: BlockHankel): number {
  const { s, m } = hankel;
  if (m === 0) return 2 * s;
  const all = 2 * s * m;
  const rows = part(hankel, 0, all, 0, all);
  const independent = (count: number): boolean => {
    // The future's rows, then the past's latest ones.
    const before = Math.max(0, count - s) * m;
    const top = rows.subarray(0, Math.min(count, s) * m * all);
    const chosen = new Float64Array(top.length + before * all);
    chosen.set(top);
    chosen.set(rows.subarray((all - before) * all), top.length);
    const values = svd(chosen, count * m, all).s;
    return values[values.length - 1]! > poor * values[0]!;
  };
  if (triangleInverse(rows, all, 1 / poor) || independent(2 * s)) return 2 * s;
  let reached = 0;
  while (reached + 1 < 2 * s && independent(reached + 1)) reached++;
  return reached;
}

/** An input that is a sum of multiples of the others. */
export function collinear(records: Records): IdentifyRefusal | undefined {
  const { m, names } = records;
  const gathered = rowsTriangle(m);
  for (const { count, u } of records.segments)
    for (let k = 0; k < count; k++) gathered.add(u.subarray(k * m, (k + 1) * m));
  const size = Math.sqrt(records.total);
  const { rank, columns, dropped, R } = pivotedQr(toMatrix(gathered.triangle(), m, m), 1e-10 * size);
  if (rank === m) return undefined;
  const largest = Math.abs(R.get(0, 0)) || 1;
  return { ok: false, code: "COLLINEAR", channel: names.u[columns[rank]!]!, rcond: dropped / largest };
}
