/**
 * Of very many samples the extremes of each bucket, so that a spike one sample wide stays visible and drawing costs no more than the screen
 * has columns.
 */

/** Above this many samples in the window, the extremes stand for the rest. */
export const drawnWhole = 20_000;
/** Of one trace; of several less, as each is drawn at the instants of all. */
export const mostBuckets = 2_000;
const leastBuckets = 600;
const mostDrawn = 12_000;

/** Ascending indices of the samples to draw from `first` to `last`; undefined: every one, as there are no more than `whole`. */
export function extremes(
  traces: readonly Float64Array[],
  first: number,
  last: number,
  whole = drawnWhole,
): Int32Array | undefined {
  const count = last - first + 1;
  if (count <= whole) return undefined;
  const buckets = Math.max(leastBuckets, Math.min(mostBuckets, Math.floor(mostDrawn / (2 * traces.length))));
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
