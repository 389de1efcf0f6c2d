/** What part of the complex plane a map of poles and zeros shows, and the lines of its grid. Numbers only; drawing is PoleZeroMap's. */
import type { PoleZeroView } from "../engine/protocol.ts";

type Complex = readonly [re: number, im: number];

/** Units are as long on both axes. */
export interface Frame {
  readonly re: number;
  readonly im: number;
  /** Units a pixel. */
  readonly per: number;
}

/** All poles and zeros, the origin, and the unit circle of a sampled system, with a margin, in a room of this size. */
export function frameOf(view: PoleZeroView, width: number, height: number): Frame {
  const points: Complex[] = [...view.poles.map(({ pole }) => pole), ...view.zeros, [0, 0]];
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
}

/** Poles, the slowest first, then zeros. */
export const markersOf = ({ poles, zeros }: PoleZeroView): readonly Marker[] => [
  ...poles.map(({ pole, damping, frequency }): Marker => ({ kind: "pole", at: pole, damping, frequency })),
  ...zeros.map((at): Marker => ({ kind: "zero", at })),
];

/** A line each, for spreadsheets; zeros have no damping or frequency of their own. */
export function markersCsv(markers: readonly Marker[]): string {
  const number = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? "" : String(value));
  const lines = markers.map(({ kind, at, damping, frequency }) =>
    [kind, at[0], at[1], number(damping), number(frequency)].join(","),
  );
  return `${["kind,re,im,damping,frequency (rad/s)", ...lines].join("\n")}\n`;
}
