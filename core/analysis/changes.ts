/** Roots of a function between points at which its sign is known. */
import { bracketed } from "./bracketed.ts";

export interface Change {
  readonly at: number;
  /** From below 0 to above. */
  readonly rising: boolean;
}

/** Between neighbours of unlike sign; `values`: f at the points. Points where f is 0 to rounding (a loop along the axis) are no neighbours. */
export function changes(
  f: (w: number) => number,
  points: Float64Array,
  values: Float64Array = points.map(f),
): Change[] {
  const found: Change[] = [];
  let before: readonly [number, number] | undefined;
  for (let k = 0; k < points.length; k++) {
    const [w, v] = [points[k]!, values[k]!];
    if (Number.isNaN(v) || Math.abs(v) < 1e-11) continue;
    if (before && before[1] > 0 !== v > 0) found.push({ at: bracketed(f, before[0], w, before[1], v), rising: v > 0 });
    before = [w, v];
  }
  return found;
}
