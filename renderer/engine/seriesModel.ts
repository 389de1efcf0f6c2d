/** A series without inputs as level, trend, season and noise, with what it foretells: as the Identify tab shows it. */
import { Matrix } from "ml-matrix";
import { forecast } from "../../core/estimate/forecast.ts";
import { kalmanFilter } from "../../core/estimate/kalmanFilter.ts";
import { ljungBox } from "../../core/estimate/consistency.ts";
import { structural } from "../../core/identify/structural.ts";
import type { Structural } from "../../core/identify/structural.ts";
import type { IdentifyRefusal } from "../../core/identify/recording.ts";
import { flatten } from "../../core/math/dense.ts";
import type { Banded, ErrorTest, Figure, IdentifiedModel, IdentifyJob, SeriesRefusal } from "./dataProtocol.ts";

/** Of a normal distribution, to both sides, for 95 %. */
const sure = 1.959964;

export function seriesModel(
  job: IdentifyJob,
  progress: (share: number) => void,
): IdentifiedModel | IdentifyRefusal | SeriesRefusal {
  const { t, y, names, period, series, split } = job;
  if (y.length !== 1) return { ok: false, code: "ONE_OUTPUT", outputs: y.length };
  const { relative, trend, season, by } = series;
  const wrong = relative ? y[0]!.findIndex((v) => v <= 0) : -1;
  if (wrong >= 0) return { ok: false, code: "NOT_POSITIVE", sample: wrong, value: y[0]![wrong]! };
  const given = relative ? y[0]!.map(Math.log) : y[0]!;
  const cut = split < 1 ? Math.round(split * t.length) : t.length;
  const own = given.subarray(0, cut);
  const found = structural(own, { trend, season, by, progress });
  if (!found.ok) return refusalOf(found);
  const { model, filtered } = found;
  const ahead = Math.max(0, Math.round(series.ahead));
  const steps = t.length - cut + ahead;
  const foretold = forecast(model, filtered, steps);
  // The same filter over all there is: one sample ahead, and where the state stands in the end.
  const all = kalmanFilter(model, Matrix.columnVector(given));
  if (!all.ok) return { ok: false, code: "NO_LIKELIHOOD" };
  const { n, diffuse } = all;
  const C = flatten(model.C).data;
  const seen = given.map((_, k) => C.reduce((sum, c, j) => sum + c * all.xp[k * n + j]!, 0));
  const errors = seen.map((v, k) => given[k]! - v);
  const back = (v: number): number => (relative ? Math.exp(v) : v);
  const shown = (values: Float64Array): Float64Array => (relative ? values.map(Math.exp) : values);
  const times = Float64Array.from({ length: steps }, (_, k) => t[0]! + (cut + k) * period);
  const judged = (of: (k: number) => number, from: number, to: number): number => fit(y[0]!, of, from, to);
  const held = split < 1 ? [cut, t.length] : [diffuse, t.length];
  const said = (k: number): number => back(k < cut ? seen[k]! : foretold.y[k - cut]!);
  const own1 = judged((k) => back(seen[k]!), diffuse, cut);
  return {
    ok: true,
    method: "STRUCTURAL",
    order: n,
    period,
    A: rows(model.A),
    B: Array.from({ length: n }, () => []),
    C: rows(model.C),
    D: [[]],
    x0: Array.from(all.xp.subarray(t.length * n, (t.length + 1) * n)),
    names: { u: [], y: names.y },
    fit: {
      own: [own1],
      held: [judged(said, held[0]!, held[1]!)],
      ahead: [judged((k) => back(seen[k]!), held[0]!, held[1]!)],
    },
    criteria: found.criteria,
    measured: [{ x: t.slice(), y: y[0]!.slice() }],
    simulated: [{ x: times, y: shown(foretold.y), low: shown(foretold.low), high: shown(foretold.high) }],
    foretoldFrom: t[cut - 1]!,
    relative,
    white: [whiteness(found, names.y[0]!, filtered.z.subarray(diffuse))],
    independent: [],
    responses: [],
    figures: figures(found),
    poles: [],
    sureBy: "likelihood",
    components: components(found, t.subarray(0, cut)),
    ...(found.logLikelihoods && {
      rounds: { of: "likelihood" as const, values: found.logLikelihoods, converged: found.converged },
    }),
    deviation: [rms(errors.subarray(diffuse))],
    modulus: 1,
  };
}

const rows = (matrix: Parameters<typeof flatten>[0]): number[][] => {
  const { data, rows: count, cols } = flatten(matrix);
  return Array.from({ length: count }, (_, i) => Array.from(data.subarray(i * cols, (i + 1) * cols)));
};

/** What a filter refuses here is a series without a likelihood. */
function refusalOf(refusal: Extract<ReturnType<typeof structural>, { ok: false }>): IdentifyRefusal | SeriesRefusal {
  return "channel" in refusal || "needed" in refusal || "rcond" in refusal
    ? (refusal as IdentifyRefusal)
    : { ok: false, code: "NO_LIKELIHOOD" };
}

/** 100 (1 - |y - said| / |y - mean|) over samples from ... to - 1; those without a value do not count. */
function fit(y: Float64Array, said: (k: number) => number, from: number, to: number): number {
  const at = Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k).filter((k) => !Number.isNaN(y[k]!));
  const mean = at.reduce((sum, k) => sum + y[k]!, 0) / at.length;
  const [left, spread] = [
    at.reduce((sum, k) => sum + (y[k]! - said(k)) ** 2, 0),
    at.reduce((sum, k) => sum + (y[k]! - mean) ** 2, 0),
  ];
  return left === 0 ? 100 : 100 * (1 - Math.sqrt(left / spread));
}

function rms(values: Float64Array): number {
  const kept = values.filter((v) => !Number.isNaN(v));
  return Math.sqrt(kept.reduce((sum, v) => sum + v * v, 0) / kept.length);
}

/** Innovations divided by their deviations; every variance estimated takes a degree of freedom, less one for the scale. */
function whiteness({ variances }: Structural, name: string, z: Float64Array): ErrorTest {
  const kept = z.filter((v) => !Number.isNaN(v));
  const lags = Math.max(4, Math.min(24, Math.floor(kept.length / 4)));
  const one = ljungBox(kept, lags, { fitted: Object.keys(variances).length - 1 });
  return {
    name,
    curve: { x: one.autocorrelation.map((_, k) => k + 1), y: one.autocorrelation },
    band: one.bound,
    pValue: one.pValue,
    passed: one.white,
  };
}

function figures({ variances, sd }: Structural): readonly Figure[] {
  return (["level", "trend", "season", "noise"] as const).flatMap((name) =>
    variances[name] === undefined
      ? []
      : [{ name: `σ²(${name})`, value: variances[name]!, deviation: variances[name] === 0 ? Number.NaN : sd[name]! }],
  );
}

function components({ components: parts }: Structural, t: Float64Array): NonNullable<IdentifiedModel["components"]> {
  return (["level", "trend", "season", "noise"] as const).flatMap((name) => {
    const part = parts[name];
    if (!part) return [];
    const { mean, sd } = part;
    const curve: Banded = {
      x: t.slice(),
      y: mean,
      low: mean.map((v, k) => v - sure * sd[k]!),
      high: mean.map((v, k) => v + sure * sd[k]!),
    };
    return [{ name, curve }];
  });
}
