/** What part of the complex plane a map of poles and zeros shows, and the lines of its grid. Numbers only; drawing is PoleZeroMap's. */
import type { LocusView, PoleZeroView } from "../engine/protocol.ts";
import type { FrequencyUnit } from "../store/view.ts";
import type { Kept, KeptStyle } from "./keptSystems.ts";
import { csvCell } from "./runTable.ts";

type Complex = readonly [re: number, im: number];

/** Units are as long on both axes. */
export interface Frame {
  readonly re: number;
  readonly im: number;
  /** Units a pixel. */
  readonly per: number;
}

/** All poles and zeros, the origin, and the unit circle of a sampled system, with a margin, in a room of this size. */
export function frameOf(
  view: PoleZeroView,
  width: number,
  height: number,
  beside: readonly PoleZeroView[] = [],
): Frame {
  const points: Complex[] = [[0, 0]];
  for (const { poles, zeros, locus } of [view, ...beside])
    points.push(...poles.map(({ pole }) => pole), ...zeros, ...(locus?.closed ?? []));
  if (view.time.kind === "discrete") points.push([-1, -1], [1, 1]);
  const finite = points.filter(([re, im]) => Number.isFinite(re) && Number.isFinite(im));
  const ends = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;
  const [left, right] = ends(finite.map(([re]) => re));
  // The plane is symmetric about the real axis.
  const tall = 2 * Math.max(...finite.map(([, im]) => Math.abs(im)));
  const [wide, high] = [right - left, tall];
  const per = 1.35 * Math.max(wide / width, high / height);
  return { re: (left + right) / 2, im: 0, per: per > 0 ? per : 4 / Math.max(1, Math.min(width, height)) };
}

/** About a place that stays where it is. */
export function zoomedFrame(frame: Frame, [re, im]: Complex, factor: number): Frame {
  return { re: re + (frame.re - re) * factor, im: im + (frame.im - im) * factor, per: frame.per * factor };
}

export const dampings = [0.1, 0.3, 0.5, 0.7, 0.9] as const;

/** The ray of a damping ratio in the upper left half plane: a point on it at distance 1. */
export const rayOf = (damping: number): Complex => [-damping, Math.sqrt(1 - damping * damping)];

/** Poles of a sampled system whose logarithm has this damping ratio: z = exp(s T) for s up to the Nyquist frequency. */
export function spiralOf(damping: number, count = 60): readonly Complex[] {
  const [re, im] = rayOf(damping);
  return Array.from({ length: count + 1 }, (_, k): Complex => {
    const angle = (Math.PI * k) / count;
    const size = Math.exp((re / im) * angle);
    return [size * Math.cos(angle), size * Math.sin(angle)];
  });
}

export interface Marker {
  readonly kind: "pole" | "zero";
  readonly at: Complex;
  readonly damping?: number;
  readonly frequency?: number;
  /** The kept system that it is of; absent: the present one. */
  readonly of?: KeptStyle;
}

/** Those of the present system, then those of each kept one. */
export const markersOfAll = (view: PoleZeroView, kept: readonly Kept<PoleZeroView>[]): readonly Marker[] => [
  ...markersOf(view),
  ...kept.flatMap((of) => markersOf(of.view).map((marker) => ({ ...marker, of }))),
];

/** Poles, the slowest first, then zeros. */
export const markersOf = ({ poles, zeros }: PoleZeroView): readonly Marker[] => [
  ...poles.map(({ pole, damping, frequency }): Marker => ({ kind: "pole", at: pole, damping, frequency })),
  ...zeros.map((at): Marker => ({ kind: "zero", at })),
];

/** A line each, for spreadsheets; zeros have no damping or frequency of their own. Kept systems are named in a column of their own. */
export function markersCsv(markers: readonly Marker[], unit: FrequencyUnit): string {
  const number = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? "" : String(value));
  const several = markers.some(({ of }) => of);
  const lines = markers.map(({ kind, at, damping, frequency, of }) =>
    [kind, at[0], at[1], number(damping), number(frequency), ...(several ? [csvCell(of?.name ?? "")] : [])].join(","),
  );
  return `${[`kind,re,im,damping,frequency (${unit})${several ? ",system" : ""}`, ...lines].join("\n")}\n`;
}

/** A place on a root locus. */
export interface LocusPoint {
  readonly at: Complex;
  readonly gain: number;
  /** Of the pole there, as a continuous one; undefined at 0. */
  readonly damping: number | undefined;
  /** rad/s */
  readonly frequency: number | undefined;
}

/** The place on a branch nearest to a point, none farther than `reach`. */
export function nearestOnLocus(
  { branches, gains }: LocusView,
  period: number | undefined,
  [re, im]: Complex,
  reach: number,
): LocusPoint | undefined {
  let least = reach;
  let found: { readonly at: Complex; readonly gain: number } | undefined;
  for (const branch of branches) {
    for (let k = 1; k < gains.length; k++) {
      const [a, b] = [branch.re[k - 1]!, branch.im[k - 1]!];
      const [dx, dy] = [branch.re[k]! - a, branch.im[k]! - b];
      const length = dx * dx + dy * dy;
      const share = length > 0 ? Math.min(1, Math.max(0, ((re - a) * dx + (im - b) * dy) / length)) : 0;
      const at: Complex = [a + share * dx, b + share * dy];
      const away = Math.hypot(at[0] - re, at[1] - im);
      if (!(away < least)) continue;
      least = away;
      found = { at, gain: gains[k - 1]! + share * (gains[k]! - gains[k - 1]!) };
    }
  }
  if (!found) return undefined;
  const [x, y] = period === undefined ? found.at : continuous(found.at, period);
  const frequency = Math.hypot(x, y);
  const known = Number.isFinite(frequency) && frequency > 0;
  return { ...found, damping: known ? -x / frequency : undefined, frequency: known ? frequency : undefined };
}

/** s of z = exp(s T). */
const continuous = ([re, im]: Complex, period: number): Complex => [
  Math.log(Math.hypot(re, im)) / period,
  Math.atan2(im, re) / period,
];

/** A line for each gain and branch, for spreadsheets; kept systems are named in a column of their own. */
export function locusCsv(locus: LocusView, kept: readonly Kept<PoleZeroView>[] = []): string {
  const several = kept.length > 0;
  const lines = [`gain,branch,re,im${several ? ",system" : ""}`];
  for (const { name, loci } of [
    { name: "", loci: locus },
    ...kept.map(({ name: of, view }) => ({ name: of, loci: view.locus })),
  ])
    loci?.gains.forEach((gain, k) =>
      loci.branches.forEach(({ re, im }, b) =>
        lines.push([gain, b + 1, re[k], im[k], ...(several ? [csvCell(name)] : [])].join(",")),
      ),
    );
  return `${lines.join("\n")}\n`;
}

/**
 * Poles with one of them moved, its conjugate along with it. Nearer to the real axis than `reach` a pair becomes two real poles; a real
 * one that is moved off it takes the nearest other real one for its conjugate, and stays on the axis where there is none.
 */
export function movePole(
  poles: readonly Complex[],
  index: number,
  [re, im]: Complex,
  reach: number,
): readonly Complex[] {
  const [, before] = poles[index]!;
  const off = Math.abs(im) > reach;
  const mates = poles.flatMap(([a, b], i) =>
    i !== index && b === -before ? [{ i, far: Math.abs(a - poles[index]![0]) }] : [],
  );
  const mate = mates.toSorted((a, b) => a.far - b.far)[0]?.i;
  if (before === 0 && (!off || mate === undefined)) return poles.map((pole, i) => (i === index ? [re, 0] : pole));
  return poles.map((pole, i): Complex => (i === index ? [re, off ? im : 0] : i === mate ? [re, off ? -im : 0] : pole));
}
