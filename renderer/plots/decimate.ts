/** Which samples of a window a plot draws (of very many, core/data/extremes.ts chooses), and how the plotting library wants them. */
import { upperBound } from "../store/reading.ts";

/** First and last sample to draw for a window of time: one more on each side, so that lines reach the edges. */
export function indexRange(t: Float64Array, from: number, to: number): readonly [number, number] {
  const first = Math.max(0, lowerBound(t, from) - 1);
  const last = Math.min(t.length - 1, upperBound(t, to));
  return [Math.min(first, Math.max(0, last)), last];
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
