/** The machine's GPU through Dawn for benchmarks, and networks trained on it. */
import { openGpu, trainOnGpu } from "../core/index.ts";
import type {
  Checkpoint,
  GpuDevice,
  GpuOpened,
  GpuProgress,
  NetworkSpec,
  Sequences,
  TrainSettings,
  Weights,
} from "../core/index.ts";

/** A card with a clock, or why there is none; `plain` asks for WebGPU's default limits alone. */
export async function realGpu({ plain = false } = {}): Promise<GpuDevice | string> {
  const { create } = await import("webgpu");
  const opened: GpuOpened = await openGpu(
    create(["enable-dawn-features=allow_unsafe_apis", "disable-dawn-features=timestamp_quantization"]),
    { plain },
  );
  if (!opened.ok) return `${opened.code}, ${opened.message}`;
  const { device } = opened;
  if (!device.info.software || process.env["PLAYED"] !== undefined) return device;
  device.close();
  return `${device.info.name} is no GPU`;
}

export interface OnCard {
  readonly weights: Weights;
  readonly seconds: number;
  readonly end: Checkpoint;
}

/** Trains on an open device, which stays open, to the last step; also from where an earlier training ended. */
export async function trainedOn(
  device: GpuDevice,
  spec: NetworkSpec,
  data: Sequences,
  settings: TrainSettings,
  watch: (progress: GpuProgress) => void = () => {},
  from?: Checkpoint,
): Promise<OnCard> {
  const kept: GpuDevice = { ...device, close: () => {} };
  const began = performance.now();
  const work = trainOnGpu(() => Promise.resolve({ ok: true, device: kept }), spec, data, settings, undefined, from);
  for (;;) {
    const next = await work.next();
    if (!next.done) watch(next.value);
    else if (next.value.ok)
      return { weights: next.value.weights, seconds: (performance.now() - began) / 1000, end: next.value };
    else throw new Error(next.value.code);
  }
}
