/**
 * Prediction error minimisation: the state space whose errors have the least log det of their covariance, which for Gaussian noise is the likeliest. From
 * a subspace estimate on by Gauss and Newton's steps, damped (Levenberg, Marquardt), in local coordinates. Ljung, "System Identification" (1999), 7 and 10.
 */
import { toMatrix } from "../math/dense.ts";
import { product } from "../math/product.ts";
import { triangle } from "../math/qr.ts";
import { criteriaOf, type Criteria } from "./criteria.ts";
import { closed, flatModel, innovations, radius, rescaled, type FlatModel, type Innovations } from "./identified.ts";
import { localCoordinates } from "./localCoordinates.ts";
import { n4sid, type N4sidOptions } from "./n4sid.ts";
import { beginnings } from "./predict.ts";
import { notFinite, recordsOf, scaledRecords, sizesOf, type IdentifyRefusal, type Recordings } from "./recording.ts";
import { entriesOf, errorCovariance, logPivots, sensitivities, whitening } from "./sensitivities.ts";
import type { ParameterUncertainty } from "./uncertainty.ts";

/** `progress` is told what is done: of the start a tenth, then of the iterations at most. */
export interface PemOptions extends N4sidOptions {
  /**
   * "prediction" (when absent): errors one instant ahead, K is estimated. "simulation": errors of the model run on inputs alone, K is 0; the
   * better one to simulate with where the noise is of no interest.
   */
  readonly focus?: "prediction" | "simulation" | undefined;
  /** The model to begin with, instead of one by `n4sid`; its order counts. */
  readonly start?: Pick<Innovations, "system" | "K"> | undefined;
  /** 60 when absent. */
  readonly iterations?: number | undefined;
  /** Done when a step promises to take less than this share from the errors' squares; 1e-6 when absent. */
  readonly tolerance?: number | undefined;
}

export interface Pem extends Innovations {
  readonly ok: true;
  readonly order: number;
  /** State at the first sample, by recording. */
  readonly x0: readonly Float64Array[];
  readonly iterations: number;
  /** False where the iterations ended before a step promised less than `tolerance` of the noise. */
  readonly converged: boolean;
  /** log det of the errors' covariance, channels divided by their root mean squares: before every iteration, and at the end. */
  readonly losses: readonly number[];
  readonly criteria: Criteria;
  /** For "simulation", whose errors go on from instant to instant, by sums over stretches of time. */
  readonly uncertainty: ParameterUncertainty;
}

export type PemOutcome = Pem | IdentifyRefusal;

/** Of recordings as `n4sid` takes them. */
export function pem(given: Recordings, options: PemOptions = {}): PemOutcome {
  const original = recordsOf(given);
  const simulated = options.focus === "simulation";
  const wrong = notFinite(original);
  if (wrong) return wrong;
  const { progress } = options;
  const begin = options.start ? 0 : 0.1;
  const started =
    options.start ?? n4sid(given, { stable: simulated, ...options, progress: (share) => progress?.(begin * share) });
  if ("ok" in started && started.ok === false) return started as IdentifyRefusal;
  const sizes = { u: sizesOf(original, "u"), y: sizesOf(original, "y") };
  const inverse = { u: sizes.u.map((v) => 1 / v), y: sizes.y.map((v) => 1 / v) };
  const records = scaledRecords(original, sizes.u, sizes.y);
  let model = rescaled(flatModel(started as Innovations), inverse.u, inverse.y);
  if (model.m !== original.m || model.p !== original.p)
    throw new RangeError("The model to begin with has other channels");
  if (simulated) model = { ...model, K: new Float64Array(model.K.length) };
  const { n, m, p } = model;
  const free = { feedthrough: options.feedthrough ?? true, gain: !simulated };
  const parameters = 2 * n * p + n * m + (free.feedthrough ? p * m : 0) - (simulated ? n * p : 0);
  const needed = parameters + n * records.segments.length + 1;
  if (original.total * p < needed)
    return { ok: false, code: "TOO_FEW_SAMPLES", samples: original.total, needed: Math.ceil(needed / p) };
  const grows = radius(closed(model), n);
  const begun = grows < 1.1 ? beginnings(model, records, true) : undefined;
  const spread = begun && errorCovariance(model, records, begun);
  if (!begun || !spread) return { ok: false, code: "UNSTABLE", modulus: grows };
  let [x0, covariance] = [begun, spread];
  let loss = logPivots(covariance, p);
  const losses = [loss];
  let damping = 1e-3;
  let converged = false;
  const most = options.iterations ?? 60;
  let step = 0;
  for (; step < most && !converged && loss > Math.log(1e-24) * p; step++) {
    progress?.(begin + ((1 - begin) * step) / most);
    const { basis, count } = localCoordinates(model, free);
    const { R, width } = sensitivities(model, records, x0, basis, count, whitening(covariance, p));
    let better = false;
    for (let attempt = 0; attempt < 12 && !better; attempt++) {
      const { move, gain } = damped(R, width, damping);
      // The sum of squares is N p at the start of each step: weights make it so.
      if (gain <= (options.tolerance ?? 1e-6) * original.total * p) {
        converged = true;
        break;
      }
      const tried = moved(model, basis, count, move);
      const began: readonly Float64Array[] = x0.map((x, k) => x.map((v, i) => v + move[count + k * n + i]!));
      const now = simulated || radius(closed(tried), n) < 1 ? errorCovariance(tried, records, began) : undefined;
      const tryLoss = now ? logPivots(now, p) : Number.NaN;
      if (now && tryLoss < loss) {
        converged = loss - tryLoss < 1e-10 && damping < 1e-2;
        [model, x0, covariance, loss] = [tried, began, now, tryLoss];
        losses.push(loss);
        damping = Math.max(damping / 10, 1e-12);
        better = true;
      } else damping = Math.max(damping * 10, 1e-6);
    }
    if (!better) break;
  }
  const { basis, count } = localCoordinates(model, free);
  const last = sensitivities(model, records, x0, basis, count, whitening(covariance, p));
  const parameterCovariance = covarianceOf(last.R, last.width, count, simulated ? last.scores : undefined);
  if (!parameterCovariance) return { ok: false, code: "SINGULAR", rcond: 0 };
  const noise = covariance.map((v, i) => v * sizes.y[Math.floor(i / p)]! * sizes.y[i % p]!);
  const found = rescaled(model, sizes.u, sizes.y);
  return {
    ok: true,
    ...innovations(found, noise, original),
    order: n,
    x0,
    iterations: step,
    converged,
    losses,
    criteria: criteriaOf(noise, p, original.total, count),
    uncertainty: {
      slopes: toMatrix(inUnits(basis, count, model, sizes.u, sizes.y), entriesOf(model).K, count),
      covariance: toMatrix(parameterCovariance, count, count),
    },
  };
}

/** The step of a damped least-squares problem from its triangle, columns of one length, and by how much it says that the sum of squares falls. */
function damped(R: Float64Array, width: number, damping: number): { move: Float64Array; gain: number } {
  const n = width - 1;
  const sizes = columnSizes(R, width);
  const stacked = new Float64Array((width + n) * width);
  stacked.set(R);
  for (let j = 0; j < n; j++) stacked[(width + j) * width + j] = Math.sqrt(damping) * sizes[j]!;
  const T = triangle(stacked, width + n, width);
  const move = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = -T[i * width + n]!;
    for (let j = i + 1; j < n; j++) sum -= T[i * width + j]! * move[j]!;
    const pivot = T[i * width + i]!;
    move[i] = Math.abs(pivot) > 1e-14 * sizes[i]! ? sum / pivot : 0;
  }
  // |r|^2 - |r + J move|^2
  let gain = 0;
  for (let i = 0; i < n; i++) {
    let after = R[i * width + n]!;
    for (let j = i; j < n; j++) after += R[i * width + j]! * move[j]!;
    gain += R[i * width + n]! ** 2 - after * after;
  }
  return { move, gain };
}

function columnSizes(R: Float64Array, width: number): Float64Array {
  return Float64Array.from({ length: width - 1 }, (_, j) => {
    let sum = 0;
    for (let i = 0; i <= j; i++) sum += R[i * width + j]! ** 2;
    return sum > 0 ? Math.sqrt(sum) : 1;
  });
}

function moved(model: FlatModel, basis: Float64Array, count: number, move: Float64Array): FlatModel {
  const at = entriesOf(model);
  const change = product(basis, move.subarray(0, count), at.all, count, 1);
  const plus = (matrix: Float64Array, from: number): Float64Array => matrix.map((v, i) => v + change[from + i]!);
  return {
    ...model,
    A: plus(model.A, 0),
    B: plus(model.B, at.B),
    C: plus(model.C, at.C),
    D: plus(model.D, at.D),
    K: plus(model.K, at.K),
  };
}

/** Of the first `count` parameters: (R'R)^-1, or (R'R)^-1 (scores) (R'R)^-1. Undefined where a direction does not show in the errors. */
export function covarianceOf(
  R: Float64Array,
  width: number,
  count: number,
  scores?: Float64Array,
): Float64Array | undefined {
  const n = width - 1;
  const sizes = columnSizes(R, width);
  // Rows of R^-1 that belong to the parameters asked for.
  const rows = new Float64Array(n * n);
  for (let i = n - 1; i >= 0; i--) {
    const pivot = R[i * width + i]!;
    if (!(Math.abs(pivot) > 1e-13 * sizes[i]!)) return undefined;
    for (let j = i; j < n; j++) {
      let sum = i === j ? 1 : 0;
      for (let k = i + 1; k <= j; k++) sum -= R[i * width + k]! * rows[k * n + j]!;
      rows[i * n + j] = sum / pivot;
    }
  }
  const factor = new Float64Array(count * n);
  if (scores) {
    // S (R'R)^-1, transposed.
    const inverse = outer(rows, n, n);
    factor.set(outerOf(inverse, scores, n).subarray(0, count * n));
  } else factor.set(rows.subarray(0, count * n));
  return outer(factor, count, n);
}

/** M M'. */
function outer(M: Float64Array, rows: number, cols: number): Float64Array {
  const turned = Float64Array.from(M, (_, k) => M[(k % rows) * cols + Math.floor(k / rows)]!);
  return product(M, turned, rows, cols, rows);
}

/** H S'. */
function outerOf(H: Float64Array, S: Float64Array, n: number): Float64Array {
  const turned = Float64Array.from(S, (_, k) => S[(k % n) * n + Math.floor(k / n)]!);
  return product(H, turned, n, n, n);
}

/** Directions over A, B, C and D in the recording's units. */
export function inUnits(
  basis: Float64Array,
  count: number,
  model: FlatModel,
  u: Float64Array,
  y: Float64Array,
): Float64Array {
  const { n, m } = model;
  const at = entriesOf(model);
  return Float64Array.from({ length: at.K * count }, (_, k) => {
    const entry = Math.floor(k / count);
    const value = basis[k]!;
    if (entry < at.B) return value;
    if (entry < at.C) return value / u[(entry - at.B) % m]!;
    if (entry < at.D) return value * y[Math.floor((entry - at.C) / n)]!;
    const place = entry - at.D;
    return (value * y[Math.floor(place / m)]!) / u[place % m]!;
  });
}
