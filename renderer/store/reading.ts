/** Reads a signal at an instant. Which samples a plot draws is its own matter. */

/** Value at time x: held where `sampled`, else on the line between samples; after a jump's instant, the later side. */
export function valueAt(t: Float64Array, values: Float64Array, sampled: boolean, x: number): number {
  const last = t.length - 1;
  if (last < 0 || x < t[0]! || x > t[last]!) return NaN;
  const i = Math.max(0, upperBound(t, x) - 1);
  const t0 = t[i]!;
  if (sampled || i === last || x === t0) return values[i]!;
  const t1 = t[i + 1]!;
  return values[i]! + ((x - t0) / (t1 - t0)) * (values[i + 1]! - values[i]!);
}

/** First index with t > x. */
export function upperBound(t: Float64Array, x: number): number {
  let low = 0;
  let high = t.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}
