/**
 * Kalman filters on a GPU in float32: one long record, its chunks at the same time, and an ensemble, its filters at the same time. What joins
 * chunks goes through float64 on the CPU, a few numbers a chunk, as do log-likelihoods over the segments of a run. Each answer is checked against float64
 * before it is given. The reference is parallelFilter.ts and ensemble.ts, to which `...OnFound` goes back where the device will not do.
 */
import type { GpuDevice, GpuRefusal } from "../gpu/device.ts";
import type { GpuFound } from "../gpu/findDevice.ts";
import { kalmanLanes, type KalmanPlan, planKalman } from "../gpu/kalmanPlan.ts";
import { answerWords, MISSING, modelWords, pieceWords, stateWords } from "../gpu/kernels/kalman.ts";
import {
  ensemble,
  type Ensemble,
  type EnsembleEstimate,
  type EnsembleRefusal,
  ensembleRoom,
  memberOf,
} from "./ensemble.ts";
import type { Estimated } from "./estimators.ts";
import { filterFlat, kalmanFilter } from "./kalmanFilter.ts";
import { at, type Dense, type FlatModel, flatModel, type LinearGaussian } from "./linearGaussian.ts";
import { infinite, partOf, startsOf } from "./parallelFilter.ts";
import { noPiece, type Piece } from "./pieces.ts";
import { type EstimateRefusal, refuse } from "./refusal.ts";
import { unfit } from "./unfit.ts";

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
interface Checked {
  readonly residual: number;
}
export type GpuFiltered = Required<Estimated> & Checked;

/** Beyond this part of its deviation an estimate is not to be trusted; what was seen in ordinary models is some 1e-5. */
const coarse = 1e-2;
const log2pi = Math.log(2 * Math.PI);

export interface GpuFilterOptions {
  /** Samples of a chunk; 256 by default. */
  readonly chunk?: number;
}

/** kalmanFilter of an unchanging model with a proper start, inputs and missing entries as there. Gives the part that is done. */
export async function* filterOnGpu(
  device: GpuDevice,
  model: LinearGaussian,
  y: Dense,
  u?: Dense,
  { chunk = 256 }: GpuFilterOptions = {},
): AsyncGenerator<number, GpuFiltered | EstimateRefusal | GpuFailed> {
  const flat = flatModel(model, y, u);
  const wrong = unfit(flat) ?? infinite(flat) ?? unfitForGpu(flat);
  if (wrong) return wrong;
  const { n, p, steps } = flat;
  const lanes = Math.max(1, Math.ceil(steps / chunk));
  const common = { n, p, lanes, steps: chunk, own: false, drive: flat.B ? "own" : "none" } as const;
  const sample = (lane: number, t: number) => lane * chunk + t;
  const fill = (from: number, count: number) => ({
    y: laid(count, p, lanes, (t, i, c) => measuredAt(flat, sample(c, from + t), i)),
    drive: flat.B && laid(count, n, lanes, (t, i, c) => driveAt(flat, sample(c, from + t), i)),
  });

  const summary = planKalman(device, { ...common, kind: "piece" });
  if (!summary.ok) return summary;
  let pieces: readonly Piece[];
  try {
    summary.model(modelOf([flat]));
    const none = noPiece(n);
    const words = [...none.A, ...none.b, ...none.C, ...none.eta, ...none.J];
    summary.start(laid(1, pieceWords(common), lanes, (_, i) => words[i]!));
    for (const [from, count] of segments(chunk, summary.segment)) {
      const given = fill(from, count);
      summary.run(count, given.y, given.drive);
      const bad = await summary.sums();
      if (!bad.ok) return bad;
      if (bad.words.some((v) => v !== 0)) return imprecise("a covariance of the innovation is not positive");
      yield (0.4 * (from + count)) / chunk;
    }
    const read = await summary.state();
    if (!read.ok) return read;
    pieces = piecesOf(read.words, n, lanes);
  } finally {
    summary.release();
  }
  const starts = startsOf(n, flat.x0, flat.P0, pieces.slice(0, -1));
  if (starts.length < lanes) return imprecise(`chunk ${starts.length} begins from no number`);

  const shape = { ...common, covariance: true };
  const plan = planKalman(device, { ...shape, kind: "filter" });
  if (!plan.ok) return plan;
  const x = new Float64Array(steps * n);
  const z = new Float64Array(steps * p).fill(Number.NaN);
  const triangle = (n * (n + 1)) / 2;
  const covariances = new Float32Array(steps * triangle);
  let loglik = 0;
  let residual = 0;
  try {
    plan.model(modelOf([flat]));
    plan.start(laid(1, stateWords(shape), lanes, (_, i, c) => (i < n ? starts[c]!.x[i]! : starts[c]!.P[i - n]!)));
    for (const [from, count] of segments(chunk, plan.segment)) {
      const given = fill(from, count);
      plan.run(count, given.y, given.drive);
      const [answers, sums] = [await plan.answers(count), await plan.sums()];
      if (!answers.ok) return answers;
      if (!sums.ok) return sums;
      const width = answerWords(shape);
      for (let c = 0; c < lanes; c++) {
        loglik += likelihood(sums.words, lanes, c);
        if (sums.words[3 * lanes + c] !== 0) return imprecise("a covariance of the innovation is not positive");
        for (let t = 0; t < count && sample(c, from + t) < steps; t++) {
          const k = sample(c, from + t);
          const word = (i: number): number => answers.words[(t * width + i) * lanes + c]!;
          for (let i = 0; i < n; i++) x[k * n + i] = word(i);
          for (let i = 0; i < p; i++) if (!Number.isNaN(flat.y[k * p + i]!)) z[k * p + i] = word(n + i);
          for (let i = 0; i < triangle; i++) covariances[k * triangle + i] = word(n + p + i);
        }
      }
      yield 0.4 + (0.6 * (from + count)) / chunk;
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
  return { ...{ ok: true, n, p, steps, x, row, P, z, loglik, diffuse: 0, residual }, e: innovations(flat, x) };
}

/** `ensemble`, on a GPU. */
export async function* ensembleOnGpu(
  device: GpuDevice,
  task: Ensemble,
): AsyncGenerator<number, (EnsembleEstimate & Checked) | EnsembleRefusal | GpuFailed> {
  const room = ensembleRoom(task);
  if ("code" in room) return room;
  const { models, blank } = room;
  const { n, p, x, z, loglik, nis, dof } = blank;
  const { filters, steps, keep = "all" } = task;
  const own = models.length > 1;
  const members = Array.from({ length: own ? filters : 1 }, (_, f) => memberOf(task, models, p, f));
  const member = (f: number): FlatModel => members[own ? f : 0]!;
  for (const [f, flat] of members.entries()) {
    const refused = unfit(flat);
    if (refused) return { ...refused, filter: f };
    const not = unfitForGpu(flat);
    if (not) return not;
  }
  const endless = task.y.findIndex((v) => v === Infinity || v === -Infinity);
  if (endless >= 0) {
    const k = Math.floor(endless / p);
    return { ...refuse("NOT_FINITE", k % steps, task.y[endless]!), filter: Math.floor(k / steps) };
  }
  const driven = members.some(({ B }) => B !== undefined);
  const shape = { kind: "filter", n, p, steps, own, drive: driven ? (own ? "own" : "shared") : "none" } as const;
  const most = Math.max(1, kalmanLanes(device.info, shape));
  for (let first = 0; first < filters; first += most) {
    const lanes = Math.min(most, filters - first);
    const plan = planKalman(device, { ...shape, lanes });
    if (!plan.ok) return plan;
    try {
      plan.model(modelOf(own ? members.slice(first, first + lanes) : members));
      const begin = (f: number, i: number): number => (task.x0 ? task.x0[f * n + i]! : member(f).x0[i]!);
      plan.start(
        laid(1, stateWords(shape), lanes, (_, i, c) => (i < n ? begin(first + c, i) : member(first + c).P0[i - n]!)),
      );
      for (const [from, count] of segments(steps, plan.segment)) {
        const given = laid(count, p, lanes, (t, i, c) =>
          entry(member(first + c), task.y[((first + c) * steps + from + t) * p + i]!, from + t, i),
        );
        const drive = driven
          ? laid(count, n, own ? lanes : 1, (t, i, c) => driveAt(member(first + c), from + t, i))
          : undefined;
        plan.run(count, given, drive);
        const failed = await taken(plan, from, count, first, lanes);
        if (failed) return failed;
        yield (first + (lanes * (from + count)) / steps) / filters;
      }
    } finally {
      plan.release();
    }
  }
  const residual = checked(task, models, blank);
  if (typeof residual !== "number") return residual;
  if (!(residual <= coarse)) return imprecise(`a filter is ${residual.toPrecision(2)} deviations away from float64`);
  return { ...blank, residual };

  /** Answers of a segment into `blank`. */
  async function taken(plan: KalmanPlan, from: number, count: number, first: number, lanes: number) {
    const last = from + count === steps;
    const [sums, answers] = [
      await plan.sums(),
      keep === "all" || last ? await plan.answers(count) : ({ ok: true, words: undefined } as const),
    ];
    if (!sums.ok) return sums;
    if (!answers.ok) return answers;
    for (let c = 0; c < lanes; c++) {
      const f = first + c;
      if (sums.words[3 * lanes + c] !== 0) return imprecise("a covariance of the innovation is not positive");
      nis[f]! += sums.words[c]!;
      dof[f]! += sums.words[2 * lanes + c]!;
      loglik[f]! += likelihood(sums.words, lanes, c);
    }
    if (!answers.words) return undefined;
    const { words } = answers;
    for (let t = keep === "all" ? 0 : count - 1; t < count; t++) {
      for (let i = 0; i < n + p; i++) {
        if (i >= n && keep === "last") break;
        for (let c = 0, w = (t * (n + p) + i) * lanes; c < lanes; c++, w++) {
          const k = keep === "all" ? (first + c) * steps + from + t : first + c;
          if (i < n) x[k * n + i] = words[w]!;
          else {
            const at = k * p + i - n;
            z[at] = Number.isNaN(task.y[at]!) ? Number.NaN : words[w]!;
          }
        }
      }
    }
    return undefined;
  }
}

/** Filters, spread over all of them, that are computed in float64 too. */
const checks = 8;

function checked(task: Ensemble, models: readonly LinearGaussian[], { n, p, x }: EnsembleEstimate) {
  const { filters, steps, keep = "all" } = task;
  let residual = 0;
  for (let f = 0; f < filters; f += Math.max(1, Math.ceil(filters / checks))) {
    const found = filterFlat(memberOf(task, models, p, f), {});
    if (!found.ok) return { ...found, filter: f };
    const all = keep === "all";
    residual = Math.max(
      residual,
      gapOf(found, (k, i) => x[(all ? f * steps + k : f) * n + i]!, all ? 0 : steps - 1),
    );
  }
  return residual;
}

/** The largest distance of a float32 estimate from the float64 one, from sample `from` on, in the latter's deviations. */
function gapOf({ n, steps, x, row, P }: Estimated, got: (k: number, i: number) => number, from = 0): number {
  let most = 0;
  for (let k = Math.max(0, from); k < steps; k++) {
    for (let i = 0; i < n; i++) {
      const gap = Math.abs(got(k, i) - x[k * n + i]!);
      if (gap !== 0) most = Math.max(most, gap / Math.sqrt(P[(row[k]! * n + i) * n + i]!));
    }
  }
  return most;
}

type Found = Extract<GpuFound, { kind: "gpu" }>;

/** filterOnGpu on the device that was found, which is closed then; where that fails kalmanFilter on the CPU, and `fell` is told why. */
export async function* filterOnFound(
  found: Found,
  fell: (why: GpuFailed) => void,
  ...given: [model: LinearGaussian, y: Dense, u?: Dense]
): AsyncGenerator<number, Estimated | EstimateRefusal> {
  const { device } = found.opened;
  try {
    const done = yield* filterOnGpu(device, ...given);
    if (done.ok || !isGpuFailure(done)) return done;
    fell(done);
    return kalmanFilter(...given);
  } finally {
    device.close();
  }
}

/** ensembleOnGpu likewise. */
export async function* ensembleOnFound(
  found: Found,
  fell: (why: GpuFailed) => void,
  task: Ensemble,
): AsyncGenerator<number, EnsembleEstimate | EnsembleRefusal> {
  const { device } = found.opened;
  try {
    const done = yield* ensembleOnGpu(device, task);
    if (done.ok || !isGpuFailure(done)) return done;
    fell(done);
    return yield* ensemble(task);
  } finally {
    device.close();
  }
}

const isGpuFailure = (one: { readonly ok: false; readonly code: string }): one is GpuFailed =>
  one.code.startsWith("GPU_");

function unfitForGpu({ A, C, Q, R, S, Pinf }: FlatModel): GpuFailed | undefined {
  const why = S
    ? "noise of states and measurements is correlated"
    : Pinf
      ? "nothing is known of the start"
      : [A, C, Q, R].some(({ stride }) => stride !== 0)
        ? "the model changes with time"
        : undefined;
  return why === undefined ? undefined : { ok: false, code: "GPU_MODEL", message: why };
}

const imprecise = (message: string): GpuFailed => ({ ok: false, code: "GPU_PRECISION", message });

/** (rows, words, lanes) in float32. */
function laid(
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

function modelOf(models: readonly FlatModel[]): Float32Array<ArrayBuffer> {
  const words = models.map(({ A, C, Q, R }) => [...A.data, ...C.data, ...Q.data, ...R.data]);
  return laid(1, modelWords(models[0]!), models.length, (_, i, f) => words[f]![i]!);
}

function* segments(steps: number, segment: number): Generator<readonly [from: number, count: number]> {
  for (let from = 0; from < steps; from += segment) yield [from, Math.min(segment, steps - from)];
}

/** y - D u; missing beyond the record. */
const measuredAt = (flat: FlatModel, k: number, i: number): number =>
  k < flat.steps ? entry(flat, flat.y[k * flat.p + i]!, k, i) : MISSING;

function entry({ D, m, p, u }: FlatModel, y: number, k: number, i: number): number {
  if (Number.isNaN(y)) return MISSING;
  if (!D) return y;
  let sum = y;
  const d = at(D, k, p * m);
  for (let j = 0; j < m; j++) sum -= d[i * m + j]! * u[k * m + j]!;
  return sum;
}

/** B u. */
function driveAt({ B, m, n, steps, u }: FlatModel, k: number, i: number): number {
  let sum = 0;
  if (!B || k >= steps) return sum;
  const b = at(B, k, n * m);
  for (let j = 0; j < m; j++) sum += b[i * m + j]! * u[k * m + j]!;
  return sum;
}

/** Of a segment: half the squares, the roots' logarithms and what a density of so many measurements begins with. */
const likelihood = (sums: Float32Array, lanes: number, c: number): number =>
  -0.5 * (sums[2 * lanes + c]! * log2pi + sums[c]!) - sums[lanes + c]!;

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

/** y - C x[k|k-1] - D u, in float64 from the estimates. */
function innovations(flat: FlatModel, x: Float64Array): Float64Array {
  const { n, p, steps, y } = flat;
  const e = new Float64Array(steps * p);
  const ahead = flat.x0.slice();
  for (let k = 0; k < steps; k++) {
    for (let i = 0; i < p; i++) {
      let sum = Number.isNaN(y[k * p + i]!) ? Number.NaN : entry(flat, y[k * p + i]!, k, i);
      for (let j = 0; j < n; j++) sum -= flat.C.data[i * n + j]! * ahead[j]!;
      e[k * p + i] = sum;
    }
    for (let i = 0; i < n; i++) {
      let sum = driveAt(flat, k, i);
      for (let j = 0; j < n; j++) sum += flat.A.data[i * n + j]! * x[k * n + j]!;
      ahead[i] = sum;
    }
  }
  return e;
}
