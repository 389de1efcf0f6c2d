/** From recorded channels to a model and what it is judged by, as the Identify tab shows it. The methods are core/identify's. */
import { extremes } from "../../core/data/extremes.ts";
import { arx } from "../../core/identify/arx.ts";
import type { Arx } from "../../core/identify/arx.ts";
import { n4sid } from "../../core/identify/n4sid.ts";
import type { N4sid } from "../../core/identify/n4sid.ts";
import { pem } from "../../core/identify/pem.ts";
import type { Pem } from "../../core/identify/pem.ts";
import { predict } from "../../core/identify/predict.ts";
import type { IdentifyRefusal, Recording } from "../../core/identify/recording.ts";
import { uncertainResponse } from "../../core/identify/uncertainty.ts";
import { pole } from "../../core/lti/pole.ts";
import type { Curve, IdentifiedModel, IdentifyJob } from "./dataProtocol.ts";

const lags = 24;

export function identified(job: IdentifyJob): IdentifiedModel | IdentifyRefusal {
  const { t, u, y, period, names, split, method } = job;
  const cut = split < 1 ? Math.round(split * t.length) : t.length;
  const part = (from: number, to: number): Recording => ({
    u: u.map((values) => values.subarray(from, to)),
    y: y.map((values) => values.subarray(from, to)),
    period,
    names,
  });
  const own = part(0, cut);
  // Where nothing is held back, a model is judged by what it was made from.
  const [heldFrom, held] = split < 1 ? [cut, part(cut, t.length)] : [0, own];
  const model = method === "ARX" ? lagged(own, job) : method === "PEM" ? refined(own, job) : subspaceModel(own, job);
  if (!model.ok) return model;
  const mine = predict(model, own);
  const simulated = predict(model, held);
  const ahead = predict(model, held, { ahead: 1 });
  if (!mine.ok) return mine;
  if (!simulated.ok) return simulated;
  if (!ahead.ok) return ahead;
  const times = t.subarray(heldFrom);
  const errors = held.y.map((values, o) => Float64Array.from(values, (v, k) => v - ahead.y[0]![o]![k]!));
  const { A, B, C, D } = model.system;
  const uncertainty = "uncertainty" in model ? model.uncertainty : undefined;
  const low = uncertainty && u.length > 0 ? uncertainResponse(model.system, uncertainty, [0]) : undefined;
  return {
    ok: true,
    method,
    order: A.rows,
    ...("suggested" in model && { suggested: model.suggested, singularValues: model.singularValues }),
    period,
    A: A.to2DArray(),
    B: B.to2DArray(),
    C: C.to2DArray(),
    D: D.to2DArray(),
    names,
    fit: { own: mine.fit, held: simulated.fit, ahead: ahead.fit },
    measured: held.y.map((values) => drawn(times, Float64Array.from(values))),
    simulated: simulated.y[0]!.map((values) => drawn(times, values)),
    residuals: residualsOf(
      errors,
      held.u.map((values) => Float64Array.from(values)),
    ),
    deviation: errors.map((e) => Math.sqrt(power(e) / e.length)),
    modulus: Math.max(0, ...pole(model.system).map(([re, im]) => Math.hypot(re, im))),
    ...(low && {
      gain: { value: signed(low.gain[0]![0]![0]!, low.phase[0]![0]![0]!), deviation: low.gainSd[0]![0]![0]! },
    }),
  };
}

const signed = (gain: number, phase: number): number => (Math.cos(phase) < 0 ? -gain : gain);

function subspaceModel(own: Recording, { method, order, delayed }: IdentifyJob): N4sid | IdentifyRefusal {
  return n4sid(own, {
    weighting: method as "CVA",
    feedthrough: !delayed,
    ...(order !== undefined && { order }),
  });
}

function refined(own: Recording, { order, delayed }: IdentifyJob): Pem | IdentifyRefusal {
  return pem(own, { feedthrough: !delayed, ...(order !== undefined && { order }) });
}

/** As many lags of outputs as of inputs; where none are given, the number of least BIC up to ten. */
function lagged(own: Recording, { order, delayed, u }: IdentifyJob): Arx | IdentifyRefusal {
  const of = (n: number): Arx | IdentifyRefusal => arx(own, { na: n, nb: u.length > 0 ? n : 0, nk: delayed ? 1 : 0 });
  if (order !== undefined) return of(order);
  let best = of(1);
  for (let n = 2; n <= 10; n++) {
    const next = of(n);
    if (next.ok && (!best.ok || next.criteria.bic < best.criteria.bic)) best = next;
  }
  return best;
}

function drawn(t: Float64Array, values: Float64Array): Curve {
  const chosen = extremes([values], 0, values.length - 1);
  if (!chosen) return { x: t.slice(), y: values.slice() };
  return { x: Float64Array.from(chosen, (i) => t[i]!), y: Float64Array.from(chosen, (i) => values[i]!) };
}

const power = (v: Float64Array): number => v.reduce((sum, x) => sum + x * x, 0);
const centred = (v: Float64Array): Float64Array => {
  const mean = v.reduce((sum, x) => sum + x, 0) / v.length;
  return v.map((x) => x - mean);
};

/** sum a[k] b[k - lag], in parts of both powers. */
function correlation(a: Float64Array, b: Float64Array, lag: number, size: number): number {
  let sum = 0;
  for (let k = Math.max(0, lag); k < a.length && k - lag < b.length; k++) sum += a[k]! * b[k - lag]!;
  return size > 0 ? sum / size : 0;
}

/** Errors that follow one another or the inputs are something that the model does not say. Ljung, "System Identification" (1999), 16.6. */
function residualsOf(errors: readonly Float64Array[], inputs: readonly Float64Array[]): IdentifiedModel["residuals"] {
  const e = errors.map(centred);
  const u = inputs.map(centred);
  const most = Math.min(lags, Math.max(1, Math.floor((e[0]?.length ?? 2) / 4)));
  const curve = (a: Float64Array, b: Float64Array, from: number): Curve => {
    const size = Math.sqrt(power(a) * power(b));
    const x = Float64Array.from({ length: most + 1 - from }, (_, k) => from + k);
    return { x, y: x.map((lag) => correlation(a, b, lag, size)) };
  };
  const auto = e.map((one) => curve(one, one, 0));
  const cross = e.flatMap((one) => u.map((input) => curve(one, input, 0)));
  const band = 2.576 / Math.sqrt(e[0]?.length ?? 1);
  const judged = [...auto.map(({ y }) => y.subarray(1)), ...cross.map(({ y }) => y)];
  const all = judged.reduce((sum, { length }) => sum + length, 0);
  const out = judged.reduce((sum, values) => sum + values.filter((v) => Math.abs(v) > band).length, 0);
  return { auto, cross, band, outside: out / Math.max(1, all) };
}
