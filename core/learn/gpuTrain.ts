/**
 * Training as train.ts does it, on a GPU in float32: the same settings, order and dropout, the same checkpoints. A device that is lost is
 * opened again, and training goes on from the last checkpoint, which every look at the losses makes.
 */
import type { GpuDevice, GpuRefusal } from "../gpu/device.ts";
import { findDevice, type GpuFound } from "../gpu/findDevice.ts";
import type { GpuOpened } from "../gpu/webgpu.ts";
import { noMoments } from "./adamw.ts";
import { gpuTrainer } from "./gpuTrainer.ts";
import type { Weights } from "./layers/layer.ts";
import type { Sequences } from "./lossTape.ts";
import { network, type NetworkSpec } from "./network.ts";
import { numbers } from "./numbers.ts";
import {
  copied,
  copiedMoments,
  course,
  finite,
  isCheckpoint,
  train,
  type Checkpoint,
  type Progress,
  type Trained,
  type TrainSettings,
} from "./train.ts";
import { historySteps } from "./weightArena.ts";

export interface GpuProgress extends Progress {
  /** Losses of the steps since the last progress, the last one `loss`. */
  readonly losses: readonly number[];
  /** How often the device was lost and opened again. */
  readonly reopened: number;
}

export type GpuTrained =
  | Trained
  | {
      readonly ok: false;
      /** As devices and plans refuse: GPU_OPERATION, an operation without kernels; GPU_LIMIT, an array that does not fit. */
      readonly code: GpuRefusal["code"] | "GPU_OPERATION" | "GPU_LIMIT";
      readonly message: string;
      /** From which another device, or the CPU, can go on. */
      readonly checkpoint: Checkpoint;
    };

/** Steps between looks at the losses, which are progress; no more than a device keeps losses of. */
const look = 50;
/** A device that is lost again and again will not do. */
const reopenings = 3;

/** `open` gives a device, and another one when that is lost. Throws a RangeError where data and network do not fit. */
export async function* trainOnGpu(
  open: () => Promise<GpuOpened>,
  spec: NetworkSpec,
  data: Sequences,
  settings: TrainSettings,
  validation?: Sequences,
  from?: Checkpoint | Weights,
): AsyncGenerator<GpuProgress, GpuTrained> {
  const { steps, seed = 0 } = settings;
  const { batch, every, chosen } = course(settings, data);
  let at = start(spec, seed, from);
  let looked = from !== undefined && isCheckpoint(from);

  for (let reopened = 0; ; reopened++) {
    const found = await open();
    if (!found.ok) return { ...found, checkpoint: at };
    const { device } = found;
    const trainer = gpuTrainer(device, spec, at.weights, settings, { batch, length: data.length });
    if (!trainer.ok) {
      device.close();
      const message =
        trainer.code === "GPU_LIMIT"
          ? `an array of ${trainer.bytes} bytes, at most ${trainer.most}`
          : `operation ${trainer.operation} has no kernel`;
      return { ok: false, code: trainer.code, message, checkpoint: at };
    }
    trainer.load(at.weights, at.moments);
    let lost: GpuRefusal | undefined;
    try {
      if (validation && !looked) {
        const loss = await trainer.evaluate(validation);
        if (typeof loss === "number") {
          at = { ...at, best: { ...at.best, loss: finite(loss) } };
          looked = true;
        } else lost = loss;
      }
      while (!lost && at.step < steps) {
        const next = Math.min(steps, nextMultiple(at.step, look), nextMultiple(at.step, every), at.step + historySteps);
        for (let step = at.step; step < next; step++) trainer.step(step + 1, data, chosen(step));
        const seen = await trainer.losses(at.step, next);
        const due = validation && (next % every === 0 || next === steps);
        const judged = due && "length" in seen ? await trainer.evaluate(validation) : undefined;
        const saved = await trainer.save();
        if (!("length" in seen)) lost = seen;
        else if (typeof judged === "object") lost = judged;
        else if (!saved) lost = await device.lost;
        if (lost || !saved || !("length" in seen) || typeof judged === "object") break;
        const wrong = seen.findIndex(([loss, norm]) => !Number.isFinite(loss) || !Number.isFinite(norm));
        if (wrong >= 0) return { ok: false, code: "DIVERGED", step: at.step + wrong, loss: seen[wrong]![0] };
        const [loss, norm] = seen.at(-1)!;
        const better = validation ? judged !== undefined && judged < at.best.loss : true;
        const best = better ? { loss: judged ?? loss, step: next, weights: saved.weights } : at.best;
        at = { step: next, ...saved, best };
        const now = at;
        yield {
          ...{ step: next, steps, loss, norm, losses: seen.map(([one]) => one), reopened },
          ...(judged === undefined ? {} : { validation: judged }),
          checkpoint: () => copy(now),
        };
      }
      if (!lost) return { ok: true, ...at };
    } finally {
      // Also when whoever asked for steps wants no more.
      closed(device, trainer.release);
    }
    if (lost.code !== "GPU_LOST" || reopened >= reopenings) return { ...lost, checkpoint: at };
  }
}

/** Below so many numbers a step and channel, a GPU was seen to be no faster than the CPU (bench/README.md, "Learning on a GPU"). */
const worthGpu = 4 * 64 * 8;

/** What trains soonest: a GPU where there is one and enough to do. `always`: any GPU, whatever there is to do. */
export function findGpu(
  open: () => Promise<GpuOpened>,
  { width }: NetworkSpec,
  { batch, length }: { readonly batch: number; readonly length: number },
  always = false,
): Promise<GpuFound> {
  return findDevice(open, batch * length * width >= worthGpu, always);
}

/**
 * On the GPU that was found, and where that fails for good on the CPU in float64, from the last checkpoint; `fell` is told why. Throws as
 * trainOnGpu does.
 */
export async function* trainOnFound(
  found: Extract<GpuFound, { kind: "gpu" }>,
  open: () => Promise<GpuOpened>,
  fell: (why: Extract<GpuTrained, { checkpoint: Checkpoint }>) => void,
  ...[spec, data, settings, validation, from]: Parameters<typeof train>
): AsyncGenerator<Progress & Partial<GpuProgress>, Trained> {
  let fresh: GpuOpened | undefined = found.opened;
  const next = (): Promise<GpuOpened> => {
    const given = fresh;
    fresh = undefined;
    return given ? Promise.resolve(given) : open();
  };
  const done = yield* trainOnGpu(next, spec, data, settings, validation, from);
  if (done.ok || done.code === "DIVERGED") return done;
  fell(done);
  const { checkpoint } = done;
  return yield* train(spec, data, settings, validation, checkpoint.step > 0 ? checkpoint : from);
}

function closed(device: GpuDevice, release: () => void): void {
  release();
  device.close();
}

function nextMultiple(step: number, of: number): number {
  return (Math.floor(step / of) + 1) * of;
}

function start(spec: NetworkSpec, seed: number, from: Checkpoint | Weights | undefined): Checkpoint {
  if (from && isCheckpoint(from)) return copy(from);
  const weights = copied(from && !isCheckpoint(from) ? from : network(spec).weights(numbers(seed)));
  return { step: 0, weights, moments: noMoments(weights), best: { loss: Infinity, step: 0, weights: copied(weights) } };
}

function copy({ step, weights, moments, best }: Checkpoint): Checkpoint {
  return {
    ...{ step, weights: copied(weights), moments: copiedMoments(moments) },
    best: { ...best, weights: copied(best.weights) },
  };
}
