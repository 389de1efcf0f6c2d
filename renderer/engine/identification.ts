/** From recorded channels to a model and what it is judged by, as the Identify tab shows it. The methods are core/identify's. */
import { extremes } from "../../core/data/extremes.ts";
import { arx } from "../../core/identify/arx.ts";
import type { Arx } from "../../core/identify/arx.ts";
import { bootstrap } from "../../core/identify/bootstrap.ts";
import { em } from "../../core/identify/em.ts";
import { innovations, flatModel } from "../../core/identify/identified.ts";
import type { Innovations } from "../../core/identify/identified.ts";
import { n4sid } from "../../core/identify/n4sid.ts";
import type { N4sid } from "../../core/identify/n4sid.ts";
import { steadyGain } from "../../core/identify/noiseModel.ts";
import { pem } from "../../core/identify/pem.ts";
import { predict } from "../../core/identify/predict.ts";
import { recordsOf } from "../../core/identify/recording.ts";
import type { IdentifyRefusal, Recording, Recordings } from "../../core/identify/recording.ts";
import { residuals } from "../../core/identify/residualTests.ts";
import type { ParameterUncertainty } from "../../core/identify/uncertainty.ts";
import { pole } from "../../core/lti/pole.ts";
import { flatten } from "../../core/math/dense.ts";
import type { Curve, ErrorTest, IdentifiedModel, IdentifyJob, IdentifyMethod, SeriesRefusal } from "./dataProtocol.ts";
import { figuresOf } from "./modelFigures.ts";
import { seriesModel } from "./seriesModel.ts";

type Progress = (share: number) => void;

export function identified(job: IdentifyJob, progress: Progress): IdentifiedModel | IdentifyRefusal | SeriesRefusal {
  if (job.method === "STRUCTURAL") return seriesModel(job, progress);
  const { t, u, period, names, method } = job;
  const { own, held, heldFrom } = partsOf(job);
  // What has no formula for its uncertainty takes longest over that.
  const making = method === "CVA" || method === "N4SID" || method === "MOESP" ? 0.3 : 0.9;
  const model = made(own, job, (share) => progress(making * share));
  if (!model.ok) return model;
  const mine = predict(model, own);
  const simulated = predict(model, held);
  const ahead = predict(model, held, { ahead: 1 });
  if (!mine.ok) return mine;
  if (!simulated.ok) return simulated;
  if (!ahead.ok) return ahead;
  // On other data the errors of its parameters, small as they are, would go with the inputs too: the tests' bands know of noise alone.
  const tested = residuals(model, own, { parameters: parametersOf(model, job) });
  if (!tested.ok) return tested;
  const { aic, bic, parameters } = tested.criteria;
  const errors = held.y.map((values, o) => Float64Array.from(values, (v, k) => v - ahead.y[0]![o]![k]!));
  const uncertainty = model.uncertainty ?? reruns(model, own, job, (share) => progress(making + (1 - making) * share));
  const times = t.subarray(heldFrom);
  const { A, B, C, D } = model.system;
  return {
    ok: true,
    method,
    order: A.rows,
    ...(model.suggested !== undefined && { suggested: model.suggested, singularValues: model.singularValues! }),
    period,
    A: A.to2DArray(),
    // A matrix without columns has no rows to be told.
    B: u.length > 0 ? B.to2DArray() : A.to2DArray().map(() => []),
    C: C.to2DArray(),
    D: u.length > 0 ? D.to2DArray() : C.to2DArray().map(() => []),
    names,
    fit: { own: mine.fit, held: simulated.fit, ahead: ahead.fit },
    criteria: { aic, bic, parameters },
    measured: held.y.map((values) => drawn(times, Float64Array.from(values))),
    simulated: simulated.y[0]!.map((values) => drawn(times, values)),
    white: tested.whiteness.map((one, o): ErrorTest => ({
      name: names.y[o]!,
      curve: lagged(one.autocorrelation, 1),
      band: one.bound,
      pValue: one.pValue,
      passed: one.white,
    })),
    independent: tested.cross.flatMap((row, o) =>
      row.map((one, i): ErrorTest => ({
        name: names.y[o]!,
        input: names.u[i]!,
        // From lag 0 on: with inputs still to come errors go together where there is feedback.
        curve: lagged(one.correlation.slice((one.correlation.length - 1) / 2), 0),
        band: one.bound,
        pValue: one.pValue,
        passed: one.independent,
      })),
    ),
    ...figuresOf(model.system, period, uncertainty),
    ...(uncertainty && { sureBy: model.uncertainty ? ("formula" as const) : ("bootstrap" as const) }),
    ...(model.rounds && { rounds: model.rounds }),
    deviation: errors.map((e) => Math.sqrt(e.reduce((sum, v) => sum + v * v, 0) / e.length)),
    modulus: Math.max(0, ...pole(model.system).map(([re, im]) => Math.hypot(re, im))),
  };
}

/** What a model is made of, and what it is judged by: where nothing is held back, by what it was made of. */
export function partsOf({ t, u, y, period, names, split }: IdentifyJob): {
  readonly own: Recording;
  readonly held: Recording;
  readonly heldFrom: number;
} {
  const cut = split < 1 ? Math.round(split * t.length) : t.length;
  const part = (from: number, to: number): Recording => ({
    u: u.map((values) => values.subarray(from, to)),
    y: y.map((values) => values.subarray(from, to)),
    period,
    names,
  });
  const own = part(0, cut);
  return split < 1 ? { own, held: part(cut, t.length), heldFrom: cut } : { own, held: own, heldFrom: 0 };
}

const lagged = (y: Float64Array, from: number): Curve => ({ x: y.map((_, k) => from + k), y });

export interface Made extends Innovations {
  readonly ok: true;
  readonly suggested?: number;
  readonly singularValues?: readonly number[];
  /** Where the method has a formula for it. */
  readonly uncertainty?: ParameterUncertainty | undefined;
  readonly rounds?: IdentifiedModel["rounds"];
}

/** By the method, order and delay of a job. */
export function made(own: Recordings, job: IdentifyJob, progress: Progress): Made | IdentifyRefusal {
  const { method, order, delayed } = job;
  const options = { feedthrough: !delayed, ...(order !== undefined && { order }) };
  switch (method) {
    case "ARX":
      return lags(own, job, progress);
    case "PEM": {
      const found = pem(own, { ...options, progress });
      return found.ok
        ? { ...found, rounds: { of: "errors", values: found.losses, converged: found.converged } }
        : found;
    }
    case "EM":
      return climbed(own, job, progress);
    default:
      return n4sid(own, { ...options, weighting: method as "CVA", progress });
  }
}

/** That are estimated: of ARX those of its lags; of a state space those that no choice of states takes away. D does not count where inputs act a sample later. */
export function parametersOf({ system: { A, D } }: Innovations, { delayed, method, order }: IdentifyJob): number {
  const [n, m, p] = [A.rows, D.columns, D.rows];
  if (method === "ARX") return p * (order ?? n / p) * (p + m);
  return n * (m + 2 * p) + (delayed ? 0 : p * m);
}

/** As many lags of outputs as of inputs; where none are given, the number of least BIC up to ten. */
function lags(own: Recordings, { order, delayed, u }: IdentifyJob, progress: Progress): Made | IdentifyRefusal {
  const of = (n: number): Arx | IdentifyRefusal => arx(own, { na: n, nb: u.length > 0 ? n : 0, nk: delayed ? 1 : 0 });
  if (order !== undefined) return of(order);
  let best = of(1);
  for (let n = 2; n <= 10; n++) {
    progress(n / 10);
    const next = of(n);
    if (next.ok && (!best.ok || next.criteria.bic < best.criteria.bic)) best = next;
  }
  return best;
}

/** Expectation maximisation from a subspace model on; the state at the beginning is estimated too, sure to one sample's noise. */
function climbed(own: Recordings, { order, delayed }: IdentifyJob, progress: Progress): Made | IdentifyRefusal {
  const start = n4sid(own, { weighting: "CVA", feedthrough: !delayed, ...(order !== undefined && { order }) });
  if (!start.ok) return start;
  const { system, covariances, x0 } = start;
  const { A, B, C, D } = system;
  const driven = D.columns > 0;
  const found = em(
    {
      A,
      ...(driven && { B, D }),
      C,
      Q: covariances.Q,
      R: covariances.R,
      x0: Array.from(x0[0]!),
      P0: covariances.Q,
    },
    own,
    {
      estimate: ["A", "B", "C", ...(delayed ? [] : (["D"] as const)), "Q", "R", "x0"],
      iterations: 300,
      tolerance: 1e-8,
      progress,
    },
  );
  // What is refused below is a start that no filter runs on: as good as undetermined.
  if (!found.ok) return "channel" in found || "needed" in found ? found : { ok: false, code: "SINGULAR", rcond: 0 };
  const flatOf = (m: Parameters<typeof flatten>[0]): Float64Array => flatten(m).data;
  const flat = flatModel({ system: found.system, K: start.K });
  const { n, p } = flat;
  const steady = steadyGain(flat, flatOf(found.model.Q), flatOf(found.model.R), new Float64Array(n * p));
  if (!steady) return { ok: false, code: "SINGULAR", rcond: 0 };
  const model = innovations({ ...flat, K: steady.K }, steady.innovations, recordsOf(own));
  // At the maximum of the likelihood, where EM has come near, the formula of prediction errors holds.
  const sure = pem(own, { start: model, iterations: 0, feedthrough: !delayed });
  return {
    ok: true,
    ...model,
    suggested: start.suggested,
    singularValues: start.singularValues,
    uncertainty: sure.ok ? sure.uncertainty : undefined,
    rounds: { of: "likelihood", values: found.logLikelihoods, converged: found.converged },
  };
}

/** Subspace methods have no formula: they are run anew on records of their model, as often as a few seconds allow. */
function reruns(
  model: Made & Partial<Pick<N4sid, "horizon" | "inputs">>,
  own: Recording,
  { method, delayed }: IdentifyJob,
  progress: Progress,
): ParameterUncertainty | undefined {
  if (method === "EM" || model.system.A.rows === 0) return undefined;
  const [m, p, N] = [own.u.length, own.y.length, own.y[0]!.length];
  const rows = 2 * model.horizon! * (m + p);
  const count = Math.max(12, Math.min(40, Math.round(3e9 / (N * rows * rows))));
  const again = (records: readonly Recording[]) =>
    n4sid(records, {
      weighting: method as Exclude<IdentifyMethod, "PEM" | "EM" | "ARX" | "STRUCTURAL">,
      order: model.system.A.rows,
      horizon: model.horizon,
      inputs: model.inputs,
      feedthrough: !delayed,
    });
  return bootstrap(model, own, again, { count, feedthrough: !delayed, progress });
}

export function drawn(t: Float64Array, values: Float64Array): Curve {
  const chosen = extremes([values], 0, values.length - 1);
  if (!chosen) return { x: t.slice(), y: values.slice() };
  return { x: Float64Array.from(chosen, (i) => t[i]!), y: Float64Array.from(chosen, (i) => values[i]!) };
}
