/** Trains away from the window's thread. Between steps it listens: pausing is not stepping, stopping is being ended. */
import { openGpu } from "../../core/gpu/webgpu.ts";
import { readLayer } from "./readLayer.ts";
import { training, type TrainStep } from "./training.ts";
import type { Loss, TrainFault, TrainReply, TrainRequest, TrainResult } from "./trainProtocol.ts";
import { signalsOf } from "./trainRuns.ts";

interface Scope {
  onmessage: ((event: MessageEvent<TrainRequest>) => void) | null;
  postMessage(reply: TrainReply): void;
}
const scope = globalThis as unknown as Scope;

/** ms of work before it listens again, and from one checkpoint to the next. */
const slice = 60;
const kept = 2000;

let work: AsyncGenerator<TrainStep, TrainResult | TrainFault> | undefined;
let paused = false;
let going = false;
let saved = 0;

scope.onmessage = ({ data: request }) => {
  switch (request.do) {
    case "signals":
      return scope.postMessage({ kind: "signals", reply: signalsOf(request.document) });
    case "train":
      work = training(request.job, request.checkpoint, () => openGpu(navigator.gpu));
      saved = performance.now();
      return void go();
    case "pause":
      paused = true;
      return undefined;
    case "goOn":
      paused = false;
      return void go();
    case "read":
      return scope.postMessage({ kind: "read", reply: readLayer(request) });
  }
};

/** A GPU answers in its own time: pausing and going on meanwhile must not start a second round. */
async function go(): Promise<void> {
  if (!work || paused || going) return;
  going = true;
  await round(work);
  going = false;
  if (work) setTimeout(() => void go(), 0);
}

async function round(here: NonNullable<typeof work>): Promise<void> {
  const begin = performance.now();
  const losses: Loss[] = [];
  let phase: TrainReply | undefined;
  let last: Extract<TrainStep, { kind: "step" }> | undefined;
  try {
    do {
      const next = await here.next();
      if (next.done) {
        work = undefined;
        tell(losses, begin);
        return scope.postMessage({ kind: "done", result: next.value });
      }
      if (next.value.kind === "device") scope.postMessage(next.value);
      else if (next.value.kind === "phase") phase = next.value;
      else {
        last = next.value;
        losses.push(last.loss);
      }
    } while (performance.now() - begin < slice);
  } catch (error) {
    console.warn(error);
    work = undefined;
    return scope.postMessage({ kind: "done", result: { ok: false, code: "FAILED" } });
  }
  if (phase) scope.postMessage(phase);
  tell(losses, begin);
  if (last && performance.now() - saved > kept) {
    saved = performance.now();
    scope.postMessage({ kind: "checkpoint", step: last.loss.step, text: last.checkpoint() });
  }
}

function tell(losses: readonly Loss[], begin: number): void {
  if (losses.length === 0) return;
  scope.postMessage({ kind: "losses", losses, rate: (1000 * losses.length) / (performance.now() - begin) });
}
