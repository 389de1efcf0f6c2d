/** Axes of the analysis plots: which part is shown, where ticks stand, what lies nearest to the pointer. Numbers only. */
import { written } from "../ui/figures.ts";
import { ticks } from "./svgPicture.ts";

export type Range = readonly [low: number, high: number];

/** How an axis runs. Angles have ticks at parts of a turn. */
export type Scale = "linear" | "log" | "degrees";

export interface ChartLine {
  readonly name: string;
  readonly colour: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** What holds the truth: drawn as a band of the line's colour. */
  readonly low?: Float64Array;
  readonly high?: Float64Array;
  /** The parameter along the curve, where x is none. */
  readonly at?: Float64Array;
  /** The mirror image, or what is there for orientation. */
  readonly faint?: boolean;
  /** Of a system that was kept: drawn with these dashes, and named elsewhere. */
  readonly dash?: readonly number[];
}

/** On a logarithmic axis lengths are decades. */
export const along = (scale: Scale, value: number): number => (scale === "log" ? Math.log10(value) : value);
export const back = (scale: Scale, place: number): number => (scale === "log" ? 10 ** place : place);

/** Of all finite values, with a margin; a range of some width where there is none. `within` limits what counts. */
export function rangeOf(
  lines: readonly ChartLine[],
  axis: "x" | "y",
  scale: Scale,
  {
    share = 0.06,
    within,
    least = 0,
  }: { readonly share?: number; readonly within?: Range; readonly least?: number } = {},
): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const line of lines) {
    const values = line[axis];
    for (let k = 0; k < values.length; k++) {
      const place = along(scale, values[k]!);
      if (!Number.isFinite(place)) continue;
      const other = line[axis === "x" ? "y" : "x"][k]!;
      if (!Number.isFinite(other)) continue;
      if (within && (place < within[0] || place > within[1])) continue;
      low = Math.min(low, place);
      high = Math.max(high, place);
    }
  }
  if (!(low <= high)) return [-1, 1];
  const width = Math.max(high - low, least, 1e-9 * Math.max(Math.abs(low), Math.abs(high)), 1e-300);
  const middle = (low + high) / 2;
  return [middle - width * (0.5 + share), middle + width * (0.5 + share)];
}

export interface Tick {
  readonly place: number;
  /** Empty for a line between numbers. */
  readonly label: string;
}

const turns = [1, 2, 5, 10, 15, 30, 45, 90, 180, 360, 720, 1440, 3600];

export function axisTicks(scale: Scale, range: Range, count: number): readonly Tick[] {
  if (scale === "degrees") {
    const step = turns.find((turn) => (range[1] - range[0]) / turn <= count) ?? 7200;
    const first = Math.ceil(range[0] / step);
    const many = Math.floor(range[1] / step) - first + 1;
    return Array.from({ length: Math.max(0, many) }, (_, k) => tick((first + k) * step, (first + k) * step));
  }
  if (scale === "linear") return ticks(range, Math.max(2, count)).map((value) => tick(value, value));
  const decades = range[1] - range[0];
  // Less than a decade and a half is read better by its numbers.
  if (decades < 1.5)
    return ticks([10 ** range[0], 10 ** range[1]], Math.max(2, count)).flatMap((value) =>
      value > 0 ? [tick(Math.log10(value), value)] : [],
    );
  const every = Math.max(1, Math.ceil(decades / count));
  const found: Tick[] = [];
  for (let power = Math.floor(range[0]); power <= range[1]; power++) {
    if (power >= range[0]) found.push(tick(power, 10 ** power, power % every === 0));
    if (decades > 8) continue;
    for (let digit = 2; digit < 10; digit++) {
      const place = power + Math.log10(digit);
      if (place >= range[0] && place <= range[1]) found.push({ place, label: "" });
    }
  }
  return found;
}

const tick = (place: number, value: number, labelled = true): Tick => ({
  place,
  label: labelled ? written(value) : "",
});

/** Unbroken stretches as points of an SVG; steps of less than a third of a pixel are left out. */
/** Between low and high, there along the upper edge and back along the lower; "" where a line has no band. */
export function bandOf(line: ChartLine, toX: (v: number) => number, toY: (v: number) => number): string {
  const { x, low, high } = line;
  if (!low || !high) return "";
  const back = (values: Float64Array): ChartLine => ({ ...line, x: x.toReversed(), y: values.toReversed() });
  const [there, home] = [pathOf({ ...line, y: high }, toX, toY), pathOf(back(low), toX, toY)];
  return there === "" || home === "" ? "" : `${there}L${home.slice(1)}Z`;
}

export function pathOf(
  line: Pick<ChartLine, "x" | "y">,
  toX: (v: number) => number,
  toY: (v: number) => number,
): string {
  let path = "";
  let pen = false;
  let [lastX, lastY] = [Number.NaN, Number.NaN];
  for (let k = 0; k < line.x.length; k++) {
    const [x, y] = [toX(line.x[k]!), toY(line.y[k]!)];
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      pen = false;
      continue;
    }
    if (pen && k + 1 < line.x.length && Math.abs(x - lastX) < 0.3 && Math.abs(y - lastY) < 0.3) continue;
    // Far outside is outside: browsers draw lines of a million pixels badly.
    const clip = (v: number): string => Math.min(1e5, Math.max(-1e5, v)).toFixed(1);
    path += `${pen ? "L" : "M"}${clip(x)} ${clip(y)}`;
    pen = true;
    [lastX, lastY] = [x, y];
  }
  return path;
}

/** Index of the sample nearest to a place, by the measure given; -1 where there is none. */
export function nearestIndex(count: number, distance: (k: number) => number): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < count; k++) {
    const d = distance(k);
    if (d < least) [best, least] = [k, d];
  }
  return best;
}

/** Of a curve over a rising x, between its samples; undefined where it has none. */
export function valueOn(line: ChartLine, scale: Scale, x: number): number | undefined {
  const { x: xs, y: ys } = line;
  let [low, high] = [0, xs.length - 1];
  if (high < 0 || !(x >= xs[low]!) || !(x <= xs[high]!)) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle]! <= x) low = middle;
    else high = middle;
  }
  const [a, b] = [along(scale, xs[low]!), along(scale, xs[high]!)];
  const share = b > a ? (along(scale, x) - a) / (b - a) : 0;
  const value = share === 0 ? ys[low]! : share === 1 ? ys[high]! : ys[low]! + share * (ys[high]! - ys[low]!);
  return Number.isFinite(value) ? value : undefined;
}

/** About a place that stays where it is. */
export const zoomedRange = ([low, high]: Range, at: number, factor: number): Range => [
  at + (low - at) * factor,
  at + (high - at) * factor,
];
