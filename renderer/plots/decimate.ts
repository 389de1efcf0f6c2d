/**
 * Which samples a plot draws: those in its window, and of very many only the extremes of each bucket, so that a spike one
 * sample wide stays visible and drawing costs no more than the screen has columns. Knows nothing of the plotting library.
 */
import { upperBound } from "../store/reading.ts";

/** Above this many samples in the window, the extremes stand for the rest. */
export const drawnWhole = 20_000;
const buckets = 2_000;

/** First and last sample to draw for a window of time: one more on each side, so that lines reach the edges. */
export function indexRange(t: Float64Array, from: number, to: number): readonly [number, number] {
  const first = Math.max(0, lowerBound(t, from) - 1);
  const last = Math.min(t.length - 1, upperBound(t, to));
  return [Math.min(first, Math.max(0, last)), last];
}

/** Ascending indices of the samples to draw from `first` to `last`; undefined: every one. */
export function extremes(traces: readonly Float64Array[], first: number, last: number): Int32Array | undefined {
  const count = last - first + 1;
  if (count <= drawnWhole) return undefined;
  const kept = new Set<number>([first, last]);
  for (const values of traces) {
    for (let b = 0; b < buckets; b++) {
      const from = first + Math.floor((b * count) / buckets);
      const to = first + Math.floor(((b + 1) * count) / buckets);
      let low = from;
      let high = from;
      for (let i = from + 1; i < to; i++) {
        const value = values[i]!;
        if (value < values[low]!) low = i;
        if (value > values[high]!) high = i;
        // A gap must stay a gap: keep where finite turns into not finite.
        if (Number.isFinite(value) !== Number.isFinite(values[i - 1]!)) kept.add(i - 1).add(i);
      }
      kept.add(low).add(high);
    }
  }
  return Int32Array.from(kept).sort();
}

/** The chosen samples, as the plotting library wants them: null where a value is not finite. */
export function gather(
  values: Float64Array,
  first: number,
  last: number,
  chosen: Int32Array | undefined,
): (number | null)[] {
  const out: (number | null)[] = [];
  if (chosen === undefined) {
    for (let i = first; i <= last; i++) out.push(finite(values[i]!));
  } else {
    for (const i of chosen) out.push(finite(values[i]!));
  }
  return out;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** First index with t >= x. */
export function lowerBound(t: Float64Array, x: number): number {
  let low = 0;
  let high = t.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
