/** `lazo train`: a network from recorded or simulated signals. */
import { existsSync } from "node:fs";
import {
  findGpu,
  layerKinds,
  network,
  numbers,
  parameters,
  prepare,
  readCheckpoint,
  train,
  trainOnFound,
  writeCheckpoint,
  writeWeights,
  type Checkpoint,
  type Learned,
  type NetworkSpec,
  type Progress,
  type Records,
  type Trained,
  type TrainSettings,
  type Weights,
} from "../core/index.ts";
import { begun, systemFrom } from "./begin.ts";
import { readText, writeWhole } from "./files.ts";
import { cardFor, openCard } from "./gpu.ts";
import { refusedTask } from "./learned.ts";
import type { Changes } from "./model.ts";
import { count, oneOf, positive } from "./optionValues.ts";
import { recordsOf } from "./records.ts";
import { exits, printable, progressLine, refuse, tell, wrongUse } from "./report.ts";

const tasks = ["estimate", "predict", "forecast"] as const;
type TaskKind = (typeof tasks)[number];

export interface TrainOptions extends Changes {
  readonly task?: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly ahead?: string;
  readonly kind?: string;
  readonly form?: string;
  readonly loss?: string;
  readonly width?: string;
  readonly states?: string;
  readonly layers?: string;
  readonly length?: string;
  readonly steps?: string;
  readonly batch?: string;
  readonly rate?: string;
  readonly runs?: string;
  readonly seed?: string;
  /** A file of matrices that training begins from. */
  readonly begin?: string;
  readonly checkpoint?: string;
  /** gpu, cpu, or auto. */
  readonly device?: string;
  readonly out?: string;
}

export async function trainNetwork(path: string, options: TrainOptions): Promise<number> {
  const { out, task, inputs, outputs, ahead, loss, seed, steps, batch, runs, rate, device, begin, ...job } =
    await asked(options);
  const { kind, form, length = 0 } = job.spec;
  let { spec } = job;
  let size = sizeOf(spec);
  const line = progressLine();
  const records = await recordsOf(path, { ...options, runs, seed }, line.show);
  line.end();
  const cut = { length, washout: Math.floor(length / 8), centred: !begin };
  const prepared = prepare(records, { inputs, outputs, ahead }, cut);
  if (!prepared.ok) throw refusedTask(path, prepared, records);
  const { training, validation, from, to } = prepared;
  const missing = missingIn(records, outputs);
  if (missing > 0) tell(`${missing} missing values of ${outputs.map(printable).join(", ")} do not count`);
  let first: Weights | Checkpoint | undefined;
  if (begin && (kind === "s5" || kind === "s4d")) {
    ({ spec, weights: first } = begun(options.begin!, begin, kind, prepared));
    size = parameters(first);
  }
  const settings: TrainSettings = { loss, steps, batch, rate, decay: 0.01, seed };
  const made = JSON.stringify({
    settings,
    task,
    inputs,
    outputs,
    ahead,
    sum: sumOf(training.inputs, training.targets),
  });
  first = (await heldBy(options.checkpoint, spec, made)) ?? first;
  const card = await cardFor(device, (always) => findGpu(openCard, spec, { batch, length }, always));
  const where = card ? `float32 on ${printable(card.opened.device.info.name)}` : "float64 on the CPU";
  tell(
    `${kind} ${form}, ${size} parameters, ${where}, seed ${seed}; ${training.count} sequences of ${length} samples, ${validation.count} to validate`,
  );
  if (kind === "mamba")
    tell("mamba: made for what switches, gates or is missing; on smooth plants s5 and s4d are better");
  const { checkpoint } = options;
  const watched = watcher(line, steps, async (progress) => {
    if (checkpoint !== undefined) await writeWhole(checkpoint, [writeCheckpoint(spec, made, progress.checkpoint())]);
  });
  const fell = ({
    code,
    message,
    checkpoint,
  }: {
    readonly code: string;
    readonly message: string;
    readonly checkpoint: Checkpoint;
  }) => {
    line.end();
    tell(`${code}: ${message}; goes on from step ${checkpoint.step} in float64 on the CPU`);
  };
  const done = await watched(
    card
      ? trainOnFound(card, openCard, fell, spec, training, settings, validation, first)
      : train(spec, training, settings, validation, first),
  );
  line.end();
  if (!done.ok) {
    throw refuse(
      "TRAINING_DIVERGED",
      path,
      `The loss is ${done.loss} at step ${done.step}.`,
      "Try a smaller --rate. Nothing was written.",
    );
  }
  const learned: Learned = {
    ...{ spec, weights: done.best.weights, from, to, inputNames: inputs, outputNames: outputs, ahead },
    ...(records.period === undefined ? {} : { period: records.period }),
    training: { task, loss, seed, steps, batch, rate, bestStep: done.best.step, bestValidation: done.best.loss },
  };
  await writeWhole(out, [writeWeights(learned)]);
  tell(`wrote ${printable(out)}: the weights of step ${done.best.step}, validation ${done.best.loss.toPrecision(4)}`);
  return exits.done;
}

/** All that is asked for, checked; what begins with a system is read already. */
async function asked(options: TrainOptions) {
  const { out, outputs } = options;
  if (out === undefined || !/\.json$/i.test(out)) throw wrongUse("--out FILE.json says where the weights go.");
  const task = oneOf("task", options.task ?? "estimate", tasks);
  if (!outputs) throw wrongUse("--outputs says which signals are to be found.", "For example --outputs x1,x2.");
  if (!options.inputs && task === "estimate")
    throw wrongUse("--inputs says which signals are known.", "For example --inputs u,y.");
  // Who looks ahead knows what was.
  const inputs = [...new Set([...(options.inputs ?? []), ...(task === "estimate" ? [] : outputs)])];
  const ahead = aheadOf(task, options.ahead);
  const kind = oneOf("kind", options.kind ?? "s5", layerKinds);
  const form = oneOf("form", options.form ?? "network", ["filter", "network"] as const);
  const loss = oneOf("loss", options.loss ?? "mse", ["mse", "gaussian"] as const);
  const length = count("length", options.length, 128);
  const seed = count("seed", options.seed, 0, 0);
  const steps = count("steps", options.steps, 1000, options.begin === undefined ? 1 : 0);
  const batch = count("batch", options.batch, 16);
  const runs = count("runs", options.runs, 50);
  const rate = positive("rate", options.rate, 0.003);
  const device = oneOf("device", options.device ?? "auto", ["auto", "gpu", "cpu"] as const);
  const begin = options.begin === undefined ? undefined : await systemFrom(options.begin, inputs, outputs);
  if (begin && (form !== "filter" || (kind !== "s5" && kind !== "s4d") || loss !== "mse"))
    throw wrongUse("--begin is for --form filter of kind s5 or s4d, and for --loss mse.");
  const spec: NetworkSpec = {
    ...{ kind, form, inputs: inputs.length, outputs: outputs.length * (loss === "gaussian" ? 2 : 1) },
    width: count("width", options.width, form === "filter" ? inputs.length * outputs.length : 16),
    states: count("states", options.states, 16),
    layers: form === "filter" ? 1 : count("layers", options.layers, 2),
    length,
    // Modes that are forgotten within a sequence: what outlasts it would be at large in longer runs.
    stepRange: [Math.min(0.1, 8 / length), 0.3],
  };
  return { out, task, inputs, outputs, ahead, loss, seed, steps, batch, runs, rate, device, begin, spec };
}

/** The checkpoint of a training that goes on. */
async function heldBy(path: string | undefined, spec: NetworkSpec, made: string): Promise<Checkpoint | undefined> {
  if (path === undefined || !existsSync(path)) return undefined;
  const held = readCheckpoint(await readText(path, 2 ** 28), spec, made);
  if (!held.ok)
    throw refuse(
      held.code,
      path,
      `This is no checkpoint of this training${held.place === "" ? "" : `: ${held.place}`}.`,
      "Name another file, or remove this one to begin anew.",
    );
  tell(`goes on from step ${held.checkpoint.step} of ${printable(path)}`);
  return held.checkpoint;
}

/** Goes through a training, on whatever it runs, and tells how it does at each look at the validation set, which is kept first. */
function watcher(line: ReturnType<typeof progressLine>, steps: number, keep: (progress: Progress) => Promise<void>) {
  return async (work: Generator<Progress, Trained> | AsyncGenerator<Progress, Trained>): Promise<Trained> => {
    for (;;) {
      const next = await work.next();
      if (next.done) return next.value;
      const { step, loss, validation } = next.value;
      line.show(step / steps);
      if (validation === undefined) continue;
      line.end();
      await keep(next.value);
      tell(`step ${step} of ${steps}: loss ${loss.toPrecision(4)}, validation ${validation.toPrecision(4)}`);
    }
  };
}

function missingIn({ names, runs }: Records, outputs: readonly string[]): number {
  const columns = runs.flatMap((run) => outputs.map((name) => run[names.indexOf(name)]!));
  return columns.reduce((sum, values) => sum + values.filter((v) => !Number.isFinite(v)).length, 0);
}

/** Tells data apart that a checkpoint must not be mixed with. */
function sumOf(...lists: readonly Float64Array[]): number {
  return lists.reduce((total, list) => list.reduce((sum, v, i) => sum + v * Math.sin(i + 1), total), 0);
}

/** Refuses what does not make a network before anything is simulated. */
function sizeOf(spec: NetworkSpec): number {
  try {
    return parameters(network(spec).weights(numbers(0)));
  } catch (error) {
    if (error instanceof RangeError)
      throw wrongUse(`${error.message}.`, "--kind, --form, --states and --width decide.");
    throw error;
  }
}

function aheadOf(task: TaskKind, text: string | undefined): number {
  if (task === "forecast") return count("ahead", text, 10);
  if (text !== undefined) throw wrongUse("--ahead is for --task forecast.");
  return task === "predict" ? 1 : 0;
}
