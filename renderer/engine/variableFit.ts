/** Chosen variables of the drawing from a record of what it shows: the likelihood is that of core's extended filter, the judgement that of what it foretells. */
import { extremes } from "../../core/data/extremes.ts";
import { setNumbers } from "../../core/diagram/variables.ts";
import { consistency } from "../../core/estimate/consistency.ts";
import { ekf } from "../../core/estimate/ekf.ts";
import type { DenseModel } from "../../core/estimate/linearized.ts";
import type { NonlinearEstimate } from "../../core/estimate/nonlinear.ts";
import { mleNonlinear } from "../../core/identify/mleNonlinear.ts";
import type { Banded, Curve, ErrorTest } from "./dataProtocol.ts";
import type { FitFault, FitJob, FitView } from "./estimateProtocol.ts";
import { filterable, mostNumbers, openAnew, rowsOf } from "./estimation.ts";

/** `tell`: the steps that were taken, 0 the start. */
export function variableFit(job: FitJob, tell: (iteration: number, logLikelihood: number) => void): FitView | FitFault {
  const { plant, variables, record, split } = job;
  const values = new Map(plant.document.variables.map(({ name, value }) => [name, Number(value)]));
  const start = variables.map(({ name }) => values.get(name)!);
  const at = (theta: readonly number[]) => {
    const document = setNumbers(plant.document, new Map(variables.map(({ name }, j) => [name, theta[j]!])));
    const opened = openAnew({ ...plant, document });
    return opened.ok ? filterable(opened, job) : opened;
  };
  const first = at(start);
  if (!first.ok) return first;
  const n = first.model.x0.length;
  const samples = record.t.length;
  // Each variable's value has a run on either side.
  const kept = (2 * variables.length + 1) * samples;
  if (kept * n * n > mostNumbers) return { ok: false, code: "TOO_LARGE", samples: kept, states: n };
  const own = split < 1 ? Math.round(split * samples) : samples;
  const part = (columns: readonly Float64Array[], count: number) => columns.map((one) => one.subarray(0, count));
  const rounds: number[] = [];
  const found = mleNonlinear(
    (theta) => {
      const made = at(theta);
      return made.ok ? made.model : undefined;
    },
    { u: part(record.u, own), y: part(record.y, own), period: job.interval },
    {
      start,
      lower: variables.map(({ lower = Number.NEGATIVE_INFINITY }) => lower),
      upper: variables.map(({ upper = Number.POSITIVE_INFINITY }) => upper),
      progress(iteration, logLikelihood) {
        rounds.push(logLikelihood);
        tell(iteration, logLikelihood);
      },
    },
  );
  if (!found.ok)
    return found.code === "SINGULAR" || found.code === "NO_LIKELIHOOD" ? found : { ok: false, code: "FAILED" };
  const last = at(found.parameters);
  if (!last.ok) return last;
  const run = (model: DenseModel, count: number) =>
    ekf(model, rowsOf(part(record.y, count), count), rowsOf(part(record.u, count), count));
  const whole = run(last.model, samples);
  const mine = own < samples ? run(last.model, own) : whole;
  const before = own < samples ? run(first.model, samples) : undefined;
  if (!whole.ok || !mine.ok) return { ok: false, code: "NO_LIKELIHOOD" };
  const judged = consistency(mine, { fitted: variables.length });
  const foretold = first.outputs.map((_, o) => ahead(record.t, record.y, whole, o));
  return {
    ok: true,
    variables: variables.map(({ name }, j) => ({
      name,
      before: start[j]!,
      value: found.parameters[j]!,
      // 0 stands for what no information is of, and for what a bound holds.
      deviation: found.sd[j]! > 0 ? found.sd[j]! : Number.NaN,
      ...(found.onBound[j] && found.gradient[j] !== 0 && { bound: found.gradient[j]! < 0 ? "lower" : "upper" }),
    })),
    rounds,
    converged: found.converged,
    ...(before?.ok && {
      held: { before: before.loglik - rounds[0]!, after: whole.loglik - found.logLikelihood },
      heldFrom: record.t[own]!,
    }),
    outputs: first.outputs,
    measured: foretold.map(({ measured }) => measured),
    foretold: foretold.map(({ said }) => said),
    white: judged.whiteness.map((one, o): ErrorTest => ({
      name: first.outputs[o]!,
      curve: { x: one.autocorrelation.map((_, k) => k + 1), y: one.autocorrelation },
      band: one.bound,
      pValue: one.pValue,
      passed: one.white,
    })),
    nis: judged.nis,
  };
}

/** What the filter said of an output one sample ahead, where it was measured. */
function ahead(
  t: Float64Array,
  y: readonly Float64Array[],
  { e, L, row, p }: NonlinearEstimate,
  o: number,
): { readonly measured: Curve; readonly said: Banded } {
  const all = y[o]!;
  const seen = Array.from(all.keys()).filter((k) => !Number.isNaN(all[k]!));
  const measured = Float64Array.from(seen, (k) => all[k]!);
  const said = Float64Array.from(seen, (k) => all[k]! - e[k * p + o]!);
  const half = Float64Array.from(seen, (k) => {
    // L holds the rows of what was there, one after another.
    const there = y.flatMap((values, i) => (Number.isNaN(values[k]!) ? [] : [i]));
    const from = row[k]! * p * p + there.indexOf(o) * there.length;
    return 1.96 * Math.hypot(...L.subarray(from, from + there.indexOf(o) + 1));
  });
  const chosen = extremes([measured, said], 0, seen.length - 1) ?? Int32Array.from(seen.keys());
  const x = Float64Array.from(chosen, (i) => t[seen[i]!]!);
  return {
    measured: { x, y: Float64Array.from(chosen, (i) => measured[i]!) },
    said: {
      x,
      y: Float64Array.from(chosen, (i) => said[i]!),
      low: Float64Array.from(chosen, (i) => said[i]! - half[i]!),
      high: Float64Array.from(chosen, (i) => said[i]! + half[i]!),
    },
  };
}
