/** Trains away from the window's thread. Between steps it listens: pausing is not stepping, stopping is being ended. */
import { learnedSystem, systemOf } from "../../core/learn/bridge.ts";
import { openGpu } from "../../core/gpu/webgpu.ts";
import { readWeights } from "../../core/learn/weightFile.ts";
import { balred } from "../../core/lti/balreal.ts";
import { hsvd } from "../../core/lti/gram.ts";
import { minreal } from "../../core/lti/minreal.ts";
import { pole } from "../../core/lti/pole.ts";
import { bode } from "../../core/analysis/bode.ts";
import type { StateSpace } from "../../core/lti/stateSpace.ts";
import { training, type TrainStep } from "./training.ts";
import type { LinearRead, Loss, TrainFault, TrainReply, TrainRequest, TrainResult } from "./trainProtocol.ts";
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
      return scope.postMessage({
        kind: "read",
        reply: read(request),
      });
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

/** Beyond, what is below takes minutes. */
const mostStates = 120;

/** What moves, sees or drives nothing is left out; of a network a layer, and of channels on their own one of them, in the network's units. */
function read({ text, layer = 0, channel = 0, order }: Extract<TrainRequest, { do: "read" }>) {
  const file = readWeights(text);
  if (!file.ok) return { ok: false, code: file.code } as const;
  const { learned } = file;
  const { spec, weights, period = 1 } = learned;
  const network = spec.form === "network";
  const whole = network ? systemOf(spec, weights, period, layer) : learnedSystem(learned);
  if (!whole.ok) return whole;
  const own =
    network && spec.kind !== "s5" && spec.kind !== "linear" ? oneChannel(whole.system, channel) : whole.system;
  if (own.A.rows > mostStates) return { ok: false, code: "TOO_LARGE" } as const;
  const least = minreal(own).system;
  const values = hsvd(least);
  const reduced = order !== undefined && order < least.A.rows ? balred(least, order) : undefined;
  if (reduced && !reduced.ok) return { ok: false, code: reduced.code } as const;
  const system = reduced?.system ?? least;
  const { A, B, C, D } = system;
  const read: LinearRead = {
    ...{ A: A.to2DArray(), B: B.to2DArray(), C: C.to2DArray(), D: D.to2DArray(), period },
    hankel: values.ok ? [...values.hsv] : [],
    gain: gainOf(system, period),
    poles: pole(system).map(([re, im]) => [re, im] as const),
  };
  return { ok: true, ...read } as const;
}

/** Of channels that do not see one another: real parts of all modes stand before the imaginary ones. */
function oneChannel(system: StateSpace, channel: number): StateSpace {
  const half = system.A.rows / 2;
  const modes = half / system.u.length;
  const states = Array.from({ length: 2 * modes }, (_, i) => (i < modes ? 0 : half - modes) + channel * modes + i);
  const one = [channel];
  return {
    ...system,
    A: system.A.selection(states, states),
    B: system.B.selection(states, one),
    C: system.C.selection(one, states),
    D: system.D.selection(one, one),
    x: states.map((i) => system.x[i]!),
    u: one.map((i) => system.u[i]!),
    y: one.map((i) => system.y[i]!),
  };
}

/** From the first input to the first output, over the last three decades below half of the sampling frequency. */
function gainOf(system: StateSpace, period: number): LinearRead["gain"] {
  const x = Float64Array.from({ length: 200 }, (_, k) => (0.999 * Math.PI * 10 ** ((3 * k) / 199 - 3)) / period);
  const path: StateSpace = {
    ...system,
    B: system.B.subMatrixColumn([0]),
    C: system.C.subMatrixRow([0]),
    D: system.D.selection([0], [0]),
    u: system.u.slice(0, 1),
    y: system.y.slice(0, 1),
  };
  return { x, y: bode(path, x).magnitude[0]![0]!.map((size) => 20 * Math.log10(size)) };
}
