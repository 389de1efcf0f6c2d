/** Recorded inputs and outputs, one recording or several of the same plant, and what may be wrong with them. */
import { named } from "../lti/model.ts";

/** By input and by output: one sequence each, all of one length. */
export interface Recording {
  readonly u: readonly ArrayLike<number>[];
  readonly y: readonly ArrayLike<number>[];
  /** s between samples; 1 when absent. */
  readonly period?: number | undefined;
  readonly names?:
    { readonly u?: readonly string[] | undefined; readonly y?: readonly string[] | undefined } | undefined;
}

/** Several are taken one by one, each with an initial state of its own: experiments, or what is left around gaps. */
export type Recordings = Recording | readonly Recording[];

/** One recording, sample by sample. */
export interface Segment {
  readonly count: number;
  /** count x m, row-major. */
  readonly u: Float64Array;
  /** count x p, row-major. */
  readonly y: Float64Array;
}

export interface Records {
  readonly m: number;
  readonly p: number;
  readonly period: number;
  readonly segments: readonly Segment[];
  /** Samples of all segments. */
  readonly total: number;
  readonly names: { readonly u: readonly string[]; readonly y: readonly string[] };
}

/** Why no model came out; numbers say by how much. */
export type IdentifyRefusal =
  /** A value that is not finite; `channel` counts inputs, then outputs. */
  | { readonly ok: false; readonly code: "NOT_FINITE"; readonly channel: string; readonly sample: number }
  | { readonly ok: false; readonly code: "TOO_FEW_SAMPLES"; readonly samples: number; readonly needed: number }
  /** The inputs excite persistently of order `reached` only. */
  | { readonly ok: false; readonly code: "NOT_EXCITING"; readonly reached: number; readonly needed: number }
  /** A channel that is a sum of multiples of those before it (a constant 0 is the empty one), to `rcond`. */
  | { readonly ok: false; readonly code: "COLLINEAR"; readonly channel: string; readonly rcond: number }
  /** Parameters that the data do not determine: the reciprocal condition of what had to be solved. */
  | { readonly ok: false; readonly code: "SINGULAR"; readonly rcond: number }
  /** More states than the data's horizon or rank allow. */
  | { readonly ok: false; readonly code: "ORDER_TOO_HIGH"; readonly order: number; readonly most: number }
  /** A model whose outputs grow beyond bounds: the modulus of its largest pole. */
  | { readonly ok: false; readonly code: "UNSTABLE"; readonly modulus: number };

/** Throws a RangeError where sequences do not fit together, a programmer's mistake. */
export function recordsOf(given: Recordings): Records {
  const list = Array.isArray(given) ? (given as readonly Recording[]) : [given as Recording];
  const first = list[0];
  if (!first) throw new RangeError("A recording is needed");
  const [m, p] = [first.u.length, first.y.length];
  if (p === 0) throw new RangeError("A recording needs an output");
  const period = first.period ?? 1;
  if (!(period > 0)) throw new RangeError(`A sample period must be positive, not ${period}`);
  const segments = list.map((recording): Segment => {
    const count = recording.y[0]?.length ?? 0;
    const fits = [...recording.u, ...recording.y].every((sequence) => sequence.length === count);
    if (recording.u.length !== m || recording.y.length !== p || !fits || (recording.period ?? 1) !== period)
      throw new RangeError("Recordings of one plant need the same channels, period, and sequences of one length");
    return { count, u: interleaved(recording.u, count), y: interleaved(recording.y, count) };
  });
  return {
    m,
    p,
    period,
    segments,
    total: segments.reduce((sum, { count }) => sum + count, 0),
    names: { u: named(first.names?.u, "u", m), y: named(first.names?.y, "y", p) },
  };
}

function interleaved(channels: readonly ArrayLike<number>[], count: number): Float64Array {
  const width = channels.length;
  const all = new Float64Array(count * width);
  channels.forEach((channel, j) => {
    for (let k = 0; k < count; k++) all[k * width + j] = channel[k]!;
  });
  return all;
}

/** The first value that is no number; outputs may be missing (NaN) where `missing` says so. */
export function notFinite(records: Records, missing = false): IdentifyRefusal | undefined {
  const { m, p, names } = records;
  for (const { u, y } of records.segments) {
    const at = u.findIndex((v) => !Number.isFinite(v));
    if (at >= 0) return { ok: false, code: "NOT_FINITE", channel: names.u[at % m]!, sample: Math.floor(at / m) };
    const out = y.findIndex((v) => !Number.isFinite(v) && !(missing && Number.isNaN(v)));
    if (out >= 0) return { ok: false, code: "NOT_FINITE", channel: names.y[out % p]!, sample: Math.floor(out / p) };
  }
  return undefined;
}

/** Root mean squares by channel, 1 for a channel of zeros: what brings all of them to a like size. */
export function sizesOf(records: Records, channel: "u" | "y"): Float64Array {
  const width = channel === "u" ? records.m : records.p;
  const sums = new Float64Array(width);
  for (const segment of records.segments) segment[channel].forEach((v, i) => (sums[i % width]! += v * v));
  return sums.map((sum) => (sum > 0 ? Math.sqrt(sum / records.total) : 1));
}

/** The same recordings with every channel divided by its size. */
export function scaledRecords(records: Records, u: Float64Array, y: Float64Array): Records {
  const { m, p } = records;
  return {
    ...records,
    segments: records.segments.map((segment) => ({
      count: segment.count,
      u: segment.u.map((v, i) => v / u[i % m]!),
      y: segment.y.map((v, i) => v / y[i % p]!),
    })),
  };
}
