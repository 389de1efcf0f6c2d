/**
 * A Kalman filter of one long record on a GPU in float32: its chunks at the same time. What joins chunks goes through float64 on the CPU, a few
 * numbers a chunk, as do the chunks' log-likelihoods. The answer is checked against float64 before it is given. The reference is parallelFilter.ts.
 */
import type { GpuDevice } from "../gpu/device.ts";
import { kalmanLanes, type KalmanPlan, planKalman } from "../gpu/kalmanPlan.ts";
import { pieceWords, stateWords } from "../gpu/kernels/kalman.ts";
import type { Estimated } from "./estimators.ts";
import {
  type Checked,
  closing,
  coarse,
  cutOut,
  driveOf,
  type Found,
  gapOf,
  type GpuFailed,
  imprecise,
  inTurn,
  isGpuFailure,
  laid,
  lessFeedthrough,
  likelihood,
  modelOf,
  type Part,
  reached,
  putIn,
  segments,
  unfitForGpu,
} from "./gpuParts.ts";
import { filterFlat, kalmanFilter } from "./kalmanFilter.ts";
import { type Dense, type FlatModel, flatModel, type LinearGaussian } from "./linearGaussian.ts";
import { infinite, partOf, startsOf } from "./parallelFilter.ts";
import { noPiece, type Piece } from "./pieces.ts";
import type { EstimateRefusal } from "./refusal.ts";
import { unfit } from "./unfit.ts";

export type GpuFiltered = Required<Estimated> & Checked;

export interface GpuFilterOptions {
  /** Samples of a chunk, 256 by default; more where the device cannot hold so many chunks. */
  readonly chunk?: number;
}

const kinds = ["piece", "filter"] as const;

/** kalmanFilter of an unchanging model with a proper start, inputs and missing entries as there. Gives the part that is done. */
export async function* filterOnGpu(
  device: GpuDevice,
  model: LinearGaussian,
  y: Dense,
  u?: Dense,
  options: GpuFilterOptions = {},
): AsyncGenerator<number, GpuFiltered | EstimateRefusal | GpuFailed> {
  const flat = flatModel(model, y, u);
  const wrong = unfit(flat) ?? infinite(flat) ?? unfitForGpu(flat);
  if (wrong) return wrong;
  const { n, p, steps } = flat;
  const form = { n, p, covariance: true, own: false, drive: flat.B ? "own" : "none" } as const;
  const most = Math.min(...kinds.map((kind) => kalmanLanes(device.info, { ...form, kind, steps })));
  const chunk = Math.max(options.chunk ?? 256, Math.ceil(steps / most));
  const lanes = Math.max(1, Math.ceil(steps / chunk));
  const shape = { ...form, lanes, steps: chunk };
  const grid = { lanes, stride: chunk, begin: 0, end: steps };
  const seen = lessFeedthrough(flat, flat.y);
  const drive = driveOf(flat, 0, steps);
  const run = (plan: KalmanPlan, part: Part) =>
    plan.run(part[1], cutOut(grid, seen, p, part, Number.NaN), flat.B && cutOut(grid, drive, n, part, 0));

  const summary = planKalman(device, { ...shape, kind: "piece" });
  if (!summary.ok) return summary;
  let pieces: readonly Piece[];
  try {
    summary.model(modelOf([flat]));
    const none = noPiece(n);
    const words = [...none.A, ...none.b, ...none.C, ...none.eta, ...none.J];
    summary.start(laid(1, pieceWords(shape), lanes, (_, i) => words[i]!));
    for await (const done of inTurn(
      summary,
      segments(chunk, summary.segment),
      (part) => run(summary, part),
      () => false,
    )) {
      if (!done.ok) return done;
      if (done.sums.some((v) => v !== 0)) return imprecise("a covariance of the innovation is not positive");
      yield (0.4 * reached(done.part)) / chunk;
    }
    const read = await summary.state();
    if (!read.ok) return read;
    pieces = piecesOf(read.words, n, lanes);
  } finally {
    summary.release();
  }
  const starts = startsOf(n, flat.x0, flat.P0, pieces.slice(0, -1));
  if (starts.length < lanes) return imprecise(`chunk ${starts.length} begins from no number`);

  const plan = planKalman(device, { ...shape, kind: "filter" });
  if (!plan.ok) return plan;
  const x = new Float64Array(steps * n);
  const z = new Float64Array(steps * p);
  const triangle = (n * (n + 1)) / 2;
  const covariances = new Float32Array(steps * triangle);
  let loglik = 0;
  let residual = 0;
  try {
    plan.model(modelOf([flat]));
    plan.start(laid(1, stateWords(shape), lanes, (_, i, c) => (i < n ? starts[c]!.x[i]! : starts[c]!.P[i - n]!)));
    for await (const done of inTurn(
      plan,
      segments(chunk, plan.segment),
      (part) => run(plan, part),
      () => true,
    )) {
      if (!done.ok) return done;
      const { part, sums, answers } = done;
      for (let c = 0; c < lanes; c++) {
        loglik += likelihood(sums, lanes, c);
        if (sums[3 * lanes + c] !== 0) return imprecise("a covariance of the innovation is not positive");
      }
      const all = lanes * part[1];
      putIn(grid, answers!, x, n, part);
      putIn(grid, answers!.subarray(all * n), z, p, part);
      putIn(grid, answers!.subarray(all * (n + p)), covariances, triangle, part);
      yield 0.4 + (0.6 * reached(part)) / chunk;
    }
    const ends = await plan.state();
    if (!ends.ok) return ends;
    for (let c = 0; c + 1 < lanes; c++) {
      const { x: next, P } = starts[c + 1]!;
      for (let i = 0; i < n; i++) {
        const gap = Math.abs(ends.words[i * lanes + c]! - next[i]!);
        if (gap > 0) residual = Math.max(residual, gap / Math.sqrt(P[i * n + i]!));
      }
    }
  } finally {
    plan.release();
  }
  // Where chunks meet says nothing of the first, which carries the start.
  const exact = filterFlat(partOf(flat, 0, Math.min(chunk, steps)), {});
  if (!exact.ok) return exact;
  residual = Math.max(
    residual,
    gapOf(exact, (k, i) => x[k * n + i]!),
  );
  const lost = x.findIndex((v) => !Number.isFinite(v));
  if (lost >= 0) return imprecise(`sample ${Math.floor(lost / n)} is no number`);
  if (!(residual <= coarse)) return imprecise(`chunks meet ${residual.toPrecision(2)} deviations apart`);
  const { row, P } = rowsOf(covariances, n, steps);
  return {
    ...{ ok: true, n, p, steps, x, row, P, z, loglik, diffuse: 0, residual },
    e: innovations(flat, seen, drive, x),
  };
}

/** filterOnGpu on the device that was found, which is closed then; where that fails kalmanFilter on the CPU, and `fell` is told why. */
export async function* filterOnFound(
  found: Found,
  fell: (why: GpuFailed) => void,
  ...given: [model: LinearGaussian, y: Dense, u?: Dense]
): AsyncGenerator<number, Estimated | EstimateRefusal> {
  const { device } = found.opened;
  const done = yield* closing(device, filterOnGpu(device, ...given));
  if (done.ok || !isGpuFailure(done)) return done;
  fell(done);
  return kalmanFilter(...given);
}

function piecesOf(words: Float32Array, n: number, lanes: number): readonly Piece[] {
  return Array.from({ length: lanes }, (_, c) => {
    let from = 0;
    const next = (count: number): Float64Array => {
      const part = Float64Array.from({ length: count }, (__, i) => words[(from + i) * lanes + c]!);
      from += count;
      return part;
    };
    return { A: next(n * n), b: next(n), C: next(n * n), eta: next(n), J: next(n * n) };
  });
}

/** Covariances from lower triangles, once where they repeat. */
function rowsOf(covariances: Float32Array, n: number, steps: number) {
  const triangle = (n * (n + 1)) / 2;
  const row = new Int32Array(steps + 1);
  let rows = 0;
  const firsts: number[] = [];
  for (let k = 0; k < steps; k++) {
    let same = k > 0;
    for (let i = 0; same && i < triangle; i++)
      same = covariances[k * triangle + i] === covariances[(k - 1) * triangle + i];
    if (!same) {
      rows++;
      firsts.push(k);
    }
    row[k] = rows - 1;
  }
  row[steps] = Math.max(0, rows - 1);
  const P = new Float64Array(rows * n * n);
  firsts.forEach((k, r) => {
    for (let i = 0, w = k * triangle; i < n; i++)
      for (let j = 0; j <= i; j++, w++) P[(r * n + i) * n + j] = P[(r * n + j) * n + i] = covariances[w]!;
  });
  return { row, P };
}

/** y - D u - C x[k|k-1], in float64 from the estimates; NaN where y is. */
function innovations(flat: FlatModel, seen: Float64Array, drive: Float64Array, x: Float64Array): Float64Array {
  const { n, p, steps } = flat;
  const e = new Float64Array(steps * p);
  const ahead = flat.x0.slice();
  for (let k = 0; k < steps; k++) {
    for (let i = 0; i < p; i++) {
      let sum = seen[k * p + i]!;
      for (let j = 0; j < n; j++) sum -= flat.C.data[i * n + j]! * ahead[j]!;
      e[k * p + i] = sum;
    }
    for (let i = 0; i < n; i++) {
      let sum = drive[k * n + i]!;
      for (let j = 0; j < n; j++) sum += flat.A.data[i * n + j]! * x[k * n + j]!;
      ahead[i] = sum;
    }
  }
  return e;
}
