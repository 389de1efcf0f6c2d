/** What filters on a GPU have in common, whether one long record or many: how models and samples lie in its memory, what it refuses, how its answers are judged. */
import type { GpuDevice, GpuRefusal } from "../gpu/device.ts";
import type { GpuFound } from "../gpu/findDevice.ts";
import type { KalmanPlan } from "../gpu/kalmanPlan.ts";
import { modelWords } from "../gpu/kernels/kalman.ts";
import type { Estimated } from "./estimators.ts";
import { at, type FlatModel } from "./linearGaussian.ts";

export interface GpuFailed {
  readonly ok: false;
  /**
   * As devices refuse. GPU_LIMIT: more states, measurements or chunks than the device holds. GPU_MODEL: matrices that change with time,
   * correlated noise or a diffuse start. GPU_PRECISION: float32 is too coarse for this model and record.
   */
  readonly code: GpuRefusal["code"] | "GPU_LIMIT" | "GPU_MODEL" | "GPU_PRECISION";
  readonly message: string;
}

/** How far an answer was seen to be from float64, in standard deviations of the estimate. */
export interface Checked {
  readonly residual: number;
}
/** Beyond this part of its deviation an estimate is not to be trusted; what was seen in ordinary models is some 1e-5. */
export const coarse = 1e-2;

const log2pi = Math.log(2 * Math.PI);

export type Found = Extract<GpuFound, { kind: "gpu" }>;

/** The largest distance of a float32 estimate from the float64 one, from sample `from` on, in the latter's deviations. */
export function gapOf({ n, steps, x, row, P }: Estimated, got: (k: number, i: number) => number, from = 0): number {
  let most = 0;
  for (let k = Math.max(0, from); k < steps; k++) {
    for (let i = 0; i < n; i++) {
      const gap = Math.abs(got(k, i) - x[k * n + i]!);
      if (gap !== 0) most = Math.max(most, gap / Math.sqrt(P[(row[k]! * n + i) * n + i]!));
    }
  }
  return most;
}

/** `work`, and the device closed after it, however it ends. */
export async function* closing<P, R>(device: GpuDevice, work: AsyncGenerator<P, R>): AsyncGenerator<P, R> {
  try {
    return yield* work;
  } finally {
    device.close();
  }
}

/** Not the user's: what the CPU can do all the same. */
export const isGpuFailure = (one: { readonly ok: false; readonly code: string }): one is GpuFailed =>
  one.code.startsWith("GPU_");

export function unfitForGpu({ A, C, Q, R, S, Pinf }: FlatModel): GpuFailed | undefined {
  const why = S
    ? "noise of states and measurements is correlated"
    : Pinf
      ? "nothing is known of the start"
      : [A, C, Q, R].some(({ stride }) => stride !== 0)
        ? "the model changes with time"
        : undefined;
  return why === undefined ? undefined : { ok: false, code: "GPU_MODEL", message: why };
}

export const imprecise = (message: string): GpuFailed => ({ ok: false, code: "GPU_PRECISION", message });

/** (rows, words, lanes) in float32. */
export function laid(
  rows: number,
  words: number,
  lanes: number,
  value: (row: number, word: number, lane: number) => number,
): Float32Array<ArrayBuffer> {
  const all = new Float32Array(rows * words * lanes);
  let to = 0;
  for (let t = 0; t < rows; t++)
    for (let i = 0; i < words; i++) for (let c = 0; c < lanes; c++) all[to++] = value(t, i, c);
  return all;
}

export function modelOf(models: readonly FlatModel[]): Float32Array<ArrayBuffer> {
  const words = models.map(({ A, C, Q, R }) => [...A.data, ...C.data, ...Q.data, ...R.data]);
  return laid(1, modelWords(models[0]!), models.length, (_, i, f) => words[f]![i]!);
}

/** First sample of each lane, and how many of each. */
export type Part = readonly [from: number, count: number];

/** Samples of each lane that are done with it. */
export const reached = ([from, count]: Part): number => from + count;

export function* segments(steps: number, segment: number): Generator<Part> {
  for (let from = 0; from < steps; from += segment) yield [from, Math.min(segment, steps - from)];
}

/**
 * What each part gave, in order: its sums and, where `answers` says so, its answers. A part is sent before those of the part before it are waited
 * for, so that the device and the CPU work at the same time.
 */
export async function* inTurn(
  plan: KalmanPlan,
  parts: Iterable<Part>,
  run: (part: Part) => void,
  answers: (part: Part) => boolean,
): AsyncGenerator<
  GpuRefusal | { readonly ok: true; readonly part: Part; readonly sums: Float32Array; readonly answers?: Float32Array }
> {
  const got = async (part: Part) => {
    const asked = answers(part) ? plan.answers(part[1]) : undefined;
    const [sums, words] = await Promise.all([plan.sums(), asked]);
    if (!sums.ok) return sums;
    if (words?.ok === false) return words;
    return { ok: true, part, sums: sums.words, ...(words && { answers: words.words }) } as const;
  };
  let before: ReturnType<typeof got> | undefined;
  for (const part of parts) {
    run(part);
    const now = got(part);
    // Nobody waits for it where the work ends before.
    now.catch(() => {});
    if (before) yield await before;
    before = now;
  }
  if (before) yield await before;
}

/** How the samples of lanes lie in an array by samples: lane c's sample t is number begin + c stride + t, those from `end` on are not there. */
export interface Lanes {
  readonly lanes: number;
  readonly stride: number;
  readonly begin: number;
  readonly end: number;
}

/** Where a part of each lane begins, and how much of it is there. */
function* places({ lanes, stride, begin, end }: Lanes, [from, count]: Part) {
  for (let c = 0, k = begin + from; c < lanes; c++, k += stride)
    yield [c * count, k, Math.max(0, Math.min(count, end - k))] as const;
}

/** (lanes, count, size) from `values` (samples, size); `none` for what is not there. */
export function cutOut(
  lanes: Lanes,
  values: Float64Array,
  size: number,
  part: Part,
  none: number,
): Float32Array<ArrayBuffer> {
  const words = new Float32Array(lanes.lanes * part[1] * size);
  for (const [to, k, count] of places(lanes, part)) {
    words.set(values.subarray(k * size, (k + count) * size), to * size);
    words.fill(none, (to + count) * size, (to + part[1]) * size);
  }
  return words;
}

/** The way back. */
export function putIn(
  lanes: Lanes,
  words: Float32Array,
  values: Float64Array | Float32Array,
  size: number,
  part: Part,
) {
  for (const [from, k, count] of places(lanes, part))
    if (count > 0) values.set(words.subarray(from * size, (from + count) * size), k * size);
}

/** y - D u of a whole record; y itself where there is no D. */
export function lessFeedthrough({ D, m, p, u }: FlatModel, y: Float64Array): Float64Array {
  if (!D) return y;
  const less = y.slice();
  for (let w = 0, k = 0; w < y.length; k++) {
    const d = at(D, k, p * m);
    for (let i = 0; i < p; i++, w++) for (let j = 0; j < m; j++) less[w]! -= d[i * m + j]! * u[k * m + j]!;
  }
  return less;
}

/** B u of `count` samples, (count, n); zeros where there is no B. */
export function driveOf({ B, m, n, u }: FlatModel, from: number, count: number): Float64Array {
  const drive = new Float64Array(count * n);
  if (!B) return drive;
  for (let k = from, w = 0; k < from + count; k++) {
    const b = at(B, k, n * m);
    for (let i = 0; i < n; i++, w++) for (let j = 0; j < m; j++) drive[w]! += b[i * m + j]! * u[k * m + j]!;
  }
  return drive;
}

/** Of a segment: half the squares, the roots' logarithms and what a density of so many measurements begins with. */
export const likelihood = (sums: Float32Array, lanes: number, c: number): number =>
  -0.5 * (sums[2 * lanes + c]! * log2pi + sums[c]!) - sums[lanes + c]!;
