/** From a drawing and what was typed to estimators on their bench, as the Estimate tab shows it. The methods are core/estimate's. */
import { compile } from "../../core/compile/compile.ts";
import { alone, sidesOf } from "../../core/diagram/discretize.ts";
import { matrixOf, weight } from "../../core/diagram/matrixText.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { runSettings } from "../../core/diagram/runSettings.ts";
import { prefixAt, scopeAt, sheetAt, trailOf } from "../../core/diagram/trail.ts";
import { type BenchTask, benchTrack, estimatorBench } from "../../core/estimate/estimatorBench.ts";
import type { EstimatorSpec } from "../../core/estimate/estimators.ts";
import { excitation } from "../../core/estimate/excitation.ts";
import type { DenseModel } from "../../core/estimate/linearized.ts";
import type { Model, Problem } from "../../core/ir/ir.ts";
import { plantModel } from "../../core/plant/plantModel.ts";
import { plantSignals } from "../../core/plant/plantSignals.ts";
import type { BenchView, EstimateFault, EstimateJob, PlantChoice, PlantView, TrackView } from "./estimateProtocol.ts";

/** Numbers of all covariances of a run, above which they would not fit into memory. */
export const mostNumbers = 1e7;

export type Opened =
  { readonly ok: true; readonly model: Model; readonly scope: Scope; readonly stop: number } | PlantFault;
type PlantFault = Extract<EstimateFault, { readonly code: "PLANT" }>;

export const broken = (problems: readonly Problem[]): PlantFault => ({
  ok: false,
  code: "PLANT",
  problems: problems.filter(({ severity }) => severity === "error"),
});

/** The last plant that was opened: a form asks again with each change of its own. */
let last: { readonly document: string; readonly opened: Opened } | undefined;

function open({ document, subsystem }: PlantChoice): Opened {
  const key = JSON.stringify([subsystem, { ...document, sets: undefined }]);
  if (last?.document === key) return last.opened;
  const opened = openAnew({ document, ...(subsystem !== undefined && { subsystem }) });
  last = { document: key, opened };
  return opened;
}

/** Compiled as it is drawn. */
export function openAnew({ document, subsystem }: PlantChoice): Opened {
  const whole = compile(document);
  if (!whole.ok) return broken(whole.problems);
  const { stop } = runSettings(document, false).settings;
  if (subsystem === undefined) return { ok: true, model: whole.model, scope: scopeAt(document, []), stop };
  const trail = trailOf(document, subsystem);
  const block = trail && sheetAt(document, trail).blocks.find(({ id }) => id === subsystem);
  const path = block && prefixAt(document, trail) + block.name;
  const sides = block && sidesOf(document, block, (port) => whole.widths.get(`${path}.${port}`));
  if (!sides) return broken([]);
  const inner = compile(alone(document, block, sides));
  if (!inner.ok) return broken(inner.problems);
  return { ok: true, model: inner.model, scope: scopeAt(document, [...trail, block.id]), stop };
}

export function plantView(choice: PlantChoice): PlantView {
  const opened = open(choice);
  if (!opened.ok) return opened;
  const { model, stop } = opened;
  const slowest = Math.max(0, ...model.ir.tasks.map(({ every }) => every));
  const interval = slowest || rounded(stop / 200);
  const plant = plantModel(model, { interval, inputs: [] });
  if (!plant.ok) return plant;
  const signals = plantSignals(model);
  return {
    ok: true,
    ...signals,
    states: signals.states.map((state, i) => ({ ...state, start: plant.x0[i]! })),
    interval,
    samples: Math.max(2, Math.min(500, Math.round(stop / interval))),
  };
}

/** 1, 2 or 5 of its power of ten. */
function rounded(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = value / power;
  return Number(((digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10) * power).toPrecision(1));
}

interface Filterable {
  readonly ok: true;
  readonly model: DenseModel;
  readonly outputs: readonly string[];
}

/** What a filter runs on: the plant with the noise and the start that were typed. */
export function filterable(
  opened: Extract<Opened, { readonly ok: true }>,
  { interval, inputs, outputs, texts }: Pick<EstimateJob, "interval" | "inputs" | "outputs" | "texts">,
): Filterable | EstimateFault {
  const plant = plantModel(opened.model, { interval, inputs, outputs });
  if (!plant.ok) return broken(plant.problems);
  const { scope } = opened;
  const [n, p] = [plant.x.length, plant.y.length];
  if (n === 0) return { ok: false, code: "NO_STATE" };
  const [Q, R, P0] = [weight(texts.Q, scope, n), weight(texts.R, scope, p), weight(texts.P0, scope, n)];
  if (!Q) return wrong("COVARIANCE", "Q", n, n);
  if (!R) return wrong("COVARIANCE", "R", p, p);
  if (!P0) return wrong("COVARIANCE", "P0", n, n);
  const x0 = texts.x0.trim() === "" ? [...plant.x0] : matrixOf(texts.x0, scope)?.to1DArray();
  if (x0?.length !== n) return wrong("VECTOR", "x0", n, 1);
  return { ok: true, model: { f: plant.f, h: plant.h, F: plant.F, H: plant.H, Q, R, x0, P0 }, outputs: plant.y };
}

const wrong = (code: "COVARIANCE" | "VECTOR" | "GAIN", field: string, rows: number, cols: number): EstimateFault => ({
  ok: false,
  ...{ code, field, rows, cols },
});

interface Prepared {
  readonly task: BenchTask;
  readonly opened: Extract<Opened, { readonly ok: true }>;
  readonly outputs: readonly string[];
  readonly t: Float64Array;
}

function prepared(job: EstimateJob): Prepared | EstimateFault {
  const opened = open(job.plant);
  if (!opened.ok) return opened;
  const { interval, inputs, record } = job;
  const made = filterable(opened, job);
  if (!made.ok) return made;
  const { scope } = opened;
  const { model, outputs } = made;
  const [n, p] = [model.x0.length, outputs.length];
  const samples = record.kind === "simulated" ? record.samples : record.t.length;
  if (samples * n * n > mostNumbers) return { ok: false, code: "TOO_LARGE", samples, states: n };
  const specs: EstimatorSpec[] = [];
  for (const { gain, ...rest } of job.estimators) {
    const typed = gain !== undefined && gain.trim() !== "";
    const G = typed ? matrixOf(gain, scope) : undefined;
    if (typed && !(G?.rows === n && G.columns === p)) return wrong("GAIN", "G", n, p);
    specs.push({ ...rest, ...(G && { gain: G }) });
  }
  return {
    task: {
      model,
      estimators: specs,
      record:
        record.kind === "simulated"
          ? {
              kind: "simulated",
              steps: samples,
              p,
              seeds: record.seeds,
              ...(record.drive && {
                u: { rows: samples, cols: inputs.length, data: excitation(record.drive, samples, inputs.length) },
              }),
            }
          : {
              kind: "recorded",
              y: rowsOf(record.y, samples),
              ...(inputs.length > 0 && { u: rowsOf(record.u, samples) }),
            },
      now: () => performance.now() / 1000,
    },
    opened,
    outputs,
    t: record.kind === "simulated" ? Float64Array.from({ length: samples }, (_, k) => k * interval) : record.t,
  };
}

export function rowsOf(columns: readonly Float64Array[], rows: number) {
  const cols = columns.length;
  const data = new Float64Array(rows * cols);
  columns.forEach((values, j) => values.forEach((v, k) => (data[k * cols + j] = v)));
  return { data, rows, cols };
}

const column = (rows: Float64Array, j: number, cols: number): Float64Array =>
  Float64Array.from({ length: rows.length / cols }, (_, k) => rows[k * cols + j]!);

function trackOf({ task, t }: Prepared, seed: number): TrackView | EstimateFault {
  const track = benchTrack(task, seed);
  if (!track.ok) return track;
  const n = task.model.x0.length;
  const p = track.y.length / t.length;
  const columns = (rows: Float64Array, cols: number) => Array.from({ length: cols }, (_, j) => column(rows, j, cols));
  return {
    seed,
    t,
    ...(track.truth && { truth: columns(track.truth, n) }),
    measured: columns(track.y, p),
    estimates: track.estimates.map((one) => {
      if (!one.ok) return { ok: false, lost: { seed, k: one.k, value: one.value, code: one.code } };
      const { x, P, row } = one;
      const sigma = Array.from({ length: n }, (_, i) =>
        Float64Array.from(t, (__, k) => Math.sqrt(P[(row[k]! * n + i) * n + i]!)),
      );
      return { ok: true, x: columns(x, n), sigma };
    }),
  };
}

export function track(job: EstimateJob, seed: number): TrackView | EstimateFault {
  const ready = prepared(job);
  return "code" in ready ? ready : trackOf(ready, seed);
}

/** `tell`: the part that is done, from 0 to 1. */
export function benched(job: EstimateJob, tell: (fraction: number) => void): BenchView | EstimateFault {
  const ready = prepared(job);
  if ("code" in ready) return ready;
  const work = estimatorBench(ready.task);
  let next = work.next();
  for (; !next.done; next = work.next()) tell(next.value);
  const report = next.value;
  if (!report.ok) return report;
  const first = trackOf(ready, job.record.kind === "simulated" ? 1 : 0);
  if ("code" in first) return first;
  return { ok: true, report, track: first, states: plantSignals(ready.opened.model).states, outputs: ready.outputs };
}
