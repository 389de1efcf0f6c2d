/**
 * A series as level, trend, season and noise, each with a variance of its own, by maximum likelihood (or EM) from an exactly diffuse start; the components smoothed.
 * Harvey, "Forecasting, Structural Time Series Models and the Kalman Filter" (1989), 2.3; Durbin & Koopman (2012), 3.2.
 */
import { Matrix } from "ml-matrix";
import { kalmanFilter, type KalmanEstimate } from "../estimate/kalmanFilter.ts";
import type { EstimateRefusal } from "../estimate/refusal.ts";
import { rts } from "../estimate/rts.ts";
import { flatten } from "../math/dense.ts";
import type { Criteria } from "./criteria.ts";
import { em, type EmOutcome } from "./em.ts";
import { mle, type GaussianModel, type MleOutcome } from "./mle.ts";

export interface StructuralOptions {
  /** A slope that the level follows; without it the level wanders about. */
  readonly trend?: boolean | undefined;
  /** Samples a year, or whatever repeats: 2 or more. None when absent. */
  readonly season?: number | undefined;
  /**
   * "likelihood" (when absent): Fisher's scoring from several starts. "em": expectation maximisation, slower, its likelihood rising with every round; of a level
   * alone, as a diffuse start of several samples leaves it no moments.
   */
  readonly by?: "likelihood" | "em" | undefined;
  /** Told before every search of the likelihood's maximum, of which there are several: the share that is done. */
  readonly progress?: ((share: number) => void) | undefined;
}

export type Component = "level" | "trend" | "season" | "noise";

export interface Structural {
  readonly ok: true;
  /** Of what is added to each in every sample; of the noise of the measurements. 0: does not change, or there is none. */
  readonly variances: { readonly [name in Component]?: number };
  /** Their standard deviations; 0 where the variance is 0. */
  readonly sd: { readonly [name in Component]?: number };
  readonly logLikelihood: number;
  readonly criteria: Criteria;
  readonly converged: boolean;
  /** Given the whole series: mean and standard deviation, by sample. The noise's is what is left of the series, NaN where it has no value. */
  readonly components: { readonly [name in Component]?: { readonly mean: Float64Array; readonly sd: Float64Array } };
  /** For filters, smoothers and forecasts. */
  readonly model: GaussianModel;
  /** The filter's run over the series: where forecasts go on from, and the innovations. */
  readonly filtered: KalmanEstimate;
  /** Of EM: before every round, and after the last. */
  readonly logLikelihoods?: readonly number[];
}

export type StructuralOutcome =
  Structural | Exclude<MleOutcome, { readonly ok: true }> | Exclude<EmOutcome, { readonly ok: true }> | EstimateRefusal;

/** Values may be missing (NaN). Throws a RangeError for a season below 2, and for EM of more than a level. */
export function structural(series: ArrayLike<number>, options: StructuralOptions = {}): StructuralOutcome {
  const trend = options.trend ?? false;
  const season = options.season ?? 0;
  if (season !== 0 && !(Number.isInteger(season) && season >= 2))
    throw new RangeError(`A season has 2 samples or more, not ${season}`);
  const climbing = options.by === "em";
  if (climbing && (trend || season > 0)) throw new RangeError("EM here is of a level without trend and season");
  const y = Float64Array.from(series);
  const n = 1 + (trend ? 1 : 0) + Math.max(0, season - 1);
  const values = y.filter((v) => !Number.isNaN(v));
  if (values.length < n + 4) return { ok: false, code: "TOO_FEW_SAMPLES", samples: values.length, needed: n + 4 };
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const spread = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  if (!(spread > 0)) return { ok: false, code: "SINGULAR", rcond: 0 };
  const names: Component[] = [
    "level",
    ...(trend ? (["trend"] as const) : []),
    ...(season ? (["season"] as const) : []),
    "noise",
  ];
  const build = builder(n, trend, season);
  // Variances in units of the series' own, so that all are of a like size.
  const parametric = (theta: readonly number[]): GaussianModel => build(theta.map((v) => v * spread));
  const data = { u: [], y: [y] };
  const lower = names.map(() => 0);
  const slopes = (): Partial<GaussianModel>[] =>
    names.map((_, j) => {
      const { Q, R } = build(names.map((__, i) => (i === j ? spread : 0)));
      return { Q, R };
    });
  const climbed = climbing
    ? em(build([0.1 * spread, 0.5 * spread]), data, {
        estimate: ["Q", "R"],
        iterations: 3000,
        tolerance: 1e-12,
        progress: options.progress,
      })
    : undefined;
  if (climbed && !climbed.ok) return climbed;
  const starts = climbed
    ? [[climbed.model.Q, climbed.model.R].map((m) => flatten(m).data[0]! / spread)]
    : [
        names.map((name) => (name === "noise" ? 0.1 : 0.01)),
        names.map((name) => (name === "level" ? 0.1 : 1e-3)),
        names.map((name) => (name === "trend" ? 1e-4 : 1e-3)),
      ];
  let best: Extract<MleOutcome, { readonly ok: true }> | undefined;
  let refused: StructuralOutcome | undefined;
  for (const [k, start] of starts.entries()) {
    if (!climbed) options.progress?.(k / starts.length);
    // What EM has found is taken as it is: only how sure it is is asked for.
    const found = mle(parametric, data, { start, lower, slopes, ...(climbed && { iterations: 0 }) });
    if (!found.ok) refused ??= found;
    else if (!best || found.logLikelihood > best.logLikelihood) best = found;
  }
  if (!best) return refused!;
  const { model } = best;
  const filtered = kalmanFilter(model, Matrix.columnVector(y));
  if (!filtered.ok) return filtered;
  const smoothed = rts(filtered);
  if (!smoothed.ok) return smoothed;
  const take = (state: number): { mean: Float64Array; sd: Float64Array } => ({
    mean: Float64Array.from(y, (_, k) => smoothed.x[k * n + state]!),
    sd: Float64Array.from(y, (_, k) =>
      Math.sqrt(Math.max(0, smoothed.P[smoothed.row[k]! * n * n + state * n + state]!)),
    ),
  });
  const level = take(0);
  const seasonal = season ? take(trend ? 2 : 1) : undefined;
  const noise = (): { mean: Float64Array; sd: Float64Array } => {
    const seen = seasonal ? (trend ? 2 : 1) : -1;
    return {
      mean: y.map((v, k) => v - level.mean[k]! - (seasonal ? seasonal.mean[k]! : 0)),
      sd: Float64Array.from(y, (_, k) => {
        const at = smoothed.row[k]! * n * n;
        const P = (i: number, j: number): number => smoothed.P[at + i * n + j]!;
        return Math.sqrt(Math.max(0, P(0, 0) + (seen < 0 ? 0 : P(seen, seen) + 2 * P(0, seen))));
      }),
    };
  };
  const by = (list: readonly number[]): { [name in Component]?: number } =>
    Object.fromEntries(names.map((name, j) => [name, list[j]! * spread]));
  return {
    ok: true,
    variances: by(best.parameters),
    sd: by(best.sd),
    logLikelihood: best.logLikelihood,
    criteria: best.criteria,
    converged: climbed ? climbed.converged : best.converged,
    components: {
      level,
      ...(trend ? { trend: take(1) } : {}),
      ...(seasonal ? { season: seasonal } : {}),
      noise: noise(),
    },
    model,
    filtered,
    ...(climbed && { logLikelihoods: climbed.logLikelihoods }),
  };
}

/** States: level, slope, the season now and its predecessors, whose sum over a year only noise moves. */
function builder(n: number, trend: boolean, season: number): (variances: readonly number[]) => GaussianModel {
  const first = trend ? 2 : 1;
  const A = Matrix.zeros(n, n);
  A.set(0, 0, 1);
  if (trend) {
    A.set(0, 1, 1);
    A.set(1, 1, 1);
  }
  for (let j = 0; j < season - 1; j++) {
    A.set(first, first + j, -1);
    if (j > 0) A.set(first + j, first + j - 1, 1);
  }
  const C = Matrix.zeros(1, n);
  C.set(0, 0, 1);
  if (season) C.set(0, first, 1);
  return (variances) => {
    const Q = Matrix.zeros(n, n);
    Q.set(0, 0, variances[0]!);
    if (trend) Q.set(1, 1, variances[1]!);
    if (season) Q.set(first, first, variances[first]!);
    return { A, C, Q, R: [[variances.at(-1)!]] };
  };
}
