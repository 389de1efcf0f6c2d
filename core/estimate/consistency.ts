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
  /** Sample by sample, the mean of the runs: NaN where nothing was measured. */
  readonly values: Float64Array;
  /** What holds that of one sample, with all measurements there. */
  readonly one: readonly [low: number, high: number];
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
export function consistency(
  filtered: Pick<Filtered, "p" | "z" | "steps">,
  options: ConsistencyOptions = {},
): Consistency {
  const { p, steps, z } = filtered;
  const { level = 0.95, fitted = 0 } = options;
  const lags = options.lags ?? Math.max(1, Math.min(20, Math.floor(steps / 10)));
  const whiteness = Array.from({ length: p }, (_, i) => {
    const series: number[] = [];
    for (let k = 0; k < steps; k++) if (!Number.isNaN(z[k * p + i]!)) series.push(z[k * p + i]!);
    return ljungBox(series, lags, { level, fitted });
  });
  const tally = nisTally(steps, level);
  tally.add(filtered);
  return { nis: tally.band(), whiteness };
}

/** Adds up normalized squares run by run, so that runs need not be kept. */
export interface Tally<Run extends readonly unknown[]> {
  add(...run: Run): void;
  band(): Band;
}

/** Normalized innovations squared. Independent from sample to sample, so that their sum is chi-square. */
export function nisTally(steps: number, level = 0.95): Tally<[run: Pick<Filtered, "p" | "z" | "steps">]> {
  const sums = new Float64Array(steps);
  const dofs = new Float64Array(steps);
  let runs = 0;
  return {
    add({ p, z, steps: own }) {
      runs++;
      for (let k = 0; k < own; k++) {
        for (let i = 0; i < p; i++) {
          const one = z[k * p + i]!;
          if (Number.isNaN(one)) continue;
          sums[k]! += one * one;
          dofs[k]! += 1;
        }
      }
    },
    band() {
      const measured = dofs.reduce((count, d) => count + (d > 0 ? 1 : 0), 0);
      return banded(sums, dofs, totalOf(sums), totalOf(dofs), measured * runs, runs, level);
    },
  };
}

/** Of one or several runs. */
export function nis(runs: readonly Filtered[], level = 0.95): Band {
  const tally = nisTally(Math.max(0, ...runs.map((run) => run.steps)), level);
  for (const run of runs) tally.add(run);
  return tally.band();
}

export type JudgedStates = Pick<Filtered, "n" | "steps" | "x" | "P" | "row" | "diffuse">;

/**
 * Normalized estimation errors squared of runs whose true states (steps x n) are known, of x[k|k]; averaged over the runs at each sample. A
 * direction without variance does not count. Errors of one run depend on those before, so that the band of the mean is that of
 * independent runs: give several. `add` gives the squares of the run by sample, over their degrees of freedom.
 */
export function neesTally(
  n: number,
  steps: number,
  level = 0.95,
): { add(estimate: JudgedStates, truth: ArrayLike<number>): Float64Array; band(): Band } {
  const sums = new Float64Array(steps);
  const dofs = new Float64Array(steps);
  const l = new Float64Array(n * n);
  const d = new Float64Array(n);
  const miss = new Float64Array(n);
  const right = new Float64Array(n);
  let from = 0;
  let runs = 0;
  return {
    add(estimate, truth) {
      runs++;
      from = Math.max(from, estimate.diffuse);
      const own = new Float64Array(steps).fill(Number.NaN);
      for (let k = estimate.diffuse; k < steps; k++) {
        ldl(estimate.P, estimate.row[k]! * n * n, n, l, d);
        for (let i = 0; i < n; i++) miss[i] = right[i] = truth[k * n + i]! - estimate.x[k * n + i]!;
        ldlSolve(l, d, n, right, 1);
        let square = 0;
        let dof = 0;
        for (let i = 0; i < n; i++) {
          square += miss[i]! * right[i]!;
          if (d[i]! > 0) dof++;
        }
        sums[k]! += square;
        dofs[k]! += dof;
        own[k] = dof > 0 ? square / dof : Number.NaN;
      }
      return own;
    },
    band() {
      sums.fill(0, 0, from);
      dofs.fill(0, 0, from);
      // Of the mean over time only the runs are independent.
      const counted = Math.max(1, steps - from);
      return banded(sums, dofs, totalOf(sums) / counted, totalOf(dofs) / counted, runs, runs, level);
    },
  };
}

export function nees(
  runs: readonly { readonly estimate: JudgedStates; readonly truth: ArrayLike<number> }[],
  level = 0.95,
): Band {
  const { n, steps } = runs[0]!.estimate;
  const tally = neesTally(n, steps, level);
  for (const { estimate, truth } of runs) tally.add(estimate, truth);
  return tally.band();
}

const totalOf = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

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
    return { mean: 0, expected: 0, low: 0, high: 0, values, one: [0, 0], inside: 1, verdict: "consistent" };
  }
  const [low, high] = edges(dof);
  const [lowOne, highOne] = edges(dofs.reduce((most, d) => Math.max(most, d), 0));
  return {
    mean: total / count,
    expected: dof / count,
    low: low / count,
    high: high / count,
    values,
    one: [lowOne / runs, highOne / runs],
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
