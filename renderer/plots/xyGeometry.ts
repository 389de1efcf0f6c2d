/** The geometry of XY plots: what there is to see, equal scales, and the sample nearest to the pointer. */
import type { Box, TimeWindow } from "./scopeState.ts";
import type { Curve } from "./signals.ts";

/** All curves with a margin; a constant lies in the middle of an axis of its own size. */
export function boxOf(curves: readonly Curve[]): Box {
  return { x: rangeOf(curves.map((curve) => curve.x.values)), y: rangeOf(curves.map((curve) => curve.y.values)) };
}

function rangeOf(all: readonly Float64Array[]): TimeWindow {
  let low = Infinity;
  let high = -Infinity;
  for (const values of all) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= 1e-10 * size || high === low) {
    const pad = size === 0 ? 1 : size * 0.1;
    return [low - pad, high + pad];
  }
  const pad = 0.06 * (high - low);
  return [low - pad, high + pad];
}

/** The box grown about its middle until a unit is as long on both axes of a plot of this size. */
export function equalized({ x, y }: Box, width: number, height: number): Box {
  const perX = (x[1] - x[0]) / width;
  const perY = (y[1] - y[0]) / height;
  const per = Math.max(perX, perY);
  const grown = ([low, high]: TimeWindow, length: number): TimeWindow => {
    const middle = (low + high) / 2;
    return [middle - (per * length) / 2, middle + (per * length) / 2];
  };
  return { x: perX < per ? grown(x, width) : x, y: perY < per ? grown(y, height) : y };
}

export interface Nearest {
  readonly curve: Curve;
  readonly index: number;
  /** In the pixels of the plot. */
  readonly x: number;
  readonly y: number;
}

/** undefined where no curve has a finite sample. */
export function nearestSample(
  curves: readonly Curve[],
  { toX, toY }: { toX(value: number): number; toY(value: number): number },
  x: number,
  y: number,
): Nearest | undefined {
  let best: Nearest | undefined;
  let least = Infinity;
  for (const curve of curves) {
    const xs = curve.x.values;
    const ys = curve.y.values;
    for (let index = 0; index < xs.length; index++) {
      const px = toX(xs[index]!);
      const py = toY(ys[index]!);
      const distance = (px - x) ** 2 + (py - y) ** 2;
      if (distance < least) {
        least = distance;
        best = { curve, index, x: px, y: py };
      }
    }
  }
  return best;
}
