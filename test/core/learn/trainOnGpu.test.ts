/** Training on a GPU against training on the CPU, for each kind of layer; the same bits again; what happens when the device goes away. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GpuDevice } from "../../../core/gpu/device.ts";
import { openGpu, type GpuOpened } from "../../../core/gpu/webgpu.ts";
import { trainOnGpu, type GpuProgress, type GpuTrained } from "../../../core/learn/gpuTrain.ts";
import { gpuAnswers, gpuTrainer, quickestOnGpu } from "../../../core/learn/gpuTrainer.ts";
import { lossTape, type Loss, type Sequences } from "../../../core/learn/lossTape.ts";
import { layerKinds, network, type NetworkSpec } from "../../../core/learn/network.ts";
import { numbers as stream } from "../../../core/learn/numbers.ts";
import {
  answers,
  evaluate,
  train,
  type Checkpoint,
  type Progress,
  type Trained,
  type TrainSettings,
} from "../../../core/learn/train.ts";
import { softwareGpu } from "../gpu/adapter.ts";
import { numbers } from "../../numbers.ts";
import { bothWays, distance, opened, planned } from "./onGpu.ts";

const gpu = await softwareGpu();

/** y[t] = 0.8 y[t-1] + u[t], from noise. */
function lag(count: number, length: number): Sequences {
  const inputs = numbers(count * length).map(Math.fround);
  const targets = new Float64Array(inputs.length);
  for (let i = 0; i < inputs.length; i++) targets[i] = inputs[i]! + (i % length > 0 ? 0.8 * targets[i - 1]! : 0);
  return { count, length, inputs, targets: targets.map(Math.fround) };
}

/** Symbols, and which of them came first. */
function firsts(count: number, length: number): Sequences {
  const inputs = numbers(count * length).map((v) => Math.floor(2 * (v + 1)));
  return { count, length, inputs, targets: Float64Array.from({ length: count }, (_, k) => inputs[k * length]!) };
}

const size = { inputs: 1, outputs: 1, width: 4, states: 4, layers: 1, length: 16 };
const settings: TrainSettings = { loss: "mse", steps: 9, batch: 3, rate: 0.01, decay: 0.01, seed: 3, every: 4 };
const data = lag(7, 16);

const cases: readonly (readonly [string, NetworkSpec, Loss, Sequences])[] = [
  // Of one layer but for S5, with the shapes of all steps alike: compiling kernels for a processor is what takes time.
  ...layerKinds.map((kind) => {
    const s5 = kind === "s5";
    return [kind, { kind, form: "network", ...size, layers: s5 ? 2 : 1, dropout: s5 ? 0.2 : 0 }, "mse", data] as const;
  }),
  ["s4d as a filter", { kind: "s4d", form: "filter", ...size }, "mse", data],
  ["s5 that says how sure it is", { kind: "s5", form: "network", ...size, outputs: 2 }, "gaussian", data],
  [
    "mamba on symbols",
    { kind: "mamba", form: "network", ...size, symbols: 4, outputs: 4, answer: "last" },
    "crossEntropy",
    firsts(7, 16),
  ],
  [
    "s4d on symbols",
    { kind: "s4d", form: "network", ...size, symbols: 4, outputs: 4, answer: "mean", init: "real" },
    "crossEntropy",
    firsts(7, 16),
  ],
];

function onCpu(work: Generator<Progress, Trained>): { losses: number[]; end: Checkpoint } {
  const losses: number[] = [];
  for (;;) {
    const next = work.next();
    if (!next.done) losses.push(next.value.loss);
    else if (next.value.ok) return { losses, end: next.value };
    else throw new Error(next.value.code);
  }
}

async function onGpu(work: AsyncGenerator<GpuProgress, GpuTrained>, seen: (p: GpuProgress) => void = () => {}) {
  const losses: number[] = [];
  for (;;) {
    const next = await work.next();
    if (next.done) return { losses, end: next.value };
    losses.push(...next.value.losses);
    seen(next.value);
  }
}

function whole(end: GpuTrained): Checkpoint {
  if (!end.ok) throw new Error(end.code);
  return end;
}

describe.skipIf(gpu === undefined)("training on a GPU", () => {
  let device: GpuDevice;
  beforeAll(async () => {
    device = await opened(gpu);
  });
  afterAll(() => device.close());
  // One device for all, which keeps its pipelines.
  const open = (): Promise<GpuOpened> => Promise.resolve({ ok: true, device: { ...device, close: () => {} } });

  it.each(cases)("%s: loss and derivatives as on the CPU", async (_, spec, loss, given) => {
    const weights = Object.fromEntries(
      Object.entries(network(spec).weights(stream(5))).map(([name, w]) => [
        name,
        { ...w, data: w.data.map(Math.fround) },
      ]),
    );
    const recording = { batch: 3, length: 16, mode: quickestOnGpu(spec.kind) };
    const { tape, leaves, input, target, counts, loss: out } = lossTape(spec, weights, loss, recording);
    input.data.set(given.inputs.subarray(0, input.size));
    target.data.set(given.targets.subarray(0, target.size));
    counts?.data.fill(1);
    tape.training = true;
    const { forward, backward } = await bothWays(device, tape, leaves, out, Float64Array.of(1));
    expect(forward).toBeLessThan(1e-5);
    for (const [name, error] of Object.entries(backward)) expect(error, name).toBeLessThan(1e-4);
  });

  it.each(cases)("%s: its steps as on the CPU, and the same answers", async (_, spec, loss, given) => {
    const own = { ...settings, loss };
    const here = onCpu(train(spec, given, own, given));
    const there = await onGpu(trainOnGpu(open, spec, given, own, given));
    expect(there.losses).toHaveLength(9);
    there.losses.forEach((value, k) => expect(Math.abs(value / here.losses[k]! - 1), `step ${k}`).toBeLessThan(1e-4));
    const { weights, best } = whole(there.end);
    expect(best.loss / evaluate(spec, best.weights, given, own)).toBeCloseTo(1, 5);
    const told = await gpuAnswers(device, spec, weights, given, 3);
    if (!(told instanceof Float64Array)) throw new Error(told.code);
    expect(distance(told, answers(spec, weights, given))).toBeLessThan(1e-5);
  });

  const spec: NetworkSpec = { kind: "s5", form: "network", ...size, layers: 1, dropout: 0.2 };
  const filter: NetworkSpec = { kind: "s5", form: "filter", ...size };

  it("gives the same bits again, and from a checkpoint on", async () => {
    let half: Checkpoint | undefined;
    const first = await onGpu(trainOnGpu(open, spec, data, settings, data), (p) => {
      if (p.step === 8) half = p.checkpoint();
    });
    const second = await onGpu(trainOnGpu(open, spec, data, settings, data));
    expect(second.end).toEqual(first.end);
    const rest = await onGpu(trainOnGpu(open, spec, data, settings, data, half));
    expect(rest.end).toEqual(first.end);
    expect(whole((await onGpu(trainOnGpu(open, spec, data, { ...settings, seed: 4 }, data))).end).weights).not.toEqual(
      whole(first.end).weights,
    );
  });

  it("opens a lost device again and goes on from the last checkpoint to the same bits", async () => {
    const undisturbed = await onGpu(trainOnGpu(open, filter, data, settings, data));
    let current: GpuDevice | undefined;
    const opening = async (): Promise<GpuOpened> => {
      const found = await openGpu(gpu);
      if (found.ok) current = found.device;
      return found;
    };
    let reopened = 0;
    const { end, losses } = await onGpu(trainOnGpu(opening, filter, data, settings, data), (p) => {
      reopened = p.reopened;
      if (p.step === 4) current!.close();
    });
    expect(reopened).toBe(1);
    expect(losses).toHaveLength(9);
    expect(end).toEqual(undisturbed.end);
  });

  it("hands over its last checkpoint where no device comes back", async () => {
    let tries = 0;
    let current: GpuDevice | undefined;
    const opening = async (): Promise<GpuOpened> => {
      if (++tries > 1) return { ok: false, code: "GPU_NO_ADAPTER", message: "none left" };
      const found = await openGpu(gpu);
      if (found.ok) current = found.device;
      return found;
    };
    const { end } = await onGpu(trainOnGpu(opening, filter, data, settings, data), (p) => {
      if (p.step === 8) current!.close();
    });
    if (end.ok || end.code === "DIVERGED") throw new Error("it should have been refused");
    expect(end).toMatchObject({ code: "GPU_NO_ADAPTER", message: "none left" });
    expect(end.checkpoint.step).toBe(8);
    // The CPU goes on from there, to about the same.
    const undisturbed = whole((await onGpu(trainOnGpu(open, filter, data, settings, data))).end);
    const { end: rest } = onCpu(train(filter, data, settings, data, end.checkpoint));
    expect(rest.best.loss / undisturbed.best.loss).toBeCloseTo(1, 4);
  });

  it("says where it diverged, and what does not fit", async () => {
    const wild = { ...data, targets: data.targets.map((v, i) => (i === 3 ? Infinity : v)) };
    const { end } = await onGpu(trainOnGpu(open, spec, wild, { ...settings, batch: 7 }));
    expect(end).toMatchObject({ ok: false, code: "DIVERGED", step: 0 });
    await expect(onGpu(trainOnGpu(open, { ...spec, inputs: 2 }, data, settings))).rejects.toThrow(RangeError);
    const small: GpuDevice = { ...device, info: { ...device.info, limits: { ...device.info.limits, binding: 256 } } };
    expect(gpuTrainer(small, spec, network(spec).weights(stream(1)), settings, { batch: 3, length: 16 })).toMatchObject(
      {
        ok: false,
        code: "GPU_LIMIT",
        most: 256,
      },
    );
  });

  it("uses memory again: much less than what each array for itself would take", () => {
    const large: NetworkSpec = { ...spec, width: 32, states: 32, layers: 4 };
    const weights = network(large).weights(stream(1));
    const recording = { batch: 16, length: 64, mode: "parallel", numbers: false } as const;
    const { tape, loss } = lossTape(large, weights, "mse", recording);
    const plan = planned(device, tape, { of: loss, keep: [loss] });
    expect(plan.words).toBeLessThan(0.6 * plan.unshared);
    plan.release();
  });
});
