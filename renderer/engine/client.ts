/**
 * Keeps the results in step with the drawing: sends the newest document to the worker, drops stale answers, cancels, and
 * starts a worker anew when it fails or does not answer. What the worker computes is worker.ts's; who looks is the rooms'.
 */
import type { LazoDocument } from "../../core/diagram/document.ts";
import type { Problem } from "../../core/ir/ir.ts";
import { nothingAnalysed, sameSystem, useAnalysis } from "../store/analysis.ts";
import { showNumbers, takeDesigns, useDesigns, waitingIn } from "../store/designs.ts";
import { useDocument } from "../store/document.ts";
import { noResults, useResults } from "../store/results.ts";
import type { EngineFault } from "../store/results.ts";
import { withSame } from "../store/same.ts";
import { useView } from "../store/view.ts";
import type { DockTab } from "../store/view.ts";
import { drawWaiting } from "../store/paced.ts";
import { usePoint } from "../store/point.ts";
import type {
  AnalysisPlot,
  AnalysisView,
  Answer,
  DesignView,
  LinearView,
  Question,
  Reply,
  Request,
  SystemView,
} from "./protocol.ts";
import { promptStates } from "./promptStates.ts";
import { startWorker } from "./workerUrl.ts";

/** What the client needs of a worker, so that tests can stand in for it. */
export interface Port {
  postMessage(request: Request): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<readonly Reply[]>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface Exported {
  readonly name: string;
  readonly text?: string;
  readonly problems: readonly Problem[];
}

/** After this long the newest document is sent although the one before it is not answered yet: it takes its place. */
const graceMilliseconds = 150;
/** No sign of life for this long, with work to do: hung. Compiling 1,000 blocks takes a fraction of it. */
const hungMilliseconds = 15_000;
const searchMilliseconds = 300_000;
/** After a cancel the worker has this long to obey before it is ended. */
const obeyMilliseconds = 300;

/** What was asked last. */
interface Flight {
  readonly id: number;
  readonly at: number;
  readonly document: LazoDocument;
  /** All but its run is here. */
  readonly answered: boolean;
}

export interface Client {
  /** Compiles and runs now, whatever live mode says. */
  run(): void;
  cancel(): void;
  export(document: LazoDocument, to: "json" | "ts"): Promise<Exported>;
  /** undefined: the engine failed, or was started anew, before it answered. */
  ask(document: LazoDocument, question: Question): Promise<Answer | undefined>;
  /** Gives up what was asked and not answered yet: the engine starts anew. */
  giveUp(): void;
  stop(): void;
}

const looksAtAnalysis = ({ dockOpen, dockTab }: { readonly dockOpen: boolean; readonly dockTab: DockTab }): boolean =>
  dockOpen && dockTab === "analyse";

const plotOf = (view: AnalysisView): AnalysisPlot | undefined =>
  view.kind === "curves" ? view.plot : view.kind === "poleZero" ? (view.locus ? "rlocus" : "poleZero") : undefined;

/** The part of a view that speaks of the matrices. */
function linearOf({ matrices, time, exact, eigenvalues, t, linearProblems }: LinearView): LinearView {
  return {
    ...(matrices && { matrices }),
    ...(time && { time }),
    ...(exact !== undefined && { exact }),
    ...(eigenvalues && { eigenvalues }),
    ...(t !== undefined && { t }),
    linearProblems,
  };
}

export function startClient(start: () => Port = startWorker): Client {
  let port = open();
  let nextId = 1;
  let flight: Flight | undefined;
  let soon = false;
  let queued: { document: LazoDocument; run: boolean } | undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let graceTimer: ReturnType<typeof setTimeout> | undefined;
  /** By the id of their flight: what the runs that are still to come are made of. */
  const runs = new Map<number, LazoDocument>();
  /** What the shown run was made of. */
  let shown: LazoDocument | undefined;
  let newestSent = 0;
  /** The change to the document that is being made now comes from the engine. */
  let followed = false;
  /** Answers to earlier requests are of another document. */
  let firstOfDocument = 0;
  const waiting = new Map<number, (answer: Exported) => void>();
  const asked = new Map<number, (answer: Answer | undefined) => void>();
  /** Plots of kept systems. */
  const looks = new Map<number, { readonly system: SystemView; readonly plot: AnalysisPlot }>();
  /** Workers of their own, by what they were asked: large systems, which the drawing does not wait for. */
  const apart = new Map<number, Port>();
  /** The live system where that is large, and its id in `apart` while it is looked at. */
  let large: { readonly system: SystemView; readonly plot: AnalysisPlot; readonly id: number } | undefined;
  /** Searches for an equilibrium may take long; who waits can give up. */
  const searches = new Set<number>();

  function open(): Port {
    const fresh = start();
    // Replies that come together are drawn together.
    fresh.onmessage = (event) => {
      for (const reply of event.data) if (fresh === port) receive(reply);
      if (event.data.some(({ id }) => id === newestSent)) drawWaiting();
    };
    fresh.onerror = (event) => {
      event.preventDefault?.();
      if (fresh === port) restart("engine.failed");
    };
    return fresh;
  }

  function restart(error: EngineFault | undefined): void {
    port.terminate();
    clearTimeout(watchdog);
    flight = undefined;
    runs.clear();
    for (const [id, answer] of waiting) {
      waiting.delete(id);
      answer({ name: "", problems: [] });
    }
    for (const answer of asked.values()) answer(undefined);
    asked.clear();
    searches.clear();
    for (const id of looks.keys()) if (!apart.has(id)) looks.delete(id);
    port = open();
    useResults.setState({ phase: "idle", progress: 0, error });
    if (queued) send();
    lookAtKept();
  }

  /** Asks how each kept system looks in the present plot, where that is not known. */
  function lookAtKept(): void {
    const view = useView.getState();
    if (!looksAtAnalysis(view)) return;
    const plot = view.analysisPlot;
    for (const { system, views } of useAnalysis.getState().kept) {
      const coming = [...looks.values()].some((look) => look.system === system && look.plot === plot);
      if (views[plot] || coming) continue;
      const id = nextId++;
      looks.set(id, { system, plot });
      if (system.x.length > promptStates) lookApart(id, system, plot);
      else port.postMessage({ do: "analyse", id, system, plot });
    }
    watch();
  }

  function lookApart(id: number, system: SystemView, plot: AnalysisPlot): void {
    const own = start();
    apart.set(id, own);
    const done = (reply: Reply): void => {
      endApart(id);
      receive(reply);
    };
    own.onmessage = ({ data: [reply] }) => reply && done(reply);
    own.onerror = (event) => {
      event.preventDefault?.();
      done({ kind: "failed", id, message: event.message });
    };
    own.postMessage({ do: "analyse", id, system, plot });
  }

  function endApart(id: number): void {
    apart.get(id)?.terminate();
    apart.delete(id);
  }

  /** The live system takes a while: what is shown of it, or on its way, stays where nothing of it has changed. */
  function lookAtLarge(system: SystemView): void {
    const plot = useView.getState().analysisPlot;
    if (large?.plot === plot && sameSystem(large.system, system)) return;
    leaveLarge();
    large = { system, plot, id: nextId++ };
    const states = system.x.length;
    useAnalysis.setState(({ view }) => ({
      system,
      large: { states, phase: "working" },
      view: view && plotOf(view) === plot ? view : undefined,
    }));
    lookApart(large.id, system, plot);
  }

  function leaveLarge(): void {
    if (large) endApart(large.id);
    large = undefined;
  }

  function watch(): void {
    clearTimeout(watchdog);
    const patience = searches.size > 0 ? searchMilliseconds : hungMilliseconds;
    const looking = [...looks.keys()].some((id) => !apart.has(id));
    if (isBusy() || waiting.size + asked.size > 0 || looking)
      watchdog = setTimeout(() => restart("engine.hung"), patience);
  }

  /** Something is still to come for the drawing. */
  const isBusy = (): boolean => (flight !== undefined && !flight.answered) || runs.size > 0;

  function ask(document: LazoDocument, run: boolean): void {
    // A run that was asked for by name is not lost to a later change that only compiles.
    queued = { document, run: run || (queued?.run ?? false) };
    // Edits that are made together go out as one. Moves of a pointer come once a frame by themselves.
    if (!soon) queueMicrotask(send);
    soon = true;
  }

  function send(): void {
    soon = false;
    if (!queued) return;
    // With live mode off a run goes on while the drawing changes; its results will be marked as of an earlier version.
    if (runs.size > 0 && !queued.run) return;
    // One at a time, so that nothing ever queues in the worker: what is newest when the answer comes is asked next.
    if (flight && !flight.answered) {
      const age = performance.now() - flight.at;
      if (age < graceMilliseconds) {
        graceTimer ??= setTimeout(() => {
          graceTimer = undefined;
          send();
        }, graceMilliseconds - age);
        return;
      }
    }
    clearTimeout(graceTimer);
    graceTimer = undefined;
    const { document, run } = queued;
    queued = undefined;
    flight = { id: nextId++, at: performance.now(), document, answered: false };
    if (run) runs.set(flight.id, document);
    newestSent = flight.id;
    useResults.setState({ phase: "compiling", progress: 0 });
    const point = usePoint.getState().request;
    const view = useView.getState();
    const analyse = looksAtAnalysis(view) ? view.analysisPlot : undefined;
    const designing = waitingIn(document);
    port.postMessage({
      do: "update",
      id: flight.id,
      document,
      run,
      ...(point ? { point } : {}),
      ...(analyse ? { analyse } : {}),
      ...(designing.length > 0 ? { designing } : {}),
    });
    watch();
  }

  /** What is being computed has these numbers already, so that they are no new drawing to compute. */
  function takeFilled(designs: { readonly [block: string]: DesignView }): void {
    const same = flight?.document === useDocument.getState().document;
    followed = same;
    takeDesigns(designs);
    followed = false;
    const { document } = useDocument.getState();
    if (flight && same) {
      flight = { ...flight, document };
      if (runs.has(flight.id)) runs.set(flight.id, document);
    }
    if (useDesigns.getState().waiting.size > 0)
      ask(document, useView.getState().live && useDocument.getState().trust === "free");
  }

  /** What was asked last is answered, but for its run. */
  function answered(): void {
    if (flight) flight = { ...flight, answered: true };
    settle();
    if (queued) send();
  }

  /** The run of this flight, and of those before it, will not come any more. */
  function forget(id: number): void {
    for (const older of runs.keys()) if (older <= id) runs.delete(older);
    settle();
    if (queued) send();
  }

  function settle(): void {
    if (!isBusy()) useResults.setState({ phase: "idle", progress: 0 });
  }

  function receive(reply: Reply): void {
    if (reply.kind === "exported") {
      const answer = waiting.get(reply.id);
      waiting.delete(reply.id);
      answer?.({
        name: reply.name,
        problems: reply.problems,
        ...(reply.text === undefined ? {} : { text: reply.text }),
      });
      watch();
      return;
    }
    if (reply.kind === "answer") {
      asked.get(reply.id)?.(reply.answer);
      asked.delete(reply.id);
      searches.delete(reply.id);
      watch();
      return;
    }
    if (reply.kind === "failed" && (waiting.has(reply.id) || asked.has(reply.id))) {
      waiting.get(reply.id)?.({ name: "", problems: [] });
      waiting.delete(reply.id);
      asked.get(reply.id)?.(undefined);
      asked.delete(reply.id);
      searches.delete(reply.id);
      useResults.setState({ error: "engine.failed" });
      console.error(reply.message);
      return;
    }
    const look = looks.get(reply.id);
    if (look && (reply.kind === "analysed" || reply.kind === "failed")) {
      looks.delete(reply.id);
      const analysis = reply.kind === "analysed" ? reply.analysis : ({ kind: "refused", problems: [] } as const);
      if (reply.kind === "failed") console.error(reply.message);
      useAnalysis.setState(({ kept }) => ({
        kept: kept.map((one) =>
          one.system === look.system ? { ...one, views: { ...one.views, [look.plot]: analysis } } : one,
        ),
      }));
      watch();
      return;
    }
    if (large && reply.id === large.id) {
      if (reply.kind === "failed") console.error(reply.message);
      const view = reply.kind === "analysed" ? reply.analysis : ({ kind: "refused", problems: [] } as const);
      useAnalysis.setState({ view, large: undefined });
      return;
    }
    if (reply.kind === "analysed") {
      const { id, analysis, system } = reply;
      if (id < firstOfDocument) return;
      if (analysis.kind === "large" && system) return lookAtLarge(system);
      leaveLarge();
      // It may come after its flight has landed; the worker answers in the order of asking, so the last one is the newest.
      useAnalysis.setState({ view: analysis, system, large: undefined });
      return;
    }
    if (reply.kind === "needless") {
      // It comes when its flight has landed.
      const { problems } = reply;
      if (reply.id === newestSent && reply.id >= firstOfDocument)
        useResults.setState(({ compiled }) =>
          compiled?.ok ? { compiled: withSame(compiled, { ...compiled, needless: problems }) } : {},
        );
      return;
    }
    if (reply.kind === "designed") {
      if (reply.id !== newestSent) return;
      // Numbers of an older drawing are on their way to those of the present one: shown, but still waited for.
      if (queued) showNumbers(reply.designs);
      else takeFilled(reply.designs);
      return;
    }
    if (reply.kind === "ran" || reply.kind === "progress") {
      // It may be a moment behind the drawing, as it goes on while a newer one is compiled.
      const of = runs.get(reply.id);
      if (!of) return;
      if (reply.kind === "progress") useResults.setState({ phase: "running", progress: reply.fraction });
      else {
        // Cancelled before its first sample: the last plot is worth more than an empty one.
        if (reply.run.result.status !== "cancelled" || reply.run.result.t.length > 0) {
          shown = of;
          const stale = useDocument.getState().document !== shown && flight?.id === reply.id && !queued;
          useResults.setState({ run: reply.run, ranOf: shown, stale });
        }
        forget(reply.id);
      }
      watch();
      return;
    }
    if (!flight || reply.id !== flight.id) {
      if (reply.kind === "failed") forget(reply.id);
      return;
    }
    switch (reply.kind) {
      case "compiled": {
        const waits = reply.compiled.pending === true;
        if (!reply.compiled.ok) forget(reply.id);
        const running = reply.compiled.ok && (waits || runs.size > 0);
        useResults.setState((before) => ({
          // Until the new matrices are there, the old ones are worth more than none.
          compiled: withSame(before.compiled, {
            ...reply.compiled,
            ...(waits && before.compiled && linearOf(before.compiled)),
            ...(reply.compiled.ok && before.compiled?.needless && { needless: before.compiled.needless }),
          }),
          error: undefined,
          phase: running ? "running" : "idle",
          stale: before.run !== undefined && shown !== flight?.document && !running,
        }));
        if (!waits) answered();
        break;
      }
      case "linearized":
        useResults.setState(({ compiled }) => {
          if (!compiled) return {};
          const { ok, problems, widths, rates, counts, milliseconds, needless = [] } = compiled;
          return { compiled: { ok, problems, widths, rates, counts, milliseconds, needless, ...reply.linear } };
        });
        answered();
        break;
      case "failed":
        console.error(reply.message);
        useResults.setState({ error: "engine.failed" });
        forget(reply.id);
        answered();
        break;
    }
    watch();
  }

  const stopDocuments = useDocument.subscribe((state, before) => {
    if ((state.document === before.document && state.trust === before.trust) || followed) return;
    if (state.opened !== before.opened) {
      flight = undefined;
      runs.clear();
      shown = undefined;
      firstOfDocument = nextId;
      looks.clear();
      large = undefined;
      for (const id of apart.keys()) endApart(id);
      useAnalysis.setState(nothingAnalysed);
      useDesigns.setState({ views: {}, waiting: new Map() });
      useResults.setState(noResults, true);
    }
    ask(state.document, useView.getState().live && state.trust === "free");
  });
  const stopPoint = usePoint.subscribe((state, before) => {
    if (state.request !== before.request) ask(useDocument.getState().document, false);
  });
  const stopView = useView.subscribe((state, before) => {
    if (state.live && !before.live && useDocument.getState().trust === "free")
      ask(useDocument.getState().document, true);
    const another = !looksAtAnalysis(before) || state.analysisPlot !== before.analysisPlot;
    if (looksAtAnalysis(state) && another) ask(useDocument.getState().document, false);
    lookAtKept();
  });
  const stopKept = useAnalysis.subscribe((state, before) => {
    if (state.kept !== before.kept) lookAtKept();
    if (!large || state.large === before.large) return;
    if (state.large?.phase === "stopped") endApart(large.id);
    else if (before.large?.phase === "stopped" && state.large) lookApart(large.id, large.system, large.plot);
  });

  const { document, trust } = useDocument.getState();
  ask(document, useView.getState().live && trust === "free");

  return {
    run() {
      useDocument.getState().allowRun();
      ask(useDocument.getState().document, true);
    },
    cancel() {
      queued = undefined;
      if (!isBusy()) return;
      const cancelled = newestSent;
      port.postMessage({ do: "cancel" });
      setTimeout(() => {
        if (newestSent === cancelled && isBusy()) restart(undefined);
      }, obeyMilliseconds);
    },
    export(model, to) {
      const id = nextId++;
      return new Promise((answer) => {
        waiting.set(id, answer);
        port.postMessage({ do: "export", id, document: model, to });
        watch();
      });
    },
    ask(model, question) {
      const id = nextId++;
      return new Promise((done) => {
        asked.set(id, done);
        if (question.kind === "trim") searches.add(id);
        port.postMessage({ do: "ask", id, document: model, question });
        watch();
      });
    },
    giveUp() {
      if (asked.size > 0) restart(undefined);
    },
    stop() {
      stopDocuments();
      stopView();
      stopKept();
      stopPoint();
      clearTimeout(watchdog);
      clearTimeout(graceTimer);
      for (const id of apart.keys()) endApart(id);
      port.terminate();
    },
  };
}
