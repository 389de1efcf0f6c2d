/** Recorded data as plots look at it: what every zoom asks for is found once, so that a zoom costs what it shows and not what there is. */
import { extremes, mostBuckets, summaryOf } from "./extremes.ts";
import type { Summary } from "./extremes.ts";
import { countBelow, countUpTo, periodOf } from "./steps.ts";
import type { Recording } from "./steps.ts";

export interface RecordingView {
  readonly recording: Recording;
  /** s; undefined where samples are not evenly spaced. */
  readonly period: number | undefined;
  /** Values missing, in all channels. */
  readonly missing: number;
  readonly summaries: readonly Summary[];
}

/** A channel as it is drawn. */
export interface Trace {
  readonly t: Float64Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
}

export function viewOf(recording: Recording): RecordingView {
  let missing = 0;
  for (const values of recording.channels)
    for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!)) missing++;
  return { recording, period: periodOf(recording.t), missing, summaries: recording.channels.map(summaryOf) };
}

/**
 * What is drawn of a window of time (s; all where absent), one sample more on each side. `apart`: each channel at instants of its own;
 * else all at the same ones, in one array.
 */
export function tracesIn(
  { recording: { t, channels }, summaries }: RecordingView,
  window: readonly [from: number, to: number] | undefined,
  apart: boolean,
): readonly Trace[] {
  const first = window ? Math.max(0, countBelow(t, window[0]) - 1) : 0;
  const last = Math.max(first, window ? Math.min(t.length - 1, countUpTo(t, window[1])) : t.length - 1);
  const drawn = (values: Float64Array, chosen: Int32Array | undefined): Float64Array<ArrayBuffer> => {
    if (!chosen) return values.slice(first, last + 1);
    const out = new Float64Array(chosen.length);
    for (let i = 0; i < out.length; i++) out[i] = values[chosen[i]!]!;
    return out;
  };
  if (apart)
    return channels.map((values, k) => {
      const chosen = extremes([values], first, last, 2 * mostBuckets, summaries.slice(k, k + 1));
      return { t: drawn(t, chosen), values: drawn(values, chosen) };
    });
  const chosen = extremes(channels, first, last, undefined, summaries);
  const common = drawn(t, chosen);
  return channels.map((values) => ({ t: common, values: drawn(values, chosen) }));
}
