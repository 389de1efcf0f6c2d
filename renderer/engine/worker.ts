/**
 * Runs the core off the window's thread. One update at a time; a simulation runs in slices of a few milliseconds, between
 * which messages get in: a newer update abandons it, a cancel ends it with what there is. When to ask is client.ts's.
 */
import { compile } from "../../core/compile/compile.ts";
import type { Compiled } from "../../core/compile/compile.ts";
import type { LazoDocument } from "../../core/diagram/document.ts";
import { runSettings } from "../../core/diagram/runSettings.ts";
import { emitJson } from "../../core/emit/json/emit.ts";
import { emitTypescript } from "../../core/emit/typescript/emit.ts";
import { linearize } from "../../core/linearize/linearize.ts";
import type { Model } from "../../core/ir/ir.ts";
import { interpret } from "../../core/sim/interpret.ts";
import type { SimResult, SimSettings } from "../../core/sim/result.ts";
import { simulateInSlices } from "../../core/sim/simulate.ts";
import type { Reply, Request } from "./protocol.ts";
import { buffersOf, compiledView, runView } from "./views.ts";

type Update = Extract<Request, { do: "update" }>;
type Export = Extract<Request, { do: "export" }>;
interface Scope {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(reply: Reply, transfer?: Transferable[]): void;
}

const scope = globalThis as unknown as Scope;
const sliceMilliseconds = 8;
const progressMilliseconds = 60;
/** Shorter runs show no progress: it would only flicker. */
const quietMilliseconds = 150;

let newest: Update | undefined;
let cancelled = false;
let busy = false;
/** The compiler takes over its structure when only numbers have changed. */
let previous: Compiled | undefined;

// A message to oneself comes after those that wait; unlike setTimeout it is not held back for 4 ms.
const channel = new MessageChannel();
let resume: (() => void) | undefined;
channel.port1.onmessage = () => resume?.();
const letMessagesIn = (): Promise<void> =>
  new Promise((done) => {
    resume = done;
    channel.port2.postMessage(0);
  });

scope.onmessage = ({ data: request }) => {
  switch (request.do) {
    case "update":
      newest = request;
      if (!busy) void work();
      break;
    case "cancel":
      cancelled = true;
      break;
    case "export":
      guarded(request.id, () => exportModel(request));
      break;
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

function guarded(id: number, act: () => void): void {
  try {
    act();
  } catch (error) {
    scope.postMessage({ kind: "failed", id, message: messageOf(error) });
  }
}

async function work(): Promise<void> {
  busy = true;
  while (newest) {
    const request = newest;
    newest = undefined;
    cancelled = false;
    try {
      await update(request);
    } catch (error) {
      previous = undefined;
      scope.postMessage({ kind: "failed", id: request.id, message: messageOf(error) });
    }
  }
  busy = false;
}

async function update({ id, document, run }: Update): Promise<void> {
  const began = performance.now();
  const compiled = compile(document, previous);
  if (compiled.ok) previous = compiled;
  const milliseconds = performance.now() - began;
  const linearized = compiled.ok ? linearize(compiled.model) : undefined;
  scope.postMessage({ kind: "compiled", id, compiled: compiledView(document, compiled, linearized, milliseconds) });
  if (!run || !compiled.ok) return;
  await letMessagesIn();
  if (newest) return;
  const result = await simulateHere(id, compiled.model, runSettings(document, true).settings);
  if (!result) return;
  const shown = runView(compiled.model, result.result, result.milliseconds);
  scope.postMessage({ kind: "ran", id, run: shown }, buffersOf(shown));
}

/** undefined: abandoned for a newer request. Time spent letting messages in is not counted. */
async function simulateHere(
  id: number,
  model: Model,
  settings: SimSettings,
): Promise<{ result: SimResult; milliseconds: number } | undefined> {
  const began = performance.now();
  let waited = 0;
  let sliceEnd = began + sliceMilliseconds;
  let told = began + quietMilliseconds - progressMilliseconds;
  const slices = simulateInSlices(interpret(model), model.ir, settings);
  let slice = slices.next();
  while (!slice.done) {
    const now = performance.now();
    if (now >= sliceEnd) {
      if (now - told >= progressMilliseconds) {
        told = now;
        scope.postMessage({ kind: "progress", id, fraction: slice.value });
      }
      await letMessagesIn();
      if (newest) return undefined;
      const back = performance.now();
      waited += back - now;
      sliceEnd = back + sliceMilliseconds;
    }
    slice = slices.next(cancelled);
  }
  return { result: slice.value, milliseconds: performance.now() - began - waited };
}

/** A file name from the document's, on every system. */
const fileName = (document: LazoDocument): string =>
  document.name
    .replace(/[^\p{L}\p{N} _-]+/gu, " ")
    .trim()
    .replace(/\s+/g, "-")
    .slice(0, 80) || "model";

function exportModel({ id, document, to }: Export): void {
  const compiled = compile(document);
  const name = `${fileName(document)}.${to}`;
  const { problems } = compiled;
  if (!compiled.ok) {
    scope.postMessage({ kind: "exported", id, name, problems });
    return;
  }
  const linearized = linearize(compiled.model);
  const options = {
    name: document.name,
    settings: runSettings(document, false).settings,
    ...(linearized.ok ? { linearization: linearized.linearization } : {}),
  };
  const text = to === "json" ? emitJson(compiled.model, options) : emitTypescript(compiled.model, options);
  scope.postMessage({ kind: "exported", id, name, text, problems });
}
