/**
 * A network's training step on a device, recorded once: each step writes a batch and a few control words and is one submit; losses stay there
 * until they are asked for.
 */
import type { GpuDevice, GpuRefusal, GpuView } from "../gpu/device.ts";
import type { Moments } from "./adamw.ts";
import type { Weights } from "./layers/layer.ts";
import { eachGroups, eachWgsl, programOf } from "./launch.ts";
import { planTape, type TapePlan, type TapePlanned } from "./gpuPlan.ts";
import { checkData, fillBatch, lossTape, networkTape, type LossTape, type Sequences } from "./lossTape.ts";
import type { LayerKind, NetworkSpec } from "./network.ts";
import type { ScanMode } from "./ops/diagonalScan.ts";
import type { Tensor } from "./tensor.ts";
import { ratesAt, type TrainSettings } from "./train.ts";
import { historySteps, weightArena, type WeightArena } from "./weightArena.ts";

export interface GpuTrainer {
  readonly ok: true;
  /** Launches of one step, and words of memory with and without reuse. */
  readonly dispatches: number;
  readonly words: number;
  readonly unshared: number;
  load(weights: Weights, moments: Moments): void;
  save: WeightArena["save"];
  /** Step `step`, which counts from 1, with these sequences. Does not wait. Throws a RangeError where the data do not fit. */
  step(step: number, data: Sequences, chosen: ArrayLike<number>): void;
  /** Loss and norm of derivatives of the steps after `from` up to `to`, of the last 1,024. */
  losses(from: number, to: number): Promise<readonly (readonly [loss: number, norm: number])[] | GpuRefusal>;
  /** The loss over a whole set, without training. */
  evaluate(data: Sequences): Promise<number | GpuRefusal>;
  release(): void;
}

type Refused = Extract<TapePlanned, { ok: false }>;

/** Where states are shared by the channels a scan, where each channel has its own a convolution: less memory, and all modes give the same. */
export function quickestOnGpu(kind: LayerKind): ScanMode {
  return kind === "s5" || kind === "linear" || kind === "mamba" ? "parallel" : "convolution";
}

export function gpuTrainer(
  device: GpuDevice,
  spec: NetworkSpec,
  weights: Weights,
  settings: TrainSettings,
  extent: { readonly batch: number; readonly length: number },
): GpuTrainer | Refused {
  const arena = weightArena(device, weights);
  const releases: (() => void)[] = [arena.release];
  const release = () => {
    for (const work of releases) work();
  };
  const mode = settings.mode ?? quickestOnGpu(spec.kind);
  const prepared = (differentiated: boolean) => {
    const made = lossTape(spec, weights, settings.loss, { ...extent, mode, numbers: false, differentiated });
    const leaves = new Map(Object.entries(made.leaves).map(([name, leaf]) => [leaf, arena.weight(name)]));
    const { loss } = made;
    const options = { leaves, keep: [loss], control: arena.control, ...(differentiated ? { of: loss } : {}) };
    const plan = planTape(device, made.tape, options);
    if (plan.ok) releases.push(plan.release);
    return { made, plan, batch: batchWriter(device, made, plan, extent.batch) };
  };
  const training = prepared(true);
  if (!training.plan.ok) {
    release();
    return training.plan;
  }
  const { plan } = training;
  const recording = device.record("training step", [...plan.dispatches, ...arena.adamw(plan.data(training.made.loss))]);

  /** Recorded when it is first asked for. */
  let evaluation: ReturnType<typeof prepared> | undefined;
  const { batch } = extent;

  return {
    ok: true,
    dispatches: recording.dispatches,
    words: plan.words,
    unshared: plan.unshared,
    load: arena.load,
    save: arena.save,
    step(step, data, chosen) {
      training.batch(data, chosen);
      device.write(arena.control, arena.controls(step, settings.seed ?? 0, ratesAt(step, settings)));
      device.run(recording);
    },
    async losses(from, to) {
      const read = await device.read(arena.history);
      if (!read.ok) return read;
      return Array.from({ length: to - from }, (_, k) => {
        const at = 2 * ((from + k) % historySteps);
        return [read.words[at]!, read.words[at + 1]!] as const;
      });
    },
    async evaluate(data) {
      evaluation ??= prepared(false);
      const { plan: forward, made, batch: write } = evaluation;
      if (!forward.ok) throw new Error(forward.code);
      const batches = Math.ceil(data.count / batch);
      const seen = device.buffer("losses", batches);
      device.write(arena.control, Uint32Array.of(0));
      const one = device.record("loss", forward.dispatches);
      for (let k = 0; k < batches; k++) {
        const count = Math.min(batch, data.count - k * batch);
        write(
          data,
          Array.from({ length: count }, (_, i) => k * batch + i),
        );
        const kept = keeping(device, forward.data(made.loss), seen, k, count / data.count);
        device.run(one, kept.recording);
        device.release(kept.share);
      }
      const read = await device.read(seen);
      device.release(seen);
      return read.ok ? read.words.reduce((sum, loss) => sum + loss, 0) : read;
    },
    release,
  };
}

/** seen[k] = share * loss. */
function keeping(device: GpuDevice, loss: GpuView, seen: GpuView, k: number, share: number) {
  const where = device.buffer("share", 2);
  const words = new Uint32Array(2);
  words[0] = k;
  new Float32Array(words.buffer)[1] = share;
  device.write(where, words);
  const cell = { words: 1 };
  const program = programOf("keep a loss", {
    ...{ read: { loss: cell, whereBits: cell }, write: { seen: cell }, groups: eachGroups(1) },
    wgsl: eachWgsl(1, "seen[whereBits[0]] = bitcast<f32>(whereBits[1]) * loss[0];"),
  });
  const views = [loss, where, seen];
  return { recording: device.record("keep", [{ program, views, groups: eachGroups(1) }]), share: where };
}

function batchWriter(device: GpuDevice, made: LossTape, plan: TapePlanned, batch: number) {
  const array = ({ size }: Tensor) => new Float32Array(size);
  const arrays = { input: array(made.input), target: array(made.target), counts: made.counts && array(made.counts) };
  return (data: Sequences, chosen: ArrayLike<number>) => {
    checkData(data, made, batch);
    fillBatch(arrays, batch, data, chosen);
    const { ok } = plan;
    if (!ok) return;
    device.write(plan.data(made.input), arrays.input);
    device.write(plan.data(made.target), arrays.target);
    if (made.counts) device.write(plan.data(made.counts), arrays.counts!);
  };
}

/** As `answers` of train.ts, on a device. */
export async function gpuAnswers(
  device: GpuDevice,
  spec: NetworkSpec,
  weights: Weights,
  data: Sequences,
  most = 16,
): Promise<Float64Array | GpuRefusal | Refused> {
  const batch = Math.min(most, data.count);
  const mode = quickestOnGpu(spec.kind);
  const { tape, input, output } = networkTape(spec, weights, {
    ...{ batch, length: data.length, mode, numbers: false, differentiated: false },
  });
  const plan: TapePlan | Refused = planTape(device, tape, { keep: [output] });
  if (!plan.ok) return plan;
  const recording = device.record("answers", plan.dispatches);
  const [each, out] = [input.size / batch, output.size / batch];
  const all = new Float64Array(data.count * out);
  const values = new Float32Array(input.size);
  for (let from = 0; from < data.count; from += batch) {
    const some = Math.min(batch, data.count - from);
    values.set(data.inputs.subarray(from * each, (from + some) * each));
    device.write(plan.data(input), values);
    device.run(recording);
    const read = await device.read(plan.data(output));
    if (!read.ok) return read;
    all.set(read.words.subarray(0, some * out), from * out);
  }
  plan.release();
  return all;
}
