/**
 * Whether an estimate is as good as its covariance says. Innovations are independent with the covariance that the filter gives them where
 * the model is true: their normalized squares (NIS) and those of the errors (NEES, where the truth is known) lie in bands of the
 * chi-square distribution. Bar-Shalom, Li, Kirubarajan, "Estimation with Applications to Tracking and Navigation" (2001), 5.4; Ljung & Box (1978).
 */
import { chiSquareQuantile, chiSquareTail } from "../math/chiSquare.ts";
import { ldl, ldlSolve } from "../math/ldl.ts";
import type { Filtered } from "./filtered.ts";

export interface Band {
  /** Mean of the normalized squares; what is expected is `dof` of one sample. */
  readonly mean: number;
  readonly expected: number;
  /** What holds the mean with the probability asked for, where the model is true. */
  readonly low: number;
  readonly high: number;
  /** Sample by sample: NaN where nothing was measured. */
  readonly values: Float64Array;
  /** Share of samples inside of the band of one sample. */
  readonly inside: number;
  /**
   * "optimistic": errors are larger than the filter believes, its noise is set too small or its model is wrong. "pessimistic": smaller.
   */
  readonly verdict: "consistent" | "optimistic" | "pessimistic";
}

export interface Whiteness {
  /** Of one measurement: its autocorrelations at lags 1, 2, ... and what holds each of them with 95 %. */
  readonly autocorrelation: Float64Array;
  readonly bound: number;
  /** Ljung & Box's statistic over all these lags, and the probability of one as large by chance. */
  readonly Q: number;
  readonly pValue: number;
  readonly white: boolean;
}

export interface Consistency {
  readonly nis: Band;
  readonly whiteness: readonly Whiteness[];
}

export interface ConsistencyOptions {
  /** Probability of the bands, 0.95 by default. */
  readonly level?: number;
  /** Lags that are tested; a tenth of the record, at most 20, by default. */
  readonly lags?: number;
  /** Parameters that were fitted to this record: they take degrees of freedom from Ljung & Box's test. */
  readonly fitted?: number;
}

/** Innovations of a filter; samples of a diffuse start do not count. */
export function consistency(filtered: Filtered, options: ConsistencyOptions = {}): Consistency {
  const { p, steps, z } = filtered;
  const { level = 0.95, fitted = 0 } = options;
  const lags = options.lags ?? Math.max(1, Math.min(20, Math.floor(steps / 10)));
  const whiteness = Array.from({ length: p }, (_, i) => {
    const series: number[] = [];
    for (let k = 0; k < steps; k++) if (!Number.isNaN(z[k * p + i]!)) series.push(z[k * p + i]!);
    return ljungBox(series, lags, { level, fitted });
  });
  return { nis: nis([filtered], level), whiteness };
}

/** Normalized innovations squared of one or several runs. Independent from sample to sample, so that their sum is chi-square. */
export function nis(runs: readonly Filtered[], level = 0.95): Band {
  const steps = Math.max(0, ...runs.map((run) => run.steps));
  const sums = new Float64Array(steps);
  const dofs = new Float64Array(steps);
  for (const { p, z, steps: own } of runs) {
    for (let k = 0; k < own; k++) {
      for (let i = 0; i < p; i++) {
        const one = z[k * p + i]!;
        if (Number.isNaN(one)) continue;
        sums[k]! += one * one;
        dofs[k]! += 1;
      }
    }
  }
  const total = sums.reduce((a, b) => a + b, 0);
  const dof = dofs.reduce((a, b) => a + b, 0);
  const measured = dofs.reduce((count, d) => count + (d > 0 ? 1 : 0), 0);
  return banded(sums, dofs, total, dof, measured * runs.length, runs.length, level);
}

/**
 * Normalized estimation errors squared of runs whose true states (steps x n) are known, of x[k|k]; averaged over the runs at each sample. Errors of
 * one run depend on those before, so that the band of the mean is that of independent runs: give several.
 */
export function nees(
  runs: readonly { readonly estimate: Filtered; readonly truth: ArrayLike<number> }[],
  level = 0.95,
): Band {
  const { n, steps } = runs[0]!.estimate;
  const sums = new Float64Array(steps);
  const l = new Float64Array(n * n);
  const d = new Float64Array(n);
  const miss = new Float64Array(n);
  const right = new Float64Array(n);
  const from = Math.max(...runs.map(({ estimate }) => estimate.diffuse));
  for (const { estimate, truth } of runs) {
    for (let k = from; k < steps; k++) {
      ldl(estimate.P, estimate.row[k]! * n * n, n, l, d);
      for (let i = 0; i < n; i++) miss[i] = right[i] = truth[k * n + i]! - estimate.x[k * n + i]!;
      ldlSolve(l, d, n, right, 1);
      for (let i = 0; i < n; i++) sums[k]! += miss[i]! * right[i]!;
    }
  }
  const dofs = new Float64Array(steps).fill(n * runs.length, from);
  const total = sums.reduce((a, b) => a + b, 0);
  // Of the mean over time only the runs are independent.
  const counted = steps - from;
  return banded(sums, dofs, total / Math.max(1, counted), n * runs.length, runs.length, runs.length, level);
}

function banded(
  sums: Float64Array,
  dofs: Float64Array,
  total: number,
  dof: number,
  count: number,
  runs: number,
  level: number,
): Band {
  const edges = (d: number): readonly [number, number] => [
    chiSquareQuantile((1 - level) / 2, d),
    chiSquareQuantile((1 + level) / 2, d),
  ];
  const known = new Map<number, readonly [number, number]>();
  let within = 0;
  let samples = 0;
  const values = sums.map((sum, k) => {
    const d = dofs[k]!;
    if (d === 0) return Number.NaN;
    let edge = known.get(d);
    if (!edge) known.set(d, (edge = edges(d)));
    samples++;
    if (sum >= edge[0] && sum <= edge[1]) within++;
    return sum / runs;
  });
  if (dof === 0) {
    return { mean: 0, expected: 0, low: 0, high: 0, values, inside: 1, verdict: "consistent" };
  }
  const [low, high] = edges(dof);
  return {
    mean: total / count,
    expected: dof / count,
    low: low / count,
    high: high / count,
    values,
    inside: within / samples,
    verdict: total > high ? "optimistic" : total < low ? "pessimistic" : "consistent",
  };
}

/** Whether a series has no memory: the portmanteau test over its autocorrelations. */
export function ljungBox(
  series: ArrayLike<number>,
  lags: number,
  { level = 0.95, fitted = 0 }: { readonly level?: number; readonly fitted?: number } = {},
): Whiteness {
  const N = series.length;
  let mean = 0;
  for (let k = 0; k < N; k++) mean += series[k]! / N;
  let variance = 0;
  for (let k = 0; k < N; k++) variance += (series[k]! - mean) ** 2;
  let Q = 0;
  const autocorrelation = Float64Array.from({ length: lags }, (_, i) => {
    const lag = i + 1;
    let sum = 0;
    for (let k = lag; k < N; k++) sum += (series[k]! - mean) * (series[k - lag]! - mean);
    const r = variance > 0 ? sum / variance : 0;
    if (N > lag) Q += (N * (N + 2) * r * r) / (N - lag);
    return r;
  });
  const pValue = chiSquareTail(Q, Math.max(1, lags - fitted));
  return {
    autocorrelation,
    bound: chiSquareQuantile(level, 1) ** 0.5 / Math.sqrt(N),
    Q,
    pValue,
    white: pValue >= 1 - level,
  };
}
