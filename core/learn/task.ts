/**
 * From recorded signals to what a network is trained on, and from a trained one to answers about signals: which channels, how far ahead, in
 * which units. What is not finite among the targets does not count; among the inputs it is refused.
 */
import { network } from "./network.ts";
import type { Sequences } from "./lossTape.ts";
import type { Learned, Scaling } from "./weightFile.ts";

export interface Records {
  readonly names: readonly string[];
  /** By run, then by name: samples at equal distances. */
  readonly runs: readonly (readonly Float64Array[])[];
  /** Distance of samples in s, where it is known. */
  readonly period?: number;
}

export interface Task {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The answer at sample k is about outputs at sample k + ahead: 0 estimates, 1 predicts, more forecasts. */
  readonly ahead: number;
}

export interface Cut {
  /** Samples of a training sequence. */
  readonly length: number;
  /** First samples of each that do not count, as the state begins at 0. */
  readonly washout: number;
  /** Whether means are taken off; left out, they are. A linear system that stands for itself has no place for them. */
  readonly centred?: boolean;
  /** Of inputs and of outputs: units that the network has already. Left out, those of the records. */
  readonly scaling?: { readonly from: Scaling; readonly to: Scaling };
}

export type TaskRefusal =
  | { readonly ok: false; readonly code: "NO_SUCH_SIGNAL"; readonly signal: string }
  /** A run has only so many samples; so many are needed. */
  | { readonly ok: false; readonly code: "TOO_SHORT"; readonly samples: number; readonly needed: number }
  | {
      readonly ok: false;
      readonly code: "NOT_FINITE";
      readonly signal: string;
      readonly run: number;
      readonly sample: number;
    };

export type Prepared =
  | {
      readonly ok: true;
      readonly training: Sequences;
      readonly validation: Sequences;
      readonly from: Scaling;
      readonly to: Scaling;
    }
  | TaskRefusal;

/** The last fifth, of the runs where there are five or more, else of each run's time, is for validation. */
export function prepare(records: Records, task: Task, cut: Cut): Prepared {
  const chosen = choose(records, task);
  if (!chosen.ok) return chosen;
  const { inputs, outputs } = chosen;
  const count = records.runs.length;
  const byRun = count >= 5;
  const needed = cut.length + task.ahead;
  const held = byRun ? count - Math.max(1, Math.floor(count / 5)) : count;
  const parts = { training: [] as Window[], validation: [] as Window[] };
  let longest = 0;
  records.runs.forEach((run, r) => {
    const samples = run[0]?.length ?? 0;
    longest = Math.max(longest, byRun ? samples : Math.floor(samples / 5));
    const split = byRun ? samples : samples - Math.floor(samples / 5);
    const cutting = (from: number, to: number, hop: number) => {
      const windows: Window[] = [];
      for (let at = from; at + needed <= to; at += hop) windows.push({ run: r, at });
      return windows;
    };
    if (byRun && r >= held) parts.validation.push(...cutting(0, samples, cut.length));
    else parts.training.push(...cutting(0, split, Math.ceil(cut.length / 2)));
    if (!byRun) parts.validation.push(...cutting(split, samples, cut.length));
  });
  if (parts.training.length === 0 || parts.validation.length === 0)
    return { ok: false, code: "TOO_SHORT", samples: longest, needed };
  const { from, to } = cut.scaling ?? {
    from: scalingOf(records, inputs, held, cut),
    to: scalingOf(records, outputs, held, cut),
  };
  const sequences = (windows: readonly Window[]) =>
    cutOut(records, windows, inputs, outputs, task.ahead, cut, from, to);
  return { ok: true, training: sequences(parts.training), validation: sequences(parts.validation), from, to };
}

interface Window {
  readonly run: number;
  readonly at: number;
}

function choose(records: Records, task: Task) {
  const places = (names: readonly string[]) => names.map((name) => records.names.indexOf(name));
  const [inputs, outputs] = [places(task.inputs), places(task.outputs)];
  const unknown = [...task.inputs, ...task.outputs].find((name) => !records.names.includes(name));
  if (unknown !== undefined) return { ok: false, code: "NO_SUCH_SIGNAL", signal: unknown } as const;
  for (const [r, run] of records.runs.entries())
    for (const i of inputs) {
      const sample = run[i]!.findIndex((v) => !Number.isFinite(v));
      if (sample >= 0) return { ok: false, code: "NOT_FINITE", signal: records.names[i]!, run: r, sample } as const;
    }
  return { ok: true, inputs, outputs } as const;
}

/** Mean and deviation over the first runs; a channel that stands still keeps its size. */
function scalingOf(records: Records, channels: readonly number[], runs: number, { centred = true }: Cut): Scaling {
  const each = channels.map((c) => {
    let [n, sum, squares] = [0, 0, 0];
    const over = (work: (v: number) => void) => {
      for (const run of records.runs.slice(0, runs)) for (const v of run[c]!) if (Number.isFinite(v)) work(v);
    };
    over((v) => {
      n++;
      sum += v;
    });
    const mean = n > 0 ? sum / n : 0;
    over((v) => (squares += (v - mean) ** 2));
    const deviation = Math.sqrt(squares / Math.max(1, n));
    return { mean: centred ? mean : 0, scale: deviation > 1e-12 * Math.abs(mean) && deviation > 0 ? deviation : 1 };
  });
  return { mean: each.map(({ mean }) => mean), scale: each.map(({ scale }) => scale) };
}

function cutOut(
  records: Records,
  windows: readonly Window[],
  inputs: readonly number[],
  outputs: readonly number[],
  ahead: number,
  { length, washout }: Cut,
  from: Scaling,
  to: Scaling,
): Sequences {
  const [m, q] = [inputs.length, outputs.length];
  const all = {
    count: windows.length,
    length,
    inputs: new Float64Array(windows.length * length * m),
    targets: new Float64Array(windows.length * length * q),
    counts: new Float64Array(windows.length * length * q),
  };
  windows.forEach(({ run, at }, w) => {
    const signals = records.runs[run]!;
    for (let t = 0; t < length; t++) {
      const row = w * length + t;
      inputs.forEach((c, k) => (all.inputs[row * m + k] = (signals[c]![at + t]! - from.mean[k]!) / from.scale[k]!));
      outputs.forEach((c, k) => {
        const value = (signals[c]![at + t + ahead]! - to.mean[k]!) / to.scale[k]!;
        const counted = t >= washout && Number.isFinite(value);
        all.targets[row * q + k] = counted ? value : 0;
        all.counts[row * q + k] = counted ? 1 : 0;
      });
    }
  });
  return all;
}

/**
 * What a trained network answers to one run, step by step from a state of 0, in the signals' units: by output, as many answers as samples,
 * the k-th about sample k + ahead. Of a network that says how sure it is, the means.
 */
export function answer(learned: Learned, inputs: readonly ArrayLike<number>[]): readonly Float64Array[] {
  const { spec, weights, from, to } = learned;
  const machine = network(spec).machine((name) => weights[name]!.data);
  const state = new Float64Array(machine.states);
  const u = new Float64Array(spec.inputs);
  const y = new Float64Array(spec.outputs);
  const samples = inputs[0]?.length ?? 0;
  const out = to.mean.map(() => new Float64Array(samples));
  for (let t = 0; t < samples; t++) {
    for (let k = 0; k < u.length; k++) u[k] = (inputs[k]![t]! - from.mean[k]!) / from.scale[k]!;
    machine.step(state, u, y);
    out.forEach((values, k) => (values[t] = to.mean[k]! + to.scale[k]! * y[k]!));
  }
  return out;
}

export interface Score {
  readonly output: string;
  /** Samples that counted. */
  readonly count: number;
  /** Mean square error, in the output's unit squared. */
  readonly mse: number;
  /** Of the guess that the output's mean is right, and of the guess that it stays what it is. */
  readonly spread: number;
  readonly standing: number;
  /** 100 (1 - root of mse / spread), percent: 100 is perfect, 0 as good as the mean. */
  readonly fit: number;
}

export type Scores = { readonly ok: true; readonly scores: readonly Score[] } | TaskRefusal;

/** Over all runs, after the first `washout` samples of each. */
export function score(learned: Learned, records: Records, washout: number): Scores {
  const { inputNames, outputNames, ahead } = learned;
  const chosen = choose(records, { inputs: inputNames, outputs: outputNames, ahead });
  if (!chosen.ok) return chosen;
  const sums = outputNames.map(() => ({ count: 0, error: 0, standing: 0, sum: 0, squares: 0 }));
  for (const run of records.runs) {
    const answers = answer(
      learned,
      chosen.inputs.map((c) => run[c]!),
    );
    chosen.outputs.forEach((c, k) => {
      const [values, own] = [run[c]!, sums[k]!];
      for (let t = washout; t + ahead < values.length; t++) {
        const value = values[t + ahead]!;
        const now = values[t]!;
        if (!Number.isFinite(value) || !Number.isFinite(now)) continue;
        own.count++;
        own.error += (answers[k]![t]! - value) ** 2;
        own.standing += (now - value) ** 2;
        own.sum += value;
        own.squares += value * value;
      }
    });
  }
  const counted = Math.min(...sums.map(({ count }) => count));
  if (!(counted > 0)) return { ok: false, code: "TOO_SHORT", samples: counted, needed: washout + ahead + 1 };
  const scores = sums.map(({ count, error, standing, sum, squares }, k): Score => {
    const mse = error / count;
    const spread = Math.max(0, squares / count - (sum / count) ** 2);
    const fit = spread > 0 ? 100 * (1 - Math.sqrt(mse / spread)) : mse === 0 ? 100 : 0;
    return { output: outputNames[k]!, count, mse, spread, standing: standing / count, fit };
  });
  return { ok: true, scores };
}
