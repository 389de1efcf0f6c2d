/**
 * Of very many samples the extremes of each bucket, so that a spike one sample wide stays visible and drawing costs no more than the screen
 * has columns.
 */

/** Above this many samples in the window, the extremes stand for the rest. */
export const drawnWhole = 8_000;
/** Of one trace; of several less, as each is drawn at the instants of all. */
export const mostBuckets = 2_000;
const leastBuckets = 600;
const mostDrawn = 12_000;

/** Of each block of samples the index of the least and of the greatest value, -1 where none is finite: what extremes of any window are found from. */
export interface Summary {
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** Their values, side by side: those of the trace lie too far apart to be read fast. */
  readonly least: Float64Array;
  readonly greatest: Float64Array;
}
const block = 64;

/** One pass over the samples; a twentieth of their memory. */
export function summaryOf(values: Float64Array): Summary {
  const blocks = Math.floor(values.length / block);
  const [low, high] = [new Int32Array(blocks), new Int32Array(blocks)];
  const [least, greatest] = [new Float64Array(blocks), new Float64Array(blocks)];
  for (let k = 0; k < blocks; k++) {
    const of = extremesOf(values, k * block, (k + 1) * block);
    low[k] = of.low;
    high[k] = of.high;
    least[k] = of.least;
    greatest[k] = of.greatest;
  }
  return { low, high, least, greatest };
}

/**
 * Ascending indices of the samples to draw from `first` to `last`; undefined: every one, as there are no more than `whole`. What is not finite is a gap: one that
 * reaches from a bucket into the next breaks the line, a shorter one is finer than what is drawn. `summaries`: of the traces, in their order.
 */
export function extremes(
  traces: readonly Float64Array[],
  first: number,
  last: number,
  whole = drawnWhole,
  summaries?: readonly Summary[],
): Int32Array | undefined {
  const count = last - first + 1;
  if (count <= whole) return undefined;
  const buckets = Math.max(leastBuckets, Math.min(mostBuckets, Math.floor(mostDrawn / (2 * traces.length))));
  const kept = new Set<number>([first, last]);
  for (const [k, values] of traces.entries()) {
    for (let b = 0; b < buckets; b++) {
      const from = first + Math.floor((b * count) / buckets);
      const to = first + Math.floor(((b + 1) * count) / buckets);
      const { low, high } = extremesOf(values, from, to, summaries?.[k]);
      if (low >= 0) kept.add(low).add(high);
      if (low < 0 || (b > 0 && !Number.isFinite(values[from]!) && !Number.isFinite(values[from - 1]!))) kept.add(from);
    }
  }
  return Int32Array.from(kept).sort();
}

/** Where the least and the greatest finite value so far stand, the first of equals; -1: there is none. One for all searches, as there are thousands. */
interface Found {
  low: number;
  high: number;
  least: number;
  greatest: number;
}
const found: Found = { low: -1, high: -1, least: Infinity, greatest: -Infinity };

/** Of the samples in [from, to), by their blocks where those are known. */
function extremesOf(values: Float64Array, from: number, to: number, summary?: Summary): Found {
  found.low = found.high = -1;
  found.least = Infinity;
  found.greatest = -Infinity;
  const [k, end] = [Math.ceil(from / block), Math.min(Math.floor(to / block), summary?.low.length ?? 0)];
  if (!summary || k >= end) {
    scan(values, from, to);
    return found;
  }
  scan(values, from, k * block);
  meet(summary, k, end);
  scan(values, end * block, to);
  return found;
}

function scan(values: Float64Array, from: number, to: number): void {
  let { low, high, least, greatest } = found;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (value < least && value > -Infinity) [low, least] = [i, value];
    if (value > greatest && value < Infinity) [high, greatest] = [i, value];
  }
  found.low = low;
  found.high = high;
  found.least = least;
  found.greatest = greatest;
}

function meet({ low, high, least, greatest }: Summary, from: number, to: number): void {
  for (let k = from; k < to; k++) {
    if (least[k]! < found.least) {
      found.low = low[k]!;
      found.least = least[k]!;
    }
    if (greatest[k]! > found.greatest) {
      found.high = high[k]!;
      found.greatest = greatest[k]!;
    }
  }
}
