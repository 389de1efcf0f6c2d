/** An autoregression by the Yule-Walker equations, which always give a stable one: Levinson's recursion. Brockwell & Davis (1991), 8.1. */

export interface Autoregression {
  readonly ok: true;
  /** Of y[t] - mean = ar[0] (y[t-1] - mean) + ... + e[t]. */
  readonly ar: readonly number[];
  readonly mean: number;
  /** Of e, unbiased as far as may be: what Levinson's recursion leaves, times N / (N - order - 1). */
  readonly variance: number;
  /** Partial autocorrelations at lags 1, 2, ...: about 0 beyond the true order, within 2 / sqrt(N). */
  readonly partial: readonly number[];
}

/** Of one sequence; its mean is taken off, autocovariances are those divided by N. */
export function aryule(
  y: ArrayLike<number>,
  order: number,
):
  | Autoregression
  | { readonly ok: false; readonly code: "TOO_FEW_SAMPLES"; readonly samples: number; readonly needed: number }
  | { readonly ok: false; readonly code: "NOT_FINITE"; readonly sample: number }
  | { readonly ok: false; readonly code: "CONSTANT" } {
  const values = Float64Array.from(y);
  const N = values.length;
  if (!Number.isInteger(order) || order < 0) throw new RangeError(`An order is a whole number, not ${order}`);
  if (N < order + 2) return { ok: false, code: "TOO_FEW_SAMPLES", samples: N, needed: order + 2 };
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) return { ok: false, code: "NOT_FINITE", sample: bad };
  const mean = values.reduce((sum, v) => sum + v, 0) / N;
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let t = lag; t < N; t++) sum += (values[t]! - mean) * (values[t - lag]! - mean);
    return sum / N;
  };
  const r = Array.from({ length: order + 1 }, (_, lag) => covariance(lag));
  let left = r[0]!;
  if (!(left > 0)) return { ok: false, code: "CONSTANT" };
  let ar: number[] = [];
  const partial: number[] = [];
  for (let k = 1; k <= order; k++) {
    const reflection = (r[k]! - ar.reduce((sum, a, i) => sum + a * r[k - 1 - i]!, 0)) / left;
    ar = [...ar.map((a, i) => a - reflection * ar[k - 2 - i]!), reflection];
    left *= 1 - reflection * reflection;
    partial.push(reflection);
  }
  return { ok: true, ar, mean, variance: (left * N) / (N - order - 1), partial };
}
