/**
 * What a model leaves unexplained, and whether it is noise: errors one instant ahead that remember nothing, and that no input explains. Ljung, "System
 * Identification" (1999), 16.6.
 */
import { ljungBox, type Whiteness } from "../estimate/consistency.ts";
import { chiSquareTail, normalQuantile } from "../math/chiSquare.ts";
import { luFactor, luSolve } from "../math/lu.ts";
import { criteriaOf, type Criteria } from "./criteria.ts";
import type { Innovations } from "./identified.ts";
import { predict } from "./predict.ts";
import { recordsOf, type IdentifyRefusal, type Recordings } from "./recording.ts";

export interface ResidualOptions {
  /** Lags looked at; 25 when absent, a quarter of the samples at most. */
  readonly lags?: number | undefined;
  /** Of confidence; 0.95 when absent. */
  readonly level?: number | undefined;
  /** Parameters estimated, for the criteria; those of a state space of this order when absent. */
  readonly parameters?: number | undefined;
}

export interface CrossCorrelation {
  /** From -lags to lags: of the error now with the input that many samples before. Beyond the band at a lag from 0 on: something is left to explain; before 0: feedback. */
  readonly correlation: Float64Array;
  /** Half the width of the band, which the memory of both widens. */
  readonly bound: number;
  /** Probability that errors of no concern to the input correlate as much at lags from 0 on. */
  readonly pValue: number;
  readonly independent: boolean;
}

export interface Residuals {
  readonly ok: true;
  /** By recording, by output. */
  readonly errors: readonly (readonly Float64Array[])[];
  /** By output, over all recordings one after another. */
  readonly whiteness: readonly Whiteness[];
  /** By output, by input. */
  readonly cross: readonly (readonly CrossCorrelation[])[];
  readonly criteria: Criteria;
}

/** Of recordings with the model's channels. */
export function residuals(
  model: Pick<Innovations, "system" | "K">,
  data: Recordings,
  options: ResidualOptions = {},
): Residuals | IdentifyRefusal {
  const said = predict(model, data, { ahead: 1 });
  if (!said.ok) return said;
  const records = recordsOf(data);
  const { m, p, segments, total } = records;
  const lags = Math.min(options.lags ?? 25, Math.floor(total / 4));
  const level = options.level ?? 0.95;
  if (lags < 1) return { ok: false, code: "TOO_FEW_SAMPLES", samples: total, needed: 4 };
  const errors = segments.map(({ y }, s) =>
    Array.from({ length: p }, (_, o) => said.y[s]![o]!.map((v, k) => y[k * p + o]! - v)),
  );
  const whole = (channel: (segment: number) => Float64Array): Float64Array => {
    const all = new Float64Array(total);
    let at = 0;
    segments.forEach(({ count }, s) => {
      all.set(channel(s), at);
      at += count;
    });
    return all;
  };
  const e = Array.from({ length: p }, (_, o) => whole((s) => errors[s]![o]!));
  const u = Array.from({ length: m }, (_, j) => whole((s) => segments[s]!.u.filter((__, i) => i % m === j)));
  const spread = new Float64Array(p * p);
  for (let i = 0; i < p; i++)
    for (let j = 0; j < p; j++) for (let k = 0; k < total; k++) spread[i * p + j]! += (e[i]![k]! * e[j]![k]!) / total;
  const n = model.system.A.rows;
  return {
    ok: true,
    errors,
    whiteness: e.map((values) => ljungBox(values, lags, { level })),
    cross: e.map((values) => u.map((input) => crossCorrelation(values, input, lags, level))),
    criteria: criteriaOf(spread, p, total, options.parameters ?? n * (m + 2 * p) + p * m),
  };
}

function crossCorrelation(error: Float64Array, input: Float64Array, lags: number, level: number): CrossCorrelation {
  const N = error.length;
  const [e, u] = [centred(error), centred(input)];
  const size = Math.sqrt(products(e, e, 0) * products(u, u, 0)) || 1;
  const correlation = Float64Array.from({ length: 2 * lags + 1 }, (_, i) => products(e, u, i - lags) / size);
  // Bartlett's formula: correlations at lags i and j go together by the sum of re[k] ru[k + j - i]; tapered, so that it stays positive.
  const span = 3 * lags;
  const memory = (v: Float64Array): Float64Array => {
    const own = products(v, v, 0) || 1;
    return Float64Array.from({ length: span + 1 }, (_, k) => ((1 - k / (span + 1)) * products(v, v, k)) / own);
  };
  const [re, ru] = [memory(e), memory(u)];
  const together = Float64Array.from({ length: lags + 1 }, (_, shift) => {
    let sum = 0;
    for (let k = -span; k <= span; k++) sum += re[Math.abs(k)]! * (ru[Math.abs(k + shift)] ?? 0);
    return sum;
  });
  const q = lags + 1;
  const M = Float64Array.from({ length: q * q }, (_, i) => together[Math.abs(Math.floor(i / q) - (i % q))]!);
  for (let i = 0; i < q; i++) M[i * q + i]! += 1e-3 * together[0]!;
  const later = correlation.slice(lags);
  const solved = later.slice();
  luSolve(luFactor(M, q), solved);
  const statistic = later.reduce((sum, v, i) => sum + v * solved[i]!, 0) * N;
  const pValue = chiSquareTail(Math.max(0, statistic), q);
  return {
    correlation,
    bound: normalQuantile((1 + level) / 2) * Math.sqrt(together[0]! / N),
    pValue,
    independent: pValue >= 1 - level,
  };
}

function centred(v: Float64Array): Float64Array {
  const mean = v.reduce((sum, value) => sum + value, 0) / v.length;
  return v.map((value) => value - mean);
}

/** Sum of a[k] b[k - lag]. */
function products(a: Float64Array, b: Float64Array, lag: number): number {
  let sum = 0;
  for (let k = Math.max(0, lag); k < Math.min(a.length, a.length + lag); k++) sum += a[k]! * b[k - lag]!;
  return sum;
}
