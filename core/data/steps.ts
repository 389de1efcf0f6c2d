/**
 * What is done to recorded data before it is used: a list of steps that is kept beside the reference to the file and applied anew whenever
 * numbers are asked for. The file and its columns are never changed.
 */
import { decimated, detrended, filled, resampled } from "./series.ts";

export type Step =
  /** Of t, in s. An end that is absent is the recording's. */
  | { readonly kind: "range"; readonly from?: number; readonly to?: number }
  | { readonly kind: "fill"; readonly by: "hold" | "linear" }
  | { readonly kind: "detrend"; readonly of: "mean" | "linear" }
  /** On the grid t[0] + k every. */
  | { readonly kind: "resample"; readonly every: number; readonly by: "hold" | "linear" }
  /** Every `by`-th sample, after a low pass. */
  | { readonly kind: "decimate"; readonly by: number };

/** Channels over common instants, which rise. */
export interface Recording {
  readonly t: Float64Array;
  readonly channels: readonly Float64Array[];
}

export type StepCode =
  /** Times must rise; `row` counts from 1. */
  | "STEP_TIME"
  /** Nothing is left. */
  | "STEP_EMPTY"
  /** Period or factor out of bounds, or too many samples would come. */
  | "STEP_SIZE"
  /** Decimation counts samples, so they must be evenly spaced. */
  | "STEP_UNEVEN";

export type Prepared =
  | { readonly ok: true; readonly recording: Recording }
  | {
      readonly ok: false;
      readonly code: StepCode;
      /** Index in the list; -1: the recording itself. */
      readonly step: number;
      readonly values: { readonly [name: string]: number };
    };

const mostSamples = 5_000_000;

export function applySteps(recording: Recording, steps: readonly Step[]): Prepared {
  const back = firstFall(recording.t);
  if (back >= 0)
    return {
      ok: false,
      code: "STEP_TIME",
      step: -1,
      values: { row: back + 1, t: recording.t[back]!, before: recording.t[Math.max(0, back - 1)]! },
    };
  let now = recording;
  for (const [index, step] of steps.entries()) {
    const next = applied(now, step);
    if ("code" in next) return { ok: false, step: index, ...next };
    if (next.t.length === 0) return { ok: false, code: "STEP_EMPTY", step: index, values: {} };
    now = next;
  }
  return { ok: true, recording: now };
}

type Refused = { readonly code: StepCode; readonly values: { readonly [name: string]: number } };

function applied({ t, channels }: Recording, step: Step): Recording | Refused {
  switch (step.kind) {
    case "range": {
      const first = step.from === undefined ? 0 : countBelow(t, step.from);
      const end = step.to === undefined ? t.length : countUpTo(t, step.to);
      const cut = (y: Float64Array): Float64Array => y.subarray(first, Math.max(first, end));
      return { t: cut(t), channels: channels.map(cut) };
    }
    case "fill":
      return { t, channels: channels.map((y) => filled(t, y, step.by)) };
    case "detrend":
      return { t, channels: channels.map((y) => detrended(t, y, step.of)) };
    case "resample": {
      const span = t[t.length - 1]! - t[0]!;
      const count = Math.floor(span / step.every + 1e-9) + 1;
      if (!(step.every > 0) || !(count <= mostSamples))
        return { code: "STEP_SIZE", values: { samples: count, most: mostSamples } };
      const at = Float64Array.from({ length: count }, (_, k) => t[0]! + k * step.every);
      return { t: at, channels: channels.map((y) => resampled(t, y, at, step.by)) };
    }
    case "decimate": {
      if (!Number.isInteger(step.by) || step.by < 1 || step.by > t.length)
        return { code: "STEP_SIZE", values: { samples: t.length, most: t.length } };
      if (step.by === 1) return { t, channels };
      const period = periodOf(t);
      if (period === undefined) return { code: "STEP_UNEVEN", values: { deviation: unevenness(t) } };
      const at = Float64Array.from({ length: Math.ceil(t.length / step.by) }, (_, k) => t[k * step.by]!);
      return { t: at, channels: channels.map((y) => decimated(y, step.by)) };
    }
  }
}

/** Index of the first instant that is not after the one before; -1: all rise. */
function firstFall(t: Float64Array): number {
  for (let i = 0; i < t.length; i++) if (!(i === 0 ? Number.isFinite(t[0]!) : t[i]! > t[i - 1]!)) return i;
  return -1;
}

/** Largest distance of an instant from an even grid between the ends, in periods. */
export function unevenness(t: Float64Array): number {
  const period = (t[t.length - 1]! - t[0]!) / (t.length - 1);
  let most = 0;
  for (let i = 0; i < t.length; i++) most = Math.max(most, Math.abs((t[i]! - t[0]!) / period - i));
  return most;
}

/** Of evenly spaced instants, s: all within a twentieth of a period of the grid, as times written with few digits are; else undefined. */
export function periodOf(t: Float64Array): number | undefined {
  if (t.length < 2) return undefined;
  return unevenness(t) <= 0.05 ? (t[t.length - 1]! - t[0]!) / (t.length - 1) : undefined;
}

/** How many come before x. */
export function countBelow(t: Float64Array, x: number): number {
  let [low, high] = [0, t.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function countUpTo(t: Float64Array, x: number): number {
  let [low, high] = [0, t.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}
