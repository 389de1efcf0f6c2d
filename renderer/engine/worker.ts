/**
 * Runs the core off the window's thread. One update at a time; a simulation runs in slices of a few milliseconds, between
 * which messages get in: a newer update abandons it, a cancel ends it with what there is. When to ask is client.ts's.
 */
import { compile } from "../../core/compile/compile.ts";
import type { Compiled } from "../../core/compile/compile.ts";
import type { LazoDocument } from "../../core/diagram/document.ts";
import { changeBlocks } from "../../core/diagram/edit.ts";
import { runSettings } from "../../core/diagram/runSettings.ts";
import { emitJson } from "../../core/emit/json/emit.ts";
import { emitTypescript } from "../../core/emit/typescript/emit.ts";
import { accelerate } from "../../core/emit/wasm/accelerate.ts";
import { linearize } from "../../core/linearize/linearize.ts";
import type { Linearized } from "../../core/linearize/linearize.ts";
import type { LinearizeOptions } from "../../core/linearize/linearization.ts";
import { needlessStates } from "../../core/linearize/needlessStates.ts";
import { atPoint } from "../../core/linearize/operatingPoint.ts";
import type { OperatingPoint } from "../../core/linearize/operatingPoint.ts";
import { signalsOf } from "../../core/linearize/points.ts";
import { trim } from "../../core/linearize/trim.ts";
import type { Model } from "../../core/ir/ir.ts";
import type { Engine } from "../../core/sim/engine.ts";
import type { SimResult, SimSettings } from "../../core/sim/result.ts";
import { simulateInSlices } from "../../core/sim/simulate.ts";
import { analysisView, isApproximate, isLoop, keptView } from "./analysis.ts";
import { designsOf } from "./designs.ts";
import type { Answer, PointRequest, Question, Reply, Request } from "./protocol.ts";
import { buffersOf, compiledView, linearView, orderView, quantitiesOf, runView, trimmedView } from "./views.ts";

type Update = Extract<Request, { do: "update" }>;
type Export = Extract<Request, { do: "export" }>;
type Ask = Extract<Request, { do: "ask" }>;
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
    case "analyse":
      guarded(request.id, () =>
        scope.postMessage({ kind: "analysed", id: request.id, analysis: keptView(request.system, request.plot) }),
      );
      break;
    case "cancel":
      cancelled = true;
      break;
    case "export":
      guarded(request.id, () => exportModel(request));
      break;
    case "ask":
      guarded(request.id, () => answer(request));
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

async function update({ id, document: drawn, run, point, analyse, designing = [] }: Update): Promise<void> {
  const began = performance.now();
  const filled = designing.length > 0 ? filledIn(drawn, designing) : undefined;
  // What a drag changes is the gain: that is told before anything is computed with it.
  if (filled) scope.postMessage({ kind: "designed", id, designs: filled.designs });
  const document = filled?.document ?? drawn;
  const compiled = compile(document, previous);
  if (compiled.ok) previous = compiled;
  const milliseconds = performance.now() - began;
  const at = point?.at ?? { kind: "start" };
  const options = compiled.ok && at.kind !== "time" ? optionsAt(compiled.model, point) : undefined;
  const linearized: Linearized | undefined =
    compiled.ok && options ? ("ok" in options ? options : linearize(compiled.model, options)) : undefined;
  const linear = linearized && linearView(linearized);
  scope.postMessage({ kind: "compiled", id, compiled: compiledView(document, compiled, linear, milliseconds) });
  // The numbers of a controller may be all that keeps the drawing from compiling: its plant is the drawing without it.
  const designs = filled && Object.keys(filled.designs).length === 1 ? {} : designsOf(document, compiled.widths);
  if (Object.keys(designs).length > 0) scope.postMessage({ kind: "designed", id, designs });
  if (!compiled.ok) return;
  const { model } = compiled;
  const tellAnalysis = (of: Linearized, taken: LinearizeOptions) => {
    if (!analyse) return;
    // Matrices approximate delays; responses need not.
    const kept = isApproximate(of) ? linearize(model, { ...taken, keepDelays: true }) : undefined;
    scope.postMessage({ kind: "analysed", id, ...analysisView(of, analyse, isLoop(point), kept) });
  };
  if (linearized) tellAnalysis(linearized, options && !("ok" in options) ? options : {});
  let there = linearized;
  if (point && at.kind === "time") {
    const reached = await memoryAt(id, model, runSettings(document, false).settings, at.t);
    if (!reached || newest) return;
    const taken = { ...between(point), ...(reached.ok && { at: reached.memory }) };
    const late: Linearized = reached.ok ? linearize(model, taken) : { ok: false, problems: reached.problems };
    scope.postMessage({ kind: "linearized", id, linear: linearView(late) });
    tellAnalysis(late, taken);
    there = late;
  }
  await letMessagesIn();
  if (newest) return;
  if (run) {
    const { settings } = runSettings(document, true);
    const engine = engineOf(model, settings);
    const result = await simulateHere(id, engine, settings, model.ir.records);
    engine.release?.();
    if (!result) return;
    const shown = runView(model, result.result, result.milliseconds);
    scope.postMessage({ kind: "ran", id, run: shown }, buffersOf(shown));
    await letMessagesIn();
    if (newest) return;
  }
  const problems = there?.ok ? needlessStates(there.linearization) : [];
  scope.postMessage({ kind: "needless", id, problems });
}

/** The drawing with the numbers of these designs in it. */
function filledIn(document: LazoDocument, designing: readonly string[]) {
  const compiled = compile(document, previous);
  if (compiled.ok) previous = compiled;
  const designs = designsOf(document, compiled.widths);
  let now = document;
  for (const id of designing) {
    const view = designs[id];
    if (!view?.ok || view.follows) continue;
    now = changeBlocks(now, new Set([id]), (block) => ({ ...block, params: { ...block.params, ...view.params } }));
  }
  return { document: now, designs };
}

const between = ({ inputs, outputs, open }: PointRequest) => ({
  ...(inputs && { inputs }),
  ...(outputs && { outputs }),
  ...(open && { open }),
});

/** At the start, or at values given; where those cannot be, why not. */
function optionsAt(
  model: Model,
  point: PointRequest | undefined,
): LinearizeOptions | Extract<Linearized, { readonly ok: false }> {
  if (!point) return {};
  if (point.at.kind !== "values") return between(point);
  const there = atPoint(model, point.at.values);
  return there.ok ? { ...between(point), at: there.memory } : there;
}

/** Where a run is at t; undefined: abandoned for a newer request. */
async function memoryAt(
  id: number,
  model: Model,
  settings: SimSettings,
  t: number,
): Promise<OperatingPoint | undefined> {
  const engine = engineOf(model, settings);
  const ran = await simulateHere(id, engine, { ...settings, stop: t }, []);
  if (!ran) return undefined;
  const { problems } = ran.result;
  if (problems.some((problem) => problem.severity === "error")) return { ok: false, problems };
  return { ok: true, memory: engine.memory };
}

function answer({ id, document, question }: Ask): void {
  const compiled = compile(document, previous);
  if (compiled.ok) previous = compiled;
  const told: Answer = compiled.ok ? answerOf(compiled.model, question) : { kind: "broken" };
  scope.postMessage({ kind: "answer", id, answer: told });
}

function answerOf(model: Model, question: Question): Answer {
  switch (question.kind) {
    case "signals":
      return { kind: "signals", signals: signalsOf(model.ir) };
    case "order":
      return { kind: "order", entries: orderView(model) };
    case "quantities":
      return quantitiesOf(model);
    case "trim": {
      const outcome = trim(model, question.spec);
      return outcome.ok ? trimmedView(model, outcome.trimmed) : { kind: "refused", problems: outcome.problems };
    }
  }
}

/** The one place where the window's runs choose what evaluates a model. */
const engineOf = (model: Model, settings: SimSettings): Engine => accelerate(model, settings).engine;

/** undefined: abandoned for a newer request. Time spent letting messages in is not counted. */
async function simulateHere(
  id: number,
  engine: Engine,
  settings: SimSettings,
  records: Model["ir"]["records"],
): Promise<{ result: SimResult; milliseconds: number } | undefined> {
  const began = performance.now();
  let waited = 0;
  let sliceEnd = began + sliceMilliseconds;
  let told = began + quietMilliseconds - progressMilliseconds;
  const slices = simulateInSlices(engine, { records }, settings);
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
