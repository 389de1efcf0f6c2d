/**
 * Golden vectors: what the model gave when it was exported, and the replay that tells whether it still gives that, there and
 * then. Recording happens on export; the text of the replay travels in every exported file.
 */
import type { Engine } from "../../sim/engine.ts";
import { simulate } from "../../sim/simulate.ts";
import { modelOf } from "./exportedModel.ts";
import type { ExportedModel, ModelDescription } from "./exportedModel.ts";

export interface Golden {
  /** Inputs and outputs of `step`, one row a step. */
  readonly u: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
  /** Every recorded signal of `simulate({ stop, events: false })`, one row an instant. */
  readonly stop: number;
  readonly t: readonly number[];
  readonly signals: readonly (readonly number[])[];
  /** Largest error that passes, relative to the largest value of its signal. */
  readonly tolerance: number;
}

export interface SelfTest {
  readonly ok: boolean;
  /** Largest error found, relative to the largest value of its signal. */
  readonly worst: number;
  readonly tolerance: number;
  /** How many numbers were compared. */
  readonly compared: number;
  /** Where the largest error is, in words. */
  readonly where: string;
}

const goldenRows = 64;
const goldenSignals = 200;
/** A replay should take no longer than a blink: longer runs are replayed up to here. */
const goldenGrid = 20_000;
/** Nor is a model that goes on switching under inputs of its own worth more steps than this within one of its steps. */
const goldenSteps = 2_000;

/**
 * `step` is tried with values that its inputs take over the whole run (1 where that is 0 throughout, or nothing drives them):
 * the first steps of a run often show an input that has not moved yet.
 */
export function recordGolden(createEngine: (driven: boolean) => Engine, description: ModelDescription): Golden {
  const { settings, stepSize } = description;
  const stop = Math.min(settings.stop, settings.start + goldenGrid * Math.min(settings.step, stepSize));
  const run = simulate(
    createEngine(true),
    { records: description.records.slice(0, goldenSignals) },
    { ...settings, stop, events: false },
  );
  const whole = run.status === "finished" && run.traces.every(({ values }) => values.every(Number.isFinite));
  const instants = spread(whole ? run.t.length : 0);
  return {
    ...recordSteps(createEngine, description, stop),
    stop,
    t: instants.map((k) => run.t[k]!),
    signals: instants.map((k) => run.traces.map(({ values }) => values[k]!)),
    tolerance: run.method.startsWith("Dormand-Prince") ? Math.max(1e-9, settings.rtol) : 1e-9,
  };
}

/** Up to `goldenRows` indices out of `count`, evenly. */
function spread(count: number): number[] {
  const every = Math.max(1, Math.ceil(count / goldenRows));
  return Array.from({ length: Math.ceil(count / every) }, (_, k) => k * every);
}

function recordSteps(
  createEngine: (driven: boolean) => Engine,
  description: ModelDescription,
  stop: number,
): Pick<Golden, "u" | "y"> {
  const { inputs, settings } = description;
  const records = inputs.map((input) => ({ ...input, sampled: false }));
  const drive = simulate(createEngine(true), { records }, { ...settings, stop, events: false });
  const instants = spread(drive.t.length);
  const signals = drive.traces.map(({ values }) =>
    values.some((v) => v !== 0) && values.every(Number.isFinite) ? values : undefined,
  );
  const model = modelOf(createEngine, description, goldenSteps);
  const u: number[][] = [];
  const y: number[][] = [];
  try {
    for (let k = 0; k < goldenRows; k++) {
      const uk = signals.map((values) => (values ? values[instants[k % instants.length]!]! : 1));
      const yk = model.step(uk);
      if (![...yk, ...model.states].every(Number.isFinite)) break;
      u.push(uk);
      y.push(yk);
    }
  } catch (error) {
    // A model that breaks down under these inputs is tested up to there.
    if (!(error instanceof Error)) throw error;
  }
  return { u, y };
}

export function replay(model: ExportedModel, golden: Golden): SelfTest {
  let worst = 0;
  let compared = 0;
  let where = "nowhere";
  const compare = (what: string, wanted: readonly (readonly number[])[], got: readonly (readonly number[])[]): void => {
    for (let i = 0; i < (wanted[0]?.length ?? 0); i++) {
      const scale = wanted.reduce((largest, row) => Math.max(largest, Math.abs(row[i]!)), 0) || 1;
      wanted.forEach((row, k) => {
        const error = Math.abs((got[k]?.[i] ?? NaN) - row[i]!) / scale;
        compared++;
        if (error <= worst) return;
        worst = Number.isNaN(error) ? Infinity : error;
        where = `${what} ${i}, row ${k}`;
      });
    }
  };
  try {
    model.reset();
    compare(
      "output",
      golden.y,
      golden.u.map((u) => model.step(u)),
    );
    model.reset();
    const run = model.simulate({ stop: golden.stop, events: false });
    const at = (t: number): number =>
      run.t.findIndex((time) => Math.abs(time - t) <= 1e-9 * Math.max(Math.abs(t), 1e-300));
    const signals = golden.t.map((t) => {
      const k = at(t);
      return run.traces.map(({ values }) => values[k] ?? NaN);
    });
    compare("signal", golden.signals, signals);
  } catch (error) {
    return { ok: false, worst: Infinity, tolerance: golden.tolerance, compared, where: String(error) };
  }
  return { ok: worst <= golden.tolerance, worst, tolerance: golden.tolerance, compared, where };
}
