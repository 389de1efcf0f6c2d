/**
 * Training as a generator: each step it yields can be the last (cancelled), the next may come much later (paused), and from a checkpoint another
 * one goes on to the same bits. It knows no clock and draws nothing but from its seed.
 */
import { threefry } from "../math/random.ts";
import { adamw, noMoments, type AdamRates, type Moments } from "./adamw.ts";
import type { Weight, Weights } from "./layers/layer.ts";
import { network, type NetworkSpec } from "./network.ts";
import { numbers } from "./numbers.ts";
import type { ScanMode } from "./ops/diagonalScan.ts";
import { checkData, fillBatch, lossTape, networkTape, type Loss, type Sequences } from "./lossTape.ts";
import type { Tape } from "./tape.ts";
import type { Tensor } from "./tensor.ts";

export interface TrainSettings {
  readonly loss: Loss;
  readonly steps: number;
  readonly batch: number;
  /** Largest rate; 1e-3 where left out. That of state spaces is a quarter of it where left out. */
  readonly rate?: number;
  readonly ssmRate?: number;
  readonly decay?: number;
  /** Share of the steps over which rates rise; they then fall as a cosine. 0.05 where left out. */
  readonly warmup?: number;
  /** Share of the largest rate that rates fall to: with 1 they stay. 0.01 where left out. */
  readonly floor?: number;
  /** Largest norm of derivatives; 1 where left out. */
  readonly clip?: number;
  readonly seed?: number;
  /** Steps from one look at the validation set to the next; a twentieth of all where left out. */
  readonly every?: number;
  readonly mode?: ScanMode;
}

/** All that going on takes, and the weights that did best on the validation set. */
export interface Checkpoint {
  readonly step: number;
  readonly weights: Weights;
  readonly moments: Moments;
  readonly best: { readonly loss: number; readonly step: number; readonly weights: Weights };
}

export interface Progress {
  readonly step: number;
  readonly steps: number;
  /** Of the batch of this step, in the units of the targets squared, or nats. */
  readonly loss: number;
  readonly norm: number;
  /** Of the validation set, where it was looked at after this step. */
  readonly validation?: number;
  /** A copy. */
  checkpoint(): Checkpoint;
}

export type Trained =
  | ({ readonly ok: true } & Checkpoint)
  | { readonly ok: false; readonly code: "DIVERGED"; readonly step: number; readonly loss: number };

/** Throws a RangeError where data and network do not fit. */
export function* train(
  spec: NetworkSpec,
  data: Sequences,
  settings: TrainSettings,
  validation?: Sequences,
  from?: Checkpoint | Weights,
): Generator<Progress, Trained> {
  const { steps, seed = 0 } = settings;
  const { batch, every, chosen } = course(settings, data);
  const resumed = from && isCheckpoint(from) ? from : undefined;
  const given = resumed?.weights ?? (from && !isCheckpoint(from) ? from : undefined);
  const weights = copied(given ?? network(spec).weights(numbers(seed)));
  const moments = resumed ? copiedMoments(resumed.moments) : noMoments(weights);
  let best = resumed?.best ?? { loss: Infinity, step: 0, weights: copied(weights) };
  const run = lossOf(spec, weights, settings, batch, data.length);
  run.tape.seed = seed;
  // What is given may be better than what it is trained to.
  if (validation && !resumed) best = { ...best, loss: finite(meanLoss(run, validation, batch)) };
  for (let step = resumed?.step ?? 0; step < steps;) {
    run.tape.training = true;
    run.tape.step = step;
    const loss = run.evaluate(data, chosen(step));
    if (!Number.isFinite(loss)) return { ok: false, code: "DIVERGED", step, loss };
    run.tape.backward(run.loss);
    step++;
    const norm = adamw(weights, run.slopes, moments, step, ratesAt(step, settings));
    if (!Number.isFinite(norm)) return { ok: false, code: "DIVERGED", step, loss: norm };
    const seen = validation && (step % every === 0 || step === steps) ? meanLoss(run, validation, batch) : undefined;
    if (seen !== undefined && seen < best.loss) best = { loss: seen, step, weights: copied(weights) };
    if (!validation) best = { loss, step, weights };
    const now = step;
    yield {
      step,
      steps,
      loss,
      norm,
      ...(seen === undefined ? {} : { validation: seen }),
      checkpoint: () => ({
        step: now,
        weights: copied(weights),
        moments: copiedMoments(moments),
        best: { ...best, weights: copied(best.weights) },
      }),
    };
  }
  return { ok: true, step: steps, weights, moments, best };
}

/** The loss over a whole set, without training. */
export function evaluate(spec: NetworkSpec, weights: Weights, data: Sequences, settings: TrainSettings): number {
  const batch = Math.min(settings.batch, data.count);
  return meanLoss(lossOf(spec, weights, settings, batch, data.length), data, batch);
}

/** What the network answers: [count, length, outputs], or [count, outputs] where a sequence has one answer. */
export function answers(
  spec: NetworkSpec,
  weights: Weights,
  data: Sequences,
  mode: ScanMode = quickest(spec),
): Float64Array {
  const batch = Math.min(16, data.count);
  const { tape, input, output } = networkTape(spec, weights, { batch, length: data.length, mode });
  const each = input.data.length / batch;
  const out = output.data.length / batch;
  const all = new Float64Array(data.count * out);
  for (let from = 0; from < data.count; from += batch) {
    const some = Math.min(batch, data.count - from);
    input.data.set(data.inputs.subarray(from * each, (from + some) * each));
    tape.forward();
    all.set(output.data.subarray(0, some * out), from * out);
  }
  return all;
}

interface Run {
  readonly tape: Tape;
  readonly loss: Tensor;
  slopes(name: string): Float64Array;
  /** Of these sequences; fewer than the batch are filled up and the rest does not count. */
  evaluate(data: Sequences, chosen: ArrayLike<number>): number;
}

/** On a CPU: a scan where states are shared by the channels, a kernel where each channel has its own. All modes give the same. */
function quickest({ kind }: NetworkSpec): ScanMode {
  return kind === "s5" || kind === "linear" || kind === "mamba" ? "serial" : "convolution";
}

function lossOf(spec: NetworkSpec, weights: Weights, settings: TrainSettings, batch: number, length: number): Run {
  const made = lossTape(spec, weights, settings.loss, { batch, length, mode: settings.mode ?? quickest(spec) });
  const { tape, leaves, input, target, counts, loss } = made;
  const arrays = { input: input.data, target: target.data, counts: counts?.data };
  return {
    tape,
    loss,
    slopes: (name) => leaves[name]!.grad!,
    evaluate(data, chosen) {
      checkData(data, made, batch);
      fillBatch(arrays, batch, data, chosen);
      tape.forward();
      return loss.data[0]!;
    },
  };
}

function meanLoss(run: Run, data: Sequences, batch: number): number {
  run.tape.training = false;
  let sum = 0;
  for (let from = 0; from < data.count; from += batch) {
    const chosen = Array.from({ length: Math.min(batch, data.count - from) }, (_, k) => from + k);
    sum += run.evaluate(data, chosen) * chosen.length;
  }
  return sum / data.count;
}

export const finite = (loss: number): number => (Number.isFinite(loss) ? loss : Infinity);

/** Rates rise in a line over the first share of the steps, and fall as half a cosine; `step` counts from 1. */
export function ratesAt(step: number, settings: TrainSettings): AdamRates {
  const { steps, rate = 1e-3, ssmRate = rate / 4, decay = 0, warmup = 0.05, floor = 0.01, clip = 1 } = settings;
  const rising = Math.max(1, warmup * steps);
  const share = (step - rising) / Math.max(1, steps - rising);
  const pace = step <= rising ? step / rising : floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * share));
  return { rate: rate * pace, ssm: ssmRate * pace, decay, clip };
}

/** What a training goes through, whoever computes it: sequences a step, steps between looks at the validation set, and which sequences a step takes. */
export function course(
  { steps, batch: wanted, every = Math.max(1, Math.ceil(steps / 20)), seed = 0 }: TrainSettings,
  { count }: Sequences,
): { readonly batch: number; readonly every: number; readonly chosen: (step: number) => Int32Array } {
  const batch = Math.min(wanted, count);
  const order = shuffled(count, seed);
  const perEpoch = Math.max(1, Math.floor(count / batch));
  return {
    batch,
    every,
    chosen(step) {
      const first = (step % perEpoch) * batch;
      return order(Math.floor(step / perEpoch)).subarray(first, first + batch);
    },
  };
}

/** An order of the samples for each epoch (Fisher and Yates), the last one kept. */
function shuffled(count: number, seed: number): (epoch: number) => Int32Array {
  let [kept, of] = [new Int32Array(0), -1];
  return (epoch) => {
    if (epoch === of) return kept;
    kept = Int32Array.from({ length: count }, (_, i) => i);
    of = epoch;
    for (let i = count - 1; i > 0; i--) {
      const j = Math.floor((threefry(i, epoch, seed, 0x0de4)[0] / 4294967296) * (i + 1));
      [kept[i], kept[j]] = [kept[j]!, kept[i]!];
    }
    return kept;
  };
}

export function isCheckpoint(from: Checkpoint | Weights): from is Checkpoint {
  return "moments" in from && typeof from["step"] === "number";
}

export function copied(weights: Weights): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, weight]): [string, Weight] => [name, { ...weight, data: weight.data.slice() }]),
  );
}

export function copiedMoments({ first, second }: Moments): Moments {
  const copy = (of: Moments["first"]) =>
    Object.fromEntries(Object.entries(of).map(([name, data]) => [name, data.slice()]));
  return { first: copy(first), second: copy(second) };
}
