/** What a network is trained and tested on: a diagram run many times, or a recording cut in two. */
import { compile, type Compiled } from "../../core/compile/compile.ts";
import type { LazoDocument } from "../../core/diagram/document.ts";
import { withoutReaders } from "../../core/diagram/learnedBlocks.ts";
import { runSettings } from "../../core/diagram/runSettings.ts";
import { seededBlocks, withoutNoise, withSeeds } from "../../core/diagram/seeds.ts";
import { accelerate } from "../../core/emit/wasm/accelerate.ts";
import type { Model } from "../../core/ir/ir.ts";
import { numbers } from "../../core/learn/numbers.ts";
import type { Records } from "../../core/learn/task.ts";
import type { PlantRun } from "../../core/plant/plantFilters.ts";
import type { Recorded } from "../../core/sim/recorder.ts";
import { simulate } from "../../core/sim/simulate.ts";
import type { TrainFault, TrainJob, TrainSignal, TrainSignals } from "./trainProtocol.ts";

export interface Gathered {
  readonly ok: true;
  readonly training: Records;
  readonly tests: Records;
  readonly plant?: {
    /** Without noise. */
    readonly model: Model;
    readonly inputs: readonly string[];
    readonly measured: readonly string[];
    readonly training: readonly PlantRun[];
    readonly tests: readonly PlantRun[];
  };
}

/** Given and sought signals have columns of their own: what is given may be noisier. */
export const columnsOf = ({ given, sought }: Pick<TrainJob, "given" | "sought">) => ({
  inputs: given.map((name) => `given ${name}`),
  outputs: sought.map((name) => `sought ${name}`),
});

interface Candidate extends Recorded {
  readonly kind: TrainSignal["kind"];
}

function candidates({ ir }: Model): readonly Candidate[] {
  const known = new Set<number>();
  const found: Candidate[] = [];
  const add = (kind: Candidate["kind"], slot: number, path: string, label: string) => {
    if (known.has(slot)) return;
    known.add(slot);
    found.push({ kind, slot, path, label, sampled: false });
  };
  const ofSlot = (kind: Candidate["kind"], slot: number) =>
    add(kind, slot, ir.slots[slot]!.path, ir.slots[slot]!.label);
  for (const slot of ir.inputs) ofSlot("input", slot);
  for (const { slot, path, label } of ir.outputs) add("output", slot, path, label);
  for (const slot of statesOf({ ir })) ofSlot("state", slot);
  for (const { slot, path, label } of ir.records) add("other", slot, path, label);
  return found;
}

const statesOf = ({ ir }: Pick<Model, "ir">): readonly number[] => [
  ...ir.flow.map(({ slot }) => slot),
  ...ir.tasks.flatMap(({ updates }) => updates.map(({ slot }) => slot)),
];

export function signalsOf(drawn: LazoDocument): ({ readonly ok: true } & TrainSignals) | TrainFault {
  const document = withoutReaders(drawn);
  const compiled = compile(document);
  if (!compiled.ok) return { ok: false, code: "PROBLEMS", problems: compiled.problems };
  const { model } = compiled;
  const { settings } = runSettings(document, false);
  return {
    ok: true,
    signals: candidates(model).map(({ path, label, kind }) => ({ path, label, kind })),
    seeded: seededBlocks(document).length,
    switching:
      model.ir.memories.length > 0 ||
      model.ir.algebra.some(
        (step, i) =>
          step.do === "latch" && step.test !== "sample" && !model.ir.instants.some((known) => known.step === i),
      ),
    samples: Math.round((settings.stop - settings.start) / settings.step) + 1,
    period: settings.step,
  };
}

/** Seeds of test runs lie far from those trained on. */
const testSeeds = 100_000;

export function* gather(job: TrainJob): Generator<number, Gathered | TrainFault> {
  if (job.given.length === 0 || job.sought.length === 0) return { ok: false, code: "NO_SIGNALS" };
  return job.source.kind === "plant" ? yield* fromPlant(job, job.source) : fromData(job, job.source);
}

function* fromPlant(
  job: TrainJob,
  { document: drawn, runs, noise, scatter }: Extract<TrainJob["source"], { kind: "plant" }>,
): Generator<number, Gathered | TrainFault> {
  const document = withoutReaders(drawn);
  if (seededBlocks(document).length === 0 && !(scatter > 0) && !(noise > 0)) return { ok: false, code: "SAME_RUNS" };
  const quiet = compile(withoutNoise(document));
  if (!quiet.ok) return { ok: false, code: "PROBLEMS", problems: quiet.problems };
  const all = candidates(quiet.model);
  const named = (name: string) => all.find(({ path }) => path === name);
  const [given, sought] = [job.given.map(named), job.sought.map(named)];
  if ([...given, ...sought].includes(undefined)) return { ok: false, code: "NO_SIGNALS" };
  const tests = Math.min(20, Math.max(5, Math.round(runs / 5)));
  const random = numbers(job.seed + 7);
  const states = statesOf(quiet.model);
  const input = given.map((one) => one!.kind === "input");
  let previous: Compiled | undefined;
  let spread: { readonly states: readonly number[]; readonly given: readonly number[] } | undefined;
  const { inputs, outputs } = columnsOf(job);
  const made: { training: Float64Array[][]; tests: Float64Array[][] } = { training: [], tests: [] };
  const plant: { training: PlantRun[]; tests: PlantRun[] } = { training: [], tests: [] };
  let period = 0;
  // The first run tells how large signals are.
  for (let r = -1; r < runs + tests; r++) {
    const test = r >= runs;
    const own = withSeeds(document, test ? testSeeds + r : job.seed * 131 + Math.max(0, r));
    const compiled = compile(own, previous);
    if (!compiled.ok) return { ok: false, code: "PROBLEMS", problems: compiled.problems };
    previous = compiled;
    const { ir } = compiled.model;
    const values = compiled.model.values.slice();
    const slots = statesOf(compiled.model);
    if (spread) slots.forEach((slot, i) => (values[slot]! += scatter * spread!.states[i]! * random.normal()));
    const { settings } = runSettings(own, false);
    const even = { ...settings, events: false };
    const recorded = candidates(compiled.model);

    const result = simulate(accelerate({ ir, values }, even).engine, { records: recorded }, even);
    if (result.status !== "finished") {
      const errors = result.problems.filter(({ severity }) => severity === "error");
      return errors.length > 0
        ? { ok: false, code: "PROBLEMS", problems: errors }
        : { ok: false, code: "RUN_ENDED", status: result.status };
    }
    period = settings.step;
    const column = (path: string) => result.traces[recorded.findIndex((one) => one.path === path)]!.values;
    const stateColumns = slots.map((slot) => result.traces[recorded.findIndex((one) => one.slot === slot)]!.values);
    const plain = job.given.map(column);
    if (r < 0) {
      spread = { states: stateColumns.map(deviation), given: plain.map(deviation) };
      continue;
    }
    const noisy = plain.map((v, i) => {
      const size = input[i] ? 0 : noise * spread!.given[i]!;
      return size > 0 ? v.map((value) => value + size * random.normal()) : v;
    });
    const part = test ? "tests" : "training";
    made[part].push([...noisy, ...job.sought.map(column)]);
    const choose = (of: boolean) => noisy.filter((_, i) => input[i] === of);
    plant[part].push({ states: stateColumns, u: choose(true), y: choose(false) });
    yield (r + 1) / (runs + tests);
  }
  const names = [...inputs, ...outputs];
  const choose = (of: boolean) => job.given.filter((_, i) => input[i] === of);
  return {
    ok: true,
    training: { names, runs: made.training, period },
    tests: { names, runs: made.tests, period },
    ...(states.length > 0 && {
      plant: { model: quiet.model, inputs: choose(true), measured: choose(false), ...plant },
    }),
  };
}

/** Of what stands still, a tenth of its size, or 1. */
function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const size = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  return size > 1e-12 * Math.abs(mean) && size > 0 ? size : Math.abs(mean) / 10 || 1;
}

function fromData(
  job: TrainJob,
  { names, columns, period, split }: Extract<TrainJob["source"], { kind: "data" }>,
): Gathered | TrainFault {
  const column = (name: string) => columns[names.indexOf(name)];
  const all = [...job.given, ...job.sought].map(column);
  if (all.some((values) => values === undefined)) return { ok: false, code: "NO_SIGNALS" };
  const samples = all[0]!.length;
  const cut = Math.round(samples * (split < 1 ? split : 0.8));
  const { inputs, outputs } = columnsOf(job);
  const part = (from: number, to: number): Records => ({
    names: [...inputs, ...outputs],
    runs: [all.map((values) => values!.subarray(from, to))],
    period,
  });
  return { ok: true, training: part(0, cut), tests: part(cut, samples) };
}
