/** Trains away from the window's thread. Between steps it listens: pausing is not stepping, stopping is being ended. */
import { learnedSystem, systemOf } from "../../core/learn/bridge.ts";
import { readWeights } from "../../core/learn/weightFile.ts";
import { balred } from "../../core/lti/balreal.ts";
import { hsvd } from "../../core/lti/gram.ts";
import { minreal } from "../../core/lti/minreal.ts";
import { pole } from "../../core/lti/pole.ts";
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

let work: Generator<TrainStep, TrainResult | TrainFault> | undefined;
let paused = false;
let saved = 0;

scope.onmessage = ({ data: request }) => {
  switch (request.do) {
    case "signals":
      return scope.postMessage({ kind: "signals", id: request.id, reply: signalsOf(request.document) });
    case "train":
      work = training(request.job, request.checkpoint);
      saved = performance.now();
      return go();
    case "pause":
      paused = true;
      return undefined;
    case "goOn":
      if (!paused) return undefined;
      paused = false;
      return go();
    case "read":
      return scope.postMessage({
        kind: "read",
        id: request.id,
        reply: read(request.text, request.layer, request.order),
      });
  }
};

function go(): void {
  if (!work || paused) return;
  const begin = performance.now();
  const losses: Loss[] = [];
  let phase: TrainReply | undefined;
  let last: Extract<TrainStep, { kind: "step" }> | undefined;
  try {
    do {
      const next = work.next();
      if (next.done) {
        work = undefined;
        tell(losses, begin);
        return scope.postMessage({ kind: "done", result: next.value });
      }
      if (next.value.kind === "phase") phase = next.value;
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
  setTimeout(go, 0);
}

function tell(losses: readonly Loss[], begin: number): void {
  if (losses.length === 0) return;
  scope.postMessage({ kind: "losses", losses, rate: (1000 * losses.length) / (performance.now() - begin) });
}

/** What moves, sees or drives nothing is left out; of a network a layer is in its own units. */
function read(text: string, layer: number | undefined, order: number | undefined) {
  const file = readWeights(text);
  if (!file.ok) return { ok: false, code: file.code } as const;
  const { learned } = file;
  const { spec, weights, period = 1 } = learned;
  const whole = spec.form === "filter" ? learnedSystem(learned) : systemOf(spec, weights, period, layer ?? 0);
  if (!whole.ok) return whole;
  const least = minreal(whole.system).system;
  const values = hsvd(least);
  const reduced = order !== undefined && order < least.A.rows ? balred(least, order) : undefined;
  if (reduced && !reduced.ok) return { ok: false, code: reduced.code } as const;
  const { A, B, C, D } = reduced?.system ?? least;
  const read: LinearRead = {
    ...{ A: A.to2DArray(), B: B.to2DArray(), C: C.to2DArray(), D: D.to2DArray(), period },
    hankel: values.ok ? [...values.hsv] : [],
    poles: pole(reduced?.system ?? least).map(([re, im]) => [re, im] as const),
  };
  return { ok: true, ...read } as const;
}
