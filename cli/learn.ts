/** `lazo train` and `lazo evaluate`: a network from recorded or simulated signals, and how well it does on others. */
import { existsSync } from "node:fs";
import {
  answer,
  inUnits,
  layerFrom,
  learnedSystem,
  minreal,
  readCheckpoint,
  ss,
  writeCheckpoint,
  findGpu,
  trainOnFound,
  type Checkpoint,
  type Progress,
  type Trained,
  type Loaded,
  type StateSpace,
  type TrainSettings,
  type Weights,
  layerKinds,
  numberText,
  numbers,
  network,
  parameters,
  prepare,
  readWeights,
  score,
  train,
  writeWeights,
  type Learned,
  type NetworkSpec,
  type Records,
  type Score,
  type TaskRefusal,
} from "../core/index.ts";
import { readText, writeWhole } from "./files.ts";
import { cardFor, openCard } from "./gpu.ts";
import type { Changes } from "./model.ts";
import { recordsOf } from "./records.ts";
import { csvCell } from "./results.ts";
import { count, oneOf, positive } from "./optionValues.ts";
import { exits, printable, progressLine, refuse, Refused, tell, toStdout, wrongUse } from "./report.ts";

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
  let spec: NetworkSpec = {
    ...{ kind, form, inputs: inputs.length, outputs: outputs.length * (loss === "gaussian" ? 2 : 1) },
    width: count("width", options.width, form === "filter" ? inputs.length * outputs.length : 16),
    states: count("states", options.states, 16),
    layers: form === "filter" ? 1 : count("layers", options.layers, 2),
    length,
    // Modes that are forgotten within a sequence: what outlasts it would be at large in longer runs.
    stepRange: [Math.min(0.1, 8 / length), 0.3],
  };
  let size = sizeOf(spec);
  const line = progressLine();
  const records = await recordsOf(path, { ...options, runs, seed }, line.show);
  line.end();
  const cut = { length, washout: Math.floor(length / 8), centred: !begin };
  const prepared = prepare(records, { inputs, outputs, ahead }, cut);
  if (!prepared.ok) throw refused(path, prepared, records);
  const { training, validation, from, to } = prepared;
  let first: Weights | Checkpoint | undefined;
  if (begin && (kind === "s5" || kind === "s4d")) {
    const loaded = layerFrom(inUnits(begin, from, to, "network"), kind);
    if (!loaded.ok) throw refusedSystem(options.begin!, loaded);
    spec = loaded.spec;
    first = loaded.weights;
    size = parameters(first);
    tell(`begins as ${printable(options.begin!)}, equal to ${loaded.residual.toExponential(1)}`);
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
  if (options.checkpoint !== undefined && existsSync(options.checkpoint)) {
    const held = readCheckpoint(await readText(options.checkpoint, 2 ** 28), spec, made);
    if (!held.ok)
      throw refuse(
        held.code,
        options.checkpoint,
        `This is no checkpoint of this training${held.place === "" ? "" : `: ${held.place}`}.`,
        "Name another file, or remove this one to begin anew.",
      );
    first = held.checkpoint;
    tell(`goes on from step ${held.checkpoint.step} of ${printable(options.checkpoint)}`);
  }
  const card = await cardFor(device, (always) => findGpu(openCard, spec, { batch, length }, always));
  const where = card ? `float32 on ${printable(card.opened.device.info.name)}` : "float64 on the CPU";
  tell(
    `${kind} ${form}, ${size} parameters, ${where}, seed ${seed}; ${training.count} sequences of ${length} samples, ${validation.count} to validate`,
  );
  if (kind === "mamba")
    tell("mamba: made for what switches, gates or is missing; on smooth plants s5 and s4d are better");
  const watched = async (work: Generator<Progress, Trained> | AsyncGenerator<Progress, Trained>) => {
    for (;;) {
      const next = await work.next();
      if (next.done) return next.value;
      const { step, loss: now, validation: seen } = next.value;
      line.show(step / steps);
      if (seen === undefined) continue;
      line.end();
      if (options.checkpoint !== undefined)
        await writeWhole(options.checkpoint, [writeCheckpoint(spec, made, next.value.checkpoint())]);
      tell(`step ${step} of ${steps}: loss ${now.toPrecision(4)}, validation ${seen.toPrecision(4)}`);
    }
  };
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

/** What `lazo matrices --format json` prints. */
async function systemFrom(path: string, inputs: readonly string[], outputs: readonly string[]): Promise<StateSpace> {
  const wrong = (message: string) =>
    refuse("NOT_MATRICES", path, message, "It is what lazo matrices --format json prints for a sampled model.");
  let file: unknown;
  try {
    file = JSON.parse(await readText(path));
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw wrong("The file is not JSON.");
  }
  const part = (name: string): unknown =>
    typeof file === "object" && file !== null ? Reflect.get(file, name) : undefined;
  const time = part("time");
  const period: unknown = typeof time === "object" && time !== null ? Reflect.get(time, "period") : undefined;
  if (typeof period !== "number" || !(period > 0)) throw wrong("The system has no sample period.");
  const matrix = (name: string): number[][] => {
    const rows = part(name);
    const fits = Array.isArray(rows) && rows.every((row) => Array.isArray(row) && row.every((v) => Number.isFinite(v)));
    if (!fits) throw wrong(`${name} is no matrix of numbers.`);
    return rows as number[][];
  };
  let system;
  try {
    system = ss(matrix("A"), matrix("B"), matrix("C"), matrix("D"), period);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw wrong(`${error.message}.`);
    throw error;
  }
  if (system.u.length !== inputs.length || system.y.length !== outputs.length)
    throw wrong(
      `It leads from ${system.u.length} to ${system.y.length} signals, not from ${inputs.length} to ${outputs.length}.`,
    );
  return system;
}

function refusedSystem(path: string, loaded: Extract<Loaded, { ok: false }>) {
  const numbersOf = (value: readonly [number, number]) =>
    `${value[0]}${value[1] < 0 ? " - " : " + "}${Math.abs(value[1])}i`;
  switch (loaded.code) {
    case "NOT_DISCRETE":
      return refuse("NOT_DISCRETE", path, "The system is continuous.", "Sample it first.");
    case "DEFECTIVE":
      return refuse(
        "DEFECTIVE",
        path,
        `The eigenvalues ${loaded.eigenvalues.map(numbersOf).join(" and ")} share a direction, which no diagonal layer has.`,
      );
    case "NOT_STABLE":
      return refuse(
        "NOT_STABLE",
        path,
        `The eigenvalue ${numbersOf(loaded.eigenvalue)} is not inside the unit circle.`,
        "Try --kind s5.",
      );
    case "ILL_CONDITIONED":
      return refuse("ILL_CONDITIONED", path, `Loaded, it would differ by ${loaded.residual.toExponential(1)}.`);
  }
}

/** Tells data apart that a checkpoint must not be mixed with. */
function sumOf(...lists: readonly Float64Array[]): number {
  return lists.reduce((total, list) => list.reduce((sum, v, i) => sum + v * Math.sin(i + 1), total), 0);
}

/** A, B, C, D of a trained filter, for `lazo matrices FILE.json`. */
export async function filterMatrices(path: string): Promise<StateSpace> {
  const { learned } = await learnedFrom(path);
  const read = learnedSystem(learned);
  if (!read.ok)
    throw refuse(read.code, path, "Only a linear filter is A, B, C, D.", "Train it with --form filter and --loss mse.");
  const { mean } = learned.from;
  if (mean.some((m) => m !== 0) || learned.to.mean.some((m) => m !== 0))
    tell(`inputs count from [${mean.join(", ")}], outputs from [${learned.to.mean.join(", ")}]`);
  if (learned.period === undefined) tell("the distance of samples is not known and taken as 1 s");
  // States of real modes have a second one without effect.
  return minreal(read.system).system;
}

async function learnedFrom(path: string): Promise<{ readonly learned: Learned }> {
  const read = readWeights(await readText(path, 2 ** 28));
  if (!read.ok)
    throw refuse(read.code, path, `${read.place === "" ? "" : `${read.place}: `}${read.message}`, "Train it again.");
  return read;
}

export interface EvaluateOptions extends Changes {
  readonly runs?: string;
  readonly seed?: string;
  readonly format?: string;
  readonly out?: string;
}

export async function evaluateNetwork(weights: string, path: string, options: EvaluateOptions): Promise<number> {
  const format = oneOf("format", options.format ?? "text", ["text", "json"] as const);
  if (options.out !== undefined && !/\.csv$/i.test(options.out))
    throw wrongUse(`--out ${options.out}: answers are written as .csv.`);
  const { learned } = await learnedFrom(weights);
  const line = progressLine();
  // Seeds far from those that are trained on by default.
  const source = { ...options, runs: count("runs", options.runs, 10), seed: count("seed", options.seed, 100_000, 0) };
  const records = await recordsOf(path, source, line.show);
  line.end();
  const { period } = learned;
  if (period !== undefined && records.period !== undefined && Math.abs(records.period / period - 1) > 1e-3)
    throw refuse(
      "PERIOD_DIFFERS",
      path,
      `Samples are ${records.period} s apart; the network was trained at ${period} s.`,
      "Give it samples at that distance: --step for a diagram.",
    );
  const washout = Math.min(16, Math.floor((records.runs[0]?.[0]?.length ?? 0) / 8));
  const scored = score(learned, records, washout);
  if (!scored.ok) throw refused(path, scored, records);
  await toStdout([format === "json" ? `${JSON.stringify(scored.scores, undefined, 2)}\n` : table(scored.scores)]);
  if (options.out !== undefined) await writeWhole(options.out, answersCsv(learned, records));
  return exits.done;
}

function table(scores: readonly Score[]): string {
  const head = ["output", "samples", "mse", "mse of the mean", "mse of standing still", "fit"];
  const rows = scores.map(({ output, count, mse, spread, standing, fit }) => [
    ...[printable(output), String(count), mse.toPrecision(5), spread.toPrecision(5), standing.toPrecision(5)],
    `${fit.toFixed(2)} %`,
  ]);
  const widths = head.map((title, k) => Math.max(title.length, ...rows.map((row) => row[k]!.length)));
  return [head, ...rows]
    .map(
      (row) => `${row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join("  ")}\n`,
    )
    .join("");
}

/** run, sample, then each output beside its answer; what lies ahead of the last sample is left out. */
function* answersCsv(learned: Learned, records: Records): Generator<string> {
  const { inputNames, outputNames, ahead } = learned;
  yield `run,sample,${outputNames.flatMap((name) => [csvCell(name), csvCell(`${name} answer`)]).join(",")}\n`;
  const place = (name: string) => records.names.indexOf(name);
  for (const [r, run] of records.runs.entries()) {
    const answers = answer(
      learned,
      inputNames.map((name) => run[place(name)]!),
    );
    for (let t = 0; t + ahead < run[0]!.length; t++) {
      const cells = outputNames.flatMap((name, k) => [run[place(name)]![t + ahead]!, answers[k]![t]!]);
      yield `${r},${t + ahead},${cells.map(numberText).join(",")}\n`;
    }
  }
}

function refused(path: string, refusal: TaskRefusal, { names }: Records) {
  switch (refusal.code) {
    case "NO_SUCH_SIGNAL": {
      const some = names.length > 12 ? [...names.slice(0, 12), "..."] : names;
      return refuse(
        "SIGNAL_UNKNOWN",
        refusal.signal,
        "There is no signal of this name.",
        `There are ${some.join(", ")}.`,
      );
    }
    case "TOO_SHORT":
      return refuse(
        "RECORD_TOO_SHORT",
        path,
        `There are ${refusal.samples} samples where a sequence needs ${refusal.needed}.`,
        "Use a smaller --length, or a longer record.",
      );
    case "NOT_FINITE":
      return refuse(
        "INPUT_MISSING",
        refusal.signal,
        `Sample ${refusal.sample + 1} of run ${refusal.run + 1} is no number, and an input must be known at each.`,
        "Fill it in, or take another input.",
      );
  }
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
