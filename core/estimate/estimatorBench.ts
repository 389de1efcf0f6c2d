/**
 * Estimators side by side, on one record or on many records that the model itself makes, one a seed: how far they are off, whether
 * they know it, and what they take. The work goes piece by piece, so that whoever does it can tell how far it is, and stop.
 */
import { chiSquareQuantile } from "../math/chiSquare.ts";
import { type Band, ljungBox, neesTally, nisTally } from "./consistency.ts";
import {
  type Estimated,
  type EstimatingRefusal,
  type Estimators,
  estimators,
  type EstimatorSpec,
} from "./estimators.ts";
import type { DenseModel } from "./linearized.ts";
import { type Dense, flatOf } from "./linearGaussian.ts";
import { nonlinearRecord, type NonlinearRecord } from "./nonlinear.ts";
import type { EstimateRefusal } from "./refusal.ts";
import { simulatedRecord } from "./simulatedRecord.ts";

export interface BenchTask {
  readonly model: DenseModel;
  readonly estimators: readonly EstimatorSpec[];
  readonly record:
    | { readonly kind: "recorded"; readonly y: Dense; readonly u?: Dense }
    /** Seeds `first`, `first` + 1, ...; `first` is 1 where left out. Measurements are p numbers. */
    | {
        readonly kind: "simulated";
        readonly steps: number;
        readonly p: number;
        readonly seeds: number;
        readonly first?: number;
        readonly u?: Dense;
      };
  /** A clock in seconds: without one nothing is timed. */
  readonly now?: () => number;
}

/** The run of a seed, 0 for a recorded one, that came to nothing. */
export interface LostRun {
  readonly seed: number;
  /** Sample, and the number that shows it; LOST: at the end errors (innovations of a record) are so many of their deviations. */
  readonly k: number;
  readonly value: number;
  readonly code: EstimatingRefusal["code"] | "LOST";
}

export interface Judged {
  readonly spec: EstimatorSpec;
  /** Runs that were carried through; the numbers below are of these. */
  readonly runs: number;
  /** Root mean square error of each state and of all, and normalized errors squared; where the truth is known. */
  readonly error?: { readonly states: Float64Array; readonly all: number; readonly nees: Band };
  /** Root mean square of what was not expected of each measurement, one sample ahead. */
  readonly ahead: Float64Array;
  readonly nis: Band;
  /** Share of series of innovations, one a measurement and run, that have no memory by Ljung and Box's test: of white ones 95 %. */
  readonly white: { readonly share: number; readonly series: number; readonly verdict: boolean };
  /** Mean over the runs. */
  readonly loglik?: number;
  readonly lost: readonly LostRun[];
  /** Seconds a sample. */
  readonly time?: number;
}

export interface BenchReport {
  readonly ok: true;
  /** The linear methods work with the model itself, not with one beside its start. */
  readonly linear: boolean;
  readonly judged: readonly Judged[];
}

export interface BenchTrack {
  readonly ok: true;
  /** steps x n; absent for a recorded run. */
  readonly truth?: Float64Array;
  /** steps x p. */
  readonly y: Float64Array;
  readonly estimates: readonly (Estimated | EstimatingRefusal)[];
}

/** PLANT_DIVERGED: the model's own run left the range of numbers. */
export type BenchRefusal =
  EstimateRefusal | { readonly ok: false; readonly code: "PLANT_DIVERGED"; readonly k: number; readonly seed: number };

/** A run is lost whose errors over its last tenth are beyond ten of their deviations, root mean square. */
const lostSquare = 100;

interface Prepared {
  readonly record: NonlinearRecord;
  readonly engine: Estimators;
  readonly seeds: readonly number[];
}

function prepare({ model, record }: BenchTask): Prepared | EstimateRefusal {
  const recorded = record.kind === "recorded";
  const y = recorded
    ? record.y
    : { rows: record.steps, cols: record.p, data: new Float64Array(record.steps * record.p) };
  const checked = nonlinearRecord(model, y, record.u);
  if ("code" in checked) return checked;
  const engine = estimators(model, checked.steps, checked.p, record.u);
  if (!engine.ok) return engine;
  const first = recorded ? 0 : (record.first ?? 1);
  return { record: checked, engine, seeds: Array.from({ length: recorded ? 1 : record.seeds }, (_, i) => first + i) };
}

type Run = { readonly truth?: Float64Array; readonly y: Dense };

function runOf({ model, record }: BenchTask, prepared: Prepared, seed: number): Run | BenchRefusal {
  if (record.kind === "recorded") return { y: record.y };
  const { truth, y, lost } = simulatedRecord(model, prepared.record, seed);
  return lost < 0 ? { truth, y } : { ok: false, code: "PLANT_DIVERGED", k: lost, seed };
}

/** What the estimators make of the run of one seed (of the record: any). */
export function benchTrack(task: BenchTask, seed: number): BenchTrack | BenchRefusal {
  const prepared = prepare(task);
  if ("code" in prepared) return prepared;
  const run = runOf(task, prepared, seed);
  if ("code" in run) return run;
  const estimates = task.estimators.map((spec) => prepared.engine.run(spec, run.y, seed));
  return { ok: true, ...(run.truth && { truth: run.truth }), y: flatOf(run.y).data, estimates };
}

/** Gives the part that is done, from 0 to 1, after each estimator on each run. */
export function* estimatorBench(task: BenchTask): Generator<number, BenchReport | BenchRefusal> {
  const prepared = prepare(task);
  if ("code" in prepared) return prepared;
  const { record, engine, seeds } = prepared;
  const judges = task.estimators.map((spec) => judgeOf(spec, record, task.record.kind === "simulated"));
  const total = Math.max(1, seeds.length * judges.length);
  let done = 0;
  for (const seed of seeds) {
    const run = runOf(task, prepared, seed);
    if ("code" in run) return run;
    for (const judge of judges) {
      const begin = task.now?.();
      const found = engine.run(judge.spec, run.y, seed);
      judge.take(seed, found, run.truth, begin === undefined ? undefined : task.now!() - begin);
      yield ++done / total;
    }
  }
  return { ok: true, linear: engine.linear, judged: judges.map((judge) => judge.say()) };
}

function judgeOf(spec: EstimatorSpec, record: NonlinearRecord, truthKnown: boolean) {
  const { n, p, steps } = record;
  const nees = truthKnown ? neesTally(n, steps) : undefined;
  const nis = nisTally(steps);
  const squares = new Float64Array(n);
  const ahead = new Float64Array(p);
  const aheadCounts = new Float64Array(p);
  const lost: LostRun[] = [];
  const lags = Math.max(1, Math.min(20, Math.floor(steps / 10)));
  let runs = 0;
  let white = 0;
  let series = 0;
  let loglik = 0;
  let likely = true;
  let seconds = 0;
  let timed = false;

  const innovations = (found: Estimated): void => {
    for (let i = 0; i < p; i++) {
      const own: number[] = [];
      for (let k = 0; k < steps; k++) {
        const [gap, scaled] = [found.e[k * p + i]!, found.z[k * p + i]!];
        if (!Number.isNaN(scaled)) own.push(scaled);
        if (Number.isNaN(gap)) continue;
        ahead[i]! += gap * gap;
        aheadCounts[i]! += 1;
      }
      if (own.length < 2 * lags) continue;
      series++;
      if (ljungBox(own, lags).white) white++;
    }
  };
  /** By sample: squares over their degrees of freedom. */
  const innovationSquares = ({ z }: Estimated): Float64Array =>
    Float64Array.from({ length: steps }, (_, k) => {
      let sum = 0;
      let dof = 0;
      for (const v of z.subarray(k * p, (k + 1) * p)) {
        if (Number.isNaN(v)) continue;
        sum += v * v;
        dof++;
      }
      return dof > 0 ? sum / dof : Number.NaN;
    });

  return {
    spec,
    take(seed: number, found: Estimated | EstimatingRefusal, truth?: Float64Array, took?: number): void {
      if (!found.ok) {
        lost.push({ seed, k: found.k, value: found.value, code: found.code });
        return;
      }
      runs++;
      if (took !== undefined) {
        timed = true;
        seconds += took;
      }
      nis.add(found);
      innovations(found);
      if (found.loglik === undefined) likely = false;
      else loglik += found.loglik;
      let byItself = truth && nees ? nees.add(found, truth) : innovationSquares(found);
      if (truth) for (let i = 0; i < steps * n; i++) squares[i % n]! += (truth[i]! - found.x[i]!) ** 2;
      byItself = byItself.subarray(steps - Math.ceil(steps / 10)).filter((v) => !Number.isNaN(v));
      const end = byItself.reduce((sum, v) => sum + v, 0) / byItself.length;
      if (end > lostSquare) lost.push({ seed, k: steps - 1, value: Math.sqrt(end), code: "LOST" });
    },
    say(): Judged {
      const states = squares.map((v) => Math.sqrt(v / (runs * steps)));
      const all = Math.sqrt(states.reduce((sum, v) => sum + v * v, 0) / n);
      return {
        spec,
        runs,
        ...(nees && { error: { states, all, nees: nees.band() } }),
        ahead: ahead.map((v, i) => Math.sqrt(v / aheadCounts[i]!)),
        nis: nis.band(),
        white: { share: white / series, series, verdict: white >= leastWhite(series) },
        ...(likely && runs > 0 && { loglik: loglik / runs }),
        lost,
        ...(timed && { time: seconds / (runs * steps) }),
      };
    },
  };
}

/** Of so many white series as many pass, but for one case in forty. */
function leastWhite(series: number): number {
  const deviation = Math.sqrt(0.95 * 0.05 * series);
  return 0.95 * series - Math.sqrt(chiSquareQuantile(0.95, 1)) * deviation;
}
