/** What filters on a GPU have in common, whether one long record or many: how models and samples lie in its memory, what it refuses, how its answers are judged. */
import type { GpuDevice, GpuRefusal } from "../gpu/device.ts";
import type { GpuFound } from "../gpu/findDevice.ts";
import { MISSING, modelWords } from "../gpu/kernels/kalman.ts";
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

export function* segments(steps: number, segment: number): Generator<readonly [from: number, count: number]> {
  for (let from = 0; from < steps; from += segment) yield [from, Math.min(segment, steps - from)];
}

/** y - D u, or that it is missing. */
export function entry({ D, m, p, u }: FlatModel, y: number, k: number, i: number): number {
  if (Number.isNaN(y)) return MISSING;
  if (!D) return y;
  let sum = y;
  const d = at(D, k, p * m);
  for (let j = 0; j < m; j++) sum -= d[i * m + j]! * u[k * m + j]!;
  return sum;
}

/** B u. */
export function driveAt({ B, m, n, steps, u }: FlatModel, k: number, i: number): number {
  let sum = 0;
  if (!B || k >= steps) return sum;
  const b = at(B, k, n * m);
  for (let j = 0; j < m; j++) sum += b[i * m + j]! * u[k * m + j]!;
  return sum;
}

/** Of a segment: half the squares, the roots' logarithms and what a density of so many measurements begins with. */
export const likelihood = (sums: Float32Array, lanes: number, c: number): number =>
  -0.5 * (sums[2 * lanes + c]! * log2pi + sums[c]!) - sums[lanes + c]!;
