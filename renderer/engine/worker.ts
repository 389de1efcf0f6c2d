/**
 * Runs the core off the window's thread. A simulation runs in slices of a few milliseconds, between which messages get in: the newest
 * update is answered then and its run comes next, a cancel ends the run with what there is. When to ask is client.ts's.
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
  postMessage(replies: readonly Reply[], transfer?: Transferable[]): void;
}
/** Of an update: all but its first answer. */
interface Rest {
  readonly request: Update;
  readonly document: LazoDocument;
  readonly model: Model;
  readonly linearized: Linearized | undefined;
}

const scope = globalThis as unknown as Scope;
const sliceMilliseconds = 8;
const progressMilliseconds = 60;
/** Shorter runs show no progress: it would only flicker. */
const quietMilliseconds = 150;
/** A run younger than this is finished before a newer one begins, so that plots follow while a number is dragged. */
const graceMilliseconds = 150;
/** Two frames: what takes longer is told as it is found. */
const soonMilliseconds = 40;
/** A quarter of a frame: what waits for a run of so little is drawn as early as without it. */
const shortMilliseconds = 4;

let newest: Update | undefined;
/** What the newest update whose answer is out still wants: its run has not begun. */
let rest: Rest | undefined;
let cancelled = false;
let busy = false;
/** The compiler takes over its structure when only numbers have changed. */
let previous: Compiled | undefined;
/** Replies that go out together. */
let outbox: Reply[] = [];
/** What the run before this one took: the next one, of the same drawing but for an edit, mostly takes as long. */
let lastRun = Number.POSITIVE_INFINITY;
/** What follows from an edit goes out as one message where that is soon, as each costs the window a drawing of its own. */
let together = true;

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
        tell({ kind: "analysed", id: request.id, analysis: keptView(request.system, request.plot) }),
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

function tell(reply: Reply, transfer: Transferable[] = []): void {
  outbox.push(reply);
  const replies = outbox;
  outbox = [];
  scope.postMessage(replies, transfer);
}

/** Goes out with what is told next, where that is soon. */
function tellWithNext(reply: Reply): void {
  if (together) outbox.push(reply);
  else tell(reply);
}

function flush(): void {
  const last = outbox.pop();
  if (last) tell(last);
}

const messageOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

function guarded(id: number, act: () => void): void {
  try {
    act();
  } catch (error) {
    tell({ kind: "failed", id, message: messageOf(error) });
  }
}

async function work(): Promise<void> {
  busy = true;
  while (newest || rest) {
    if (newest) {
      begin();
      if (!(together && lastRun < shortMilliseconds && rest && looksAtRun(rest.request))) flush();
      // Only the newest is worth a run.
      await letMessagesIn();
      continue;
    }
    const now = rest!;
    rest = undefined;
    try {
      await finish(now);
    } catch (error) {
      tell({ kind: "failed", id: now.request.id, message: messageOf(error) });
    }
  }
  busy = false;
}

/** The dock shows one plot at a time. A run that it shows goes out with the rest where it is short, so that the window draws once. */
const looksAtRun = ({ run, analyse }: Update): boolean => run && analyse === undefined;

/** The first answer to the newest update: all but what a run has to say. */
function begin(): void {
  const request = newest!;
  newest = undefined;
  rest = undefined;
  cancelled = false;
  const began = performance.now();
  try {
    rest = update(request, began);
  } catch (error) {
    previous = undefined;
    tell({ kind: "failed", id: request.id, message: messageOf(error) });
  }
  together = performance.now() - began < soonMilliseconds;
}

function update(request: Update, began: number): Rest | undefined {
  const { id, document: drawn, point, analyse, designing = [] } = request;
  const filled = designing.length > 0 ? filledIn(drawn, designing) : undefined;
  // What a drag changes is the gain: that is told before anything is computed with it.
  if (filled) tellWithNext({ kind: "designed", id, designs: filled.designs });
  const document = filled?.document ?? drawn;
  const compiled = compile(document, previous);
  if (compiled.ok) previous = compiled;
  const milliseconds = performance.now() - began;
  const options = compiled.ok && point?.at.kind !== "time" ? optionsAt(compiled.model, point) : undefined;
  const linearized: Linearized | undefined =
    compiled.ok && options ? ("ok" in options ? options : linearize(compiled.model, options)) : undefined;
  const linear = linearized && linearView(linearized);
  tellWithNext({ kind: "compiled", id, compiled: compiledView(document, compiled, linear, milliseconds) });
  // The numbers of a controller may be all that keeps the drawing from compiling: its plant is the drawing without it.
  const designs = filled && Object.keys(filled.designs).length === 1 ? {} : designsOf(document, () => compiled.widths);
  if (Object.keys(designs).length > 0) tellWithNext({ kind: "designed", id, designs });
  if (compiled.ok && linearized && analyse)
    tellWithNext(analysed(request, compiled.model, linearized, options && !("ok" in options) ? options : {}));
  return compiled.ok ? { request, document, model: compiled.model, linearized } : undefined;
}

/** Matrices at an instant of a run, the run, and what is only worth telling when there is nothing else to do. */
async function finish({ request, document, model, linearized }: Rest): Promise<void> {
  const { id, run, point } = request;
  let there = linearized;
  if (point?.at.kind === "time") {
    const reached = await memoryAt(id, model, runSettings(document, false).settings, point.at.t);
    if (!reached) return;
    const taking = { ...between(point), ...(reached.ok && { at: reached.memory }) };
    there = reached.ok ? linearize(model, taking) : { ok: false, problems: reached.problems };
    tellWithNext({ kind: "linearized", id, linear: linearView(there) });
    if (request.analyse) tellWithNext(analysed(request, model, there, taking));
    flush();
    await letMessagesIn();
    if (newest) return;
  }
  if (run) {
    const { settings } = runSettings(document, true);
    const engine = engineOf(model, settings);
    const result = await simulateHere(id, engine, settings, model.ir.records, graceMilliseconds);
    engine.release?.();
    if (!result) return;
    lastRun = result.milliseconds;
    const shown = runView(model, result.result, result.milliseconds);
    tell({ kind: "ran", id, run: shown }, buffersOf(shown));
    await letMessagesIn();
  }
  if (newest || rest) return;
  tell({ kind: "needless", id, problems: there?.ok ? needlessStates(there.linearization) : [] });
}

function analysed(
  { id, analyse, point }: Update,
  model: Model,
  of: Linearized,
  options: LinearizeOptions,
): Extract<Reply, { kind: "analysed" }> {
  // Matrices approximate delays; responses need not.
  const kept = isApproximate(of) ? linearize(model, { ...options, keepDelays: true, onPath: true }) : undefined;
  return { kind: "analysed", id, ...analysisView(of, analyse!, isLoop(point), kept) };
}

/** The drawing with the numbers of these designs in it. */
function filledIn(document: LazoDocument, designing: readonly string[]) {
  let compiled: Compiled | undefined;
  const designs = designsOf(document, () => {
    compiled ??= compile(document, previous);
    if (compiled.ok) previous = compiled;
    return compiled.widths;
  });
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

/** Where a run is at t; undefined: abandoned for a newer update. */
async function memoryAt(
  id: number,
  model: Model,
  settings: SimSettings,
  t: number,
): Promise<OperatingPoint | undefined> {
  const engine = engineOf(model, settings);
  const ran = await simulateHere(id, engine, { ...settings, stop: t }, [], 0);
  if (!ran) return undefined;
  const { problems } = ran.result;
  if (problems.some((problem) => problem.severity === "error")) return { ok: false, problems };
  return { ok: true, memory: engine.memory };
}

function answer({ id, document, question }: Ask): void {
  const compiled = compile(document, previous);
  if (compiled.ok) previous = compiled;
  const told: Answer = compiled.ok ? answerOf(compiled.model, question) : { kind: "broken" };
  tell({ kind: "answer", id, answer: told });
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

/**
 * Updates that come while it runs are answered between two slices; their run waits for the end of this one, or takes its place when
 * it is older than `grace` ms. undefined: its place was taken. Time spent on others is not counted.
 */
async function simulateHere(
  id: number,
  engine: Engine,
  settings: SimSettings,
  records: Model["ir"]["records"],
  grace: number,
): Promise<{ result: SimResult; milliseconds: number } | undefined> {
  const began = performance.now();
  let waited = 0;
  let sliceEnd = began + sliceMilliseconds;
  let told = began + quietMilliseconds - progressMilliseconds;
  let overtaken = false;
  const slices = simulateInSlices(engine, { records }, settings);
  let slice = slices.next();
  while (!slice.done) {
    const now = performance.now();
    let stop = cancelled;
    if (now >= sliceEnd) {
      if (now - told >= progressMilliseconds) {
        told = now;
        tell({ kind: "progress", id, fraction: slice.value });
      }
      flush();
      await letMessagesIn();
      stop = cancelled;
      overtaken ||= newest !== undefined;
      if (newest) begin();
      flush();
      if (overtaken && performance.now() - began > grace) return undefined;
      const back = performance.now();
      waited += back - now;
      sliceEnd = back + sliceMilliseconds;
    }
    slice = slices.next(stop);
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
    tell({ kind: "exported", id, name, problems });
    return;
  }
  const linearized = linearize(compiled.model);
  const options = {
    name: document.name,
    settings: runSettings(document, false).settings,
    ...(linearized.ok ? { linearization: linearized.linearization } : {}),
  };
  const text = to === "json" ? emitJson(compiled.model, options) : emitTypescript(compiled.model, options);
  tell({ kind: "exported", id, name, text, problems });
}
