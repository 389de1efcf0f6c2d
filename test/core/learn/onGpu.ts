/** A tape run on a GPU beside itself on the CPU, for tests. */
import type { GpuDevice, GpuDispatch, GpuView } from "../../../core/gpu/device.ts";
import { openGpu } from "../../../core/gpu/webgpu.ts";
import { planTape, type PlanOptions, type TapePlan } from "../../../core/learn/gpuPlan.ts";
import type { Tape } from "../../../core/learn/tape.ts";
import type { Tensor } from "../../../core/learn/tensor.ts";

export async function opened(gpu: GPU | undefined): Promise<GpuDevice> {
  const found = await openGpu(gpu);
  if (!found.ok) throw new Error(found.message);
  return found.device;
}

export async function words(device: GpuDevice, view: GpuView): Promise<Float32Array> {
  const read = await device.read(view);
  if (!read.ok) throw new Error(read.message);
  return read.words;
}

export function planned(device: GpuDevice, tape: Tape, options: PlanOptions): TapePlan {
  const plan = planTape(device, tape, options);
  if (!plan.ok) throw new Error(JSON.stringify(plan));
  return plan;
}

export interface BothWays {
  readonly forward: number;
  /** By leaf. */
  readonly backward: Readonly<Record<string, number>>;
}

/** The root of sum (got - want)^2 / sum want^2. */
export function distance(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    difference += (got[i]! - want[i]!) ** 2;
    size += want[i]! ** 2;
  }
  // A derivative that vanishes altogether tells nothing.
  if (!(size > 0)) throw new Error("nothing to compare with");
  return Math.sqrt(difference / size);
}

/** Forward and derivatives of a tape over these leaves, whose numbers float32 holds. */
export async function bothWays(
  device: GpuDevice,
  tape: Tape,
  leaves: Readonly<Record<string, Tensor>>,
  out: Tensor,
  seed: Float64Array,
  plant: (dispatches: readonly GpuDispatch[]) => readonly GpuDispatch[] = (same) => same,
): Promise<BothWays> {
  tape.forward();
  tape.backward(out, seed);
  const plan = planned(device, tape, { of: out, keep: [out] });
  device.write(plan.control, Uint32Array.of(tape.training ? 1 : 0, tape.step, tape.seed));
  device.write(plan.grad(out), Float32Array.from(seed));
  const recording = device.record("tape", plant(plan.dispatches));
  // Twice: what a run leaves behind must not show in the next.
  device.run(recording);
  device.run(recording);
  const forward = distance(await words(device, plan.data(out)), out.data);
  const backward: Record<string, number> = {};
  for (const [name, leaf] of Object.entries(leaves))
    backward[name] = distance(await words(device, plan.grad(leaf)), leaf.grad!);
  plan.release();
  return { forward, backward };
}
