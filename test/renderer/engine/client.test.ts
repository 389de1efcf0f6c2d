import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startClient } from "../../../renderer/engine/client.ts";
import type { Client, Port } from "../../../renderer/engine/client.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import type { CompiledView, DesignView, Reply, Request, RunView } from "../../../renderer/engine/protocol.ts";
import { changeDesign, useDesigns } from "../../../renderer/store/designs.ts";
import { emptyDocument, useDocument } from "../../../renderer/store/document.ts";
import { resumeLarge, stopLarge, useAnalysis } from "../../../renderer/store/analysis.ts";
import { usePoint } from "../../../renderer/store/point.ts";
import { noResults, useResults } from "../../../renderer/store/results.ts";
import { useView } from "../../../renderer/store/view.ts";

vi.mock("../../../renderer/engine/workerUrl.ts", () => ({
  startWorker: () => {
    throw new Error("tests bring their own");
  },
}));

class FakeWorker implements Port {
  readonly sent: Request[] = [];
  ended = false;
  onmessage: Port["onmessage"] = null;
  onerror: Port["onerror"] = null;
  postMessage(request: Request) {
    this.sent.push(request);
  }
  terminate() {
    this.ended = true;
  }
  answer(...replies: Reply[]) {
    this.onmessage?.({ data: replies } as unknown as MessageEvent<readonly Reply[]>);
  }
  get last() {
    return this.sent.at(-1) as Extract<Request, { do: "update" }>;
  }
}

const compiled: CompiledView = {
  ok: true,
  problems: [],
  widths: {},
  rates: {},
  linearProblems: [],
  counts: { states: 0, inputs: 0, outputs: 0, blocks: 0 },
  milliseconds: 1,
};
const run = (status: RunView["result"]["status"] = "finished", samples = 2): RunView => ({
  result: {
    status,
    t: new Float64Array(samples),
    traces: [],
    events: [],
    problems: [],
    method: "exact",
    counts: { steps: 1, rejected: 0, evaluations: 1 },
  },
  views: [],
  milliseconds: 1,
});

let workers: FakeWorker[];
let client: Client;
const worker = () => workers.at(-1)!;
const frame = async () => {
  await Promise.resolve();
  vi.advanceTimersByTime(20);
  await Promise.resolve();
};
const rename = (name: string) => useDocument.getState().edit((document) => ({ ...document, name }));

beforeEach(async () => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "performance"],
  });
  useDocument.getState().replace(emptyDocument);
  useResults.setState(noResults, true);
  useView.getState().set({ live: true });
  workers = [];
  client = startClient(() => {
    workers.push(new FakeWorker());
    return worker();
  });
  await frame();
});
afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

describe("the newest wins", () => {
  test("edits within a frame go out as one", async () => {
    worker().answer({ kind: "compiled", id: worker().last.id, compiled });
    worker().answer({ kind: "ran", id: worker().last.id, run: run() });
    const before = worker().sent.length;
    rename("a");
    rename("b");
    await frame();
    expect(worker().sent).toHaveLength(before + 1);
    expect(worker().last.document.name).toBe("b");
    expect(worker().last.run).toBe(true);
  });

  test("while the first answer is waited for only the newest document is kept, and it goes out as the answer comes", async () => {
    const { id } = worker().last;
    for (const name of ["a", "b", "c"]) {
      rename(name);
      await frame();
    }
    expect(worker().sent).toHaveLength(1);
    worker().answer({ kind: "compiled", id, compiled });
    expect(worker().sent).toHaveLength(2);
    expect(worker().last.document.name).toBe("c");
    // A run that is going on does not keep the next drawing waiting.
    rename("d");
    await frame();
    worker().answer({ kind: "compiled", id: worker().last.id, compiled });
    expect(worker().sent).toHaveLength(3);
    expect(worker().last.document.name).toBe("d");
  });

  test("an answer that takes long is overtaken", async () => {
    rename("a");
    await frame();
    expect(worker().sent).toHaveLength(1);
    vi.advanceTimersByTime(200);
    expect(worker().sent).toHaveLength(2);
    const [first, second] = worker().sent as Extract<Request, { do: "update" }>[];
    worker().answer({ kind: "compiled", id: first!.id, compiled: { ...compiled, milliseconds: 7 } });
    expect(useResults.getState().compiled).toBeUndefined();
    worker().answer({ kind: "compiled", id: second!.id, compiled });
    expect(useResults.getState().compiled?.milliseconds).toBe(1);
  });

  test("a run of the drawing before is shown until the newer one is there, never after it, and the window stays busy", async () => {
    const first = worker().last;
    worker().answer({ kind: "compiled", id: first.id, compiled });
    rename("a");
    await frame();
    const second = worker().last;
    expect(second.id).toBeGreaterThan(first.id);
    worker().answer({ kind: "compiled", id: second.id, compiled });
    const [older, newer, late] = [run(), run(), run()];
    worker().answer({ kind: "ran", id: first.id, run: older });
    expect(useResults.getState()).toMatchObject({ phase: "running", stale: false });
    expect(useResults.getState().run).toBe(older);
    expect(useResults.getState().ranOf).toBe(first.document);
    worker().answer({ kind: "ran", id: second.id, run: newer });
    worker().answer({ kind: "ran", id: first.id, run: late });
    expect(useResults.getState()).toMatchObject({ phase: "idle", stale: false });
    expect(useResults.getState().run).toBe(newer);
  });

  test("what an answer says again keeps its identity", async () => {
    worker().answer({ kind: "compiled", id: worker().last.id, compiled });
    const before = useResults.getState().compiled!;
    rename("a");
    await frame();
    worker().answer({
      kind: "compiled",
      id: worker().last.id,
      compiled: { ...structuredClone(compiled), milliseconds: 9 },
    });
    const now = useResults.getState().compiled!;
    expect(now.milliseconds).toBe(9);
    for (const part of ["problems", "widths", "rates", "counts"] as const) expect(now[part]).toBe(before[part]);
  });

  test("another document: results of the one before are gone, and its answers too", async () => {
    const { id } = worker().last;
    worker().answer({ kind: "compiled", id, compiled });
    useDocument.getState().replace({ ...emptyDocument, name: "other" });
    worker().answer({ kind: "ran", id, run: run() });
    expect(useResults.getState().run).toBeUndefined();
    expect(useResults.getState().compiled).toBeUndefined();
    await frame();
    expect(worker().last.document.name).toBe("other");
  });
});

describe("live and not", () => {
  test("a file of somebody else is compiled but not run until it is asked for", async () => {
    useDocument
      .getState()
      .replace({ ...emptyDocument, name: "theirs" }, { name: "theirs.lazo", token: "1" }, { trust: "asked" });
    await frame();
    expect(worker().last).toMatchObject({ run: false, document: { name: "theirs" } });
    worker().answer({ kind: "compiled", id: worker().last.id, compiled });
    expect(useResults.getState().phase).toBe("idle");
    client.run();
    await frame();
    expect(worker().last.run).toBe(true);
    expect(useDocument.getState().trust).toBe("free");
  });

  test("with live off, an edit leaves the run alone and marks it as of an earlier version", async () => {
    worker().answer({ kind: "compiled", id: worker().last.id, compiled });
    worker().answer({ kind: "ran", id: worker().last.id, run: run() });
    useView.getState().set({ live: false });
    rename("a");
    await frame();
    expect(worker().last.run).toBe(false);
    worker().answer({ kind: "compiled", id: worker().last.id, compiled });
    expect(useResults.getState().stale).toBe(true);
    expect(useResults.getState().run).toBeDefined();
  });
});

describe("a worker in trouble", () => {
  test("cancel is obeyed, and the part that was computed is shown", async () => {
    const { id } = worker().last;
    worker().answer({ kind: "compiled", id, compiled });
    worker().answer({ kind: "progress", id, fraction: 0.5 });
    expect(useResults.getState()).toMatchObject({ phase: "running", progress: 0.5 });
    client.cancel();
    expect(worker().sent.at(-1)).toEqual({ do: "cancel" });
    worker().answer({ kind: "ran", id, run: run("cancelled") });
    expect(useResults.getState()).toMatchObject({ phase: "idle", run: { result: { status: "cancelled" } } });
    vi.advanceTimersByTime(1000);
    expect(workers).toHaveLength(1);
  });

  test("one that does not obey a cancel is ended, and the next edit is computed by a new one", async () => {
    client.cancel();
    vi.advanceTimersByTime(400);
    expect(workers).toHaveLength(2);
    expect(workers[0]!.ended).toBe(true);
    expect(useResults.getState()).toMatchObject({ phase: "idle", error: undefined });
    rename("a");
    await frame();
    expect(worker().last.document.name).toBe("a");
  });

  test("one that is silent for too long is started anew, and the user is told", async () => {
    vi.advanceTimersByTime(16_000);
    expect(workers).toHaveLength(2);
    expect(useResults.getState().error).toBe("engine.hung");
  });

  test("progress is a sign of life", async () => {
    const { id } = worker().last;
    worker().answer({ kind: "compiled", id, compiled });
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(10_000);
      worker().answer({ kind: "progress", id, fraction: i / 5 });
    }
    expect(workers).toHaveLength(1);
  });

  test("a fault of the engine is told, and waiting exports are answered", async () => {
    const answer = client.export(emptyDocument, "json");
    const sent = worker();
    sent.onerror?.({ preventDefault() {} } as ErrorEvent);
    expect(await answer).toEqual({ name: "", problems: [] });
    expect(useResults.getState().error).toBe("engine.failed");
    expect(workers).toHaveLength(2);
  });
});

test("an export is answered by its own id", async () => {
  const answer = client.export(emptyDocument, "ts");
  const request = worker().sent.at(-1) as Extract<Request, { do: "export" }>;
  expect(request).toMatchObject({ do: "export", to: "ts" });
  worker().answer({ kind: "exported", id: request.id, name: "a.ts", text: "export {}", problems: [] });
  expect(await answer).toEqual({ name: "a.ts", text: "export {}", problems: [] });
});

describe("operating points and questions", () => {
  const answered = () => {
    worker().answer({ kind: "compiled", id: worker().last.id, compiled });
    worker().answer({ kind: "ran", id: worker().last.id, run: run() });
  };
  const matrices: CompiledView["matrices"] = [
    {
      name: "A",
      rows: ["x"],
      cols: ["x"],
      starts: Int32Array.of(0, 1),
      columns: Int32Array.of(0),
      values: Float64Array.of(1),
    },
  ];

  test("a chosen point goes with the next update, which runs nothing; another document knows nothing of it", async () => {
    answered();
    usePoint.getState().set({ at: { kind: "time", t: 2 } });
    await frame();
    expect(worker().last).toMatchObject({ run: false, point: { at: { kind: "time", t: 2 } } });
    useDocument.getState().replace({ ...emptyDocument, name: "other" });
    await frame();
    vi.advanceTimersByTime(200);
    expect(worker().last.point).toBeUndefined();
  });

  test("old matrices stay until the new ones are there", async () => {
    worker().answer({ kind: "compiled", id: worker().last.id, compiled: { ...compiled, matrices } });
    worker().answer({ kind: "ran", id: worker().last.id, run: run() });
    usePoint.getState().set({ at: { kind: "time", t: 2 } });
    await frame();
    const { id } = worker().last;
    worker().answer({ kind: "compiled", id, compiled: { ...compiled, pending: true } });
    expect(useResults.getState().compiled?.matrices).toBe(matrices);
    expect(useResults.getState().phase).toBe("running");
    worker().answer({ kind: "linearized", id, linear: { linearProblems: [], t: 2 } });
    expect(useResults.getState().compiled).toMatchObject({ t: 2 });
    expect(useResults.getState().compiled?.matrices).toBeUndefined();
    expect(useResults.getState().phase).toBe("idle");
    usePoint.getState().set({ at: { kind: "start" } });
  });

  test("a question gets its answer; given up, or with the engine gone, none", async () => {
    answered();
    const first = client.ask(emptyDocument, { kind: "order" });
    const { id } = worker().last;
    worker().answer({ kind: "answer", id, answer: { kind: "order", entries: [] } });
    expect(await first).toEqual({ kind: "order", entries: [] });
    const second = client.ask(emptyDocument, { kind: "order" });
    const busy = worker();
    client.giveUp();
    expect(await second).toBeUndefined();
    expect(busy.ended).toBe(true);
    expect(workers).toHaveLength(2);
    client.giveUp();
    expect(workers).toHaveLength(2);
  });
});

describe("designs while they are dragged", () => {
  const held = (gain: string, R: string): LazoDocument => ({
    ...emptyDocument,
    root: {
      ...emptyDocument.root,
      blocks: [
        {
          id: "k",
          name: "K",
          type: "gain",
          version: 1,
          params: { gain },
          at: { x: 0, y: 0 },
          design: { method: "lqr", fields: { R } },
        },
      ],
    },
  });
  const view = (gain: string): DesignView => ({
    ok: true,
    params: { gain },
    follows: false,
    planned: [[-1, 0]],
    time: { kind: "continuous" },
  });
  const gain = () => useDocument.getState().document.root.blocks[0]!.params["gain"];
  const move = (R: string) => changeDesign("k", { method: "lqr", fields: { R } }, "drag");

  test("the engine fills in the numbers and goes on with them: what they change is no new drawing", async () => {
    useDocument.getState().replace(held("1", "1"));
    await frame();
    worker().answer({ kind: "compiled", id: worker().last.id, compiled });
    worker().answer({ kind: "ran", id: worker().last.id, run: run() });
    move("4");
    await frame();
    const { id, designing } = worker().last;
    expect(designing).toEqual(["k"]);
    const asked = worker().sent.length;
    worker().answer({ kind: "designed", id, designs: { k: view("2") } });
    expect(gain()).toBe("2");
    expect(useDesigns.getState().views["k"]).toMatchObject({ follows: true, poles: [[-1, 0]] });
    await frame();
    worker().answer({ kind: "compiled", id, compiled });
    worker().answer({ kind: "ran", id, run: run() });
    await frame();
    expect(worker().sent.length).toBe(asked);
    expect(useResults.getState()).toMatchObject({ stale: false, phase: "idle" });
    expect(useResults.getState().ranOf).toBe(useDocument.getState().document);
    useDocument.getState().undo();
    expect(gain()).toBe("1");
  });

  test("while the pointer goes on the numbers of a moment ago show, and the last ones come", async () => {
    useDocument.getState().replace(held("1", "1"));
    await frame();
    worker().answer({ kind: "compiled", id: worker().last.id, compiled });
    worker().answer({ kind: "ran", id: worker().last.id, run: run() });
    move("4");
    await frame();
    const first = worker().last.id;
    move("9");
    worker().answer({ kind: "designed", id: first, designs: { k: view("2") } });
    expect(gain()).toBe("2");
    worker().answer({ kind: "compiled", id: first, compiled });
    worker().answer({ kind: "ran", id: first, run: run() });
    await frame();
    const second = worker().last;
    expect(second.id).toBeGreaterThan(first);
    expect(second.designing).toEqual(["k"]);
    expect(second.document.root.blocks[0]!.design!.fields["R"]).toBe("9");
    worker().answer({ kind: "designed", id: second.id, designs: { k: view("3") } });
    expect(gain()).toBe("3");
  });
});

test("a design that is undone while it is computed leaves no numbers behind", async () => {
  const block = {
    id: "k",
    name: "K",
    type: "gain",
    version: 1,
    params: { gain: "1" },
    at: { x: 0, y: 0 },
    design: { method: "lqr", fields: { R: "1" } },
  } as const;
  useDocument.getState().replace({ ...emptyDocument, root: { ...emptyDocument.root, blocks: [block] } });
  await frame();
  worker().answer({ kind: "compiled", id: worker().last.id, compiled });
  worker().answer({ kind: "ran", id: worker().last.id, run: run() });
  changeDesign("k", { method: "lqr", fields: { R: "4" } }, "drag");
  await frame();
  const first = worker().last.id;
  useDocument.getState().undo();
  const view: DesignView = {
    ok: true,
    params: { gain: "2" },
    follows: false,
    planned: [],
    time: { kind: "continuous" },
  };
  worker().answer({ kind: "designed", id: first, designs: { k: view } });
  expect(useDocument.getState().document.root.blocks[0]).toEqual(block);
  worker().answer({ kind: "compiled", id: first, compiled });
  worker().answer({ kind: "ran", id: first, run: run() });
  await frame();
  expect(worker().last.id).toBeGreaterThan(first);
  expect(worker().last.designing).toBeUndefined();
});

describe("kept systems", () => {
  const system = {
    A: Float64Array.of(-1),
    B: Float64Array.of(1),
    C: Float64Array.of(1),
    D: Float64Array.of(0),
    time: { kind: "continuous" },
    u: ["u"],
    x: ["x"],
    y: ["y"],
    loop: false,
    exact: true,
    t: 0,
    delays: false,
  } as const;
  const looks = () => worker().sent.flatMap((request) => (request.do === "analyse" ? [request] : []));

  test("each is looked at once a plot, and only while the tab is open", async () => {
    const { document } = useDocument.getState();
    useView.getState().set({ dockOpen: true, dockTab: "scope", analysisPlot: "bode" });
    useAnalysis.setState({ kept: [{ number: 1, place: 0, hidden: false, system, of: document, views: {} }] });
    expect(looks()).toEqual([]);
    useView.getState().set({ dockTab: "analyse" });
    expect(looks().map(({ plot }) => plot)).toEqual(["bode"]);
    useView.getState().set({ analysisPlot: "step" });
    useView.getState().set({ analysisPlot: "bode" });
    expect(looks().map(({ plot }) => plot)).toEqual(["bode", "step"]);
    worker().answer({ kind: "analysed", id: looks()[0]!.id, analysis: { kind: "static" } });
    expect(useAnalysis.getState().kept[0]!.views).toEqual({ bode: { kind: "static" } });
    worker().answer({ kind: "failed", id: looks()[1]!.id, message: "told by a test" });
    expect(useAnalysis.getState().kept[0]!.views.step).toEqual({ kind: "refused", problems: [] });
    expect(looks()).toHaveLength(2);
    useAnalysis.setState({ kept: [] });
    useView.getState().set({ dockTab: "scope" });
  });

  test("a large system is looked at by a worker of its own, which a change of it ends; stopped, it begins again when asked", async () => {
    const states = Array.from({ length: 200 }, (_, i) => `x${i}`);
    const large = { ...system, x: states, A: new Float64Array(40_000) };
    const main = worker();
    const reply = (of: typeof large) =>
      main.answer({ kind: "analysed", id: main.last.id, analysis: { kind: "large", states: 200 }, system: of });
    const now = () => useAnalysis.getState();
    useView.getState().set({ dockOpen: true, dockTab: "analyse", analysisPlot: "bode" });
    await frame();
    reply(large);
    expect(now()).toMatchObject({ view: undefined, large: { states: 200, phase: "working" } });
    const first = worker();
    expect(first.sent).toEqual([expect.objectContaining({ do: "analyse", system: large, plot: "bode" })]);
    // The same system after another edit is still on its way.
    reply({ ...large, A: large.A.slice() });
    expect(worker()).toBe(first);
    expect(first.ended).toBe(false);
    const changed = { ...large, A: large.A.slice().fill(1, 0, 1) };
    reply(changed);
    expect(first.ended).toBe(true);
    stopLarge();
    expect(worker().ended).toBe(true);
    expect(now()).toMatchObject({ view: undefined, large: { phase: "stopped" } });
    resumeLarge();
    const last = worker();
    expect(last.sent).toEqual([expect.objectContaining({ system: changed, plot: "bode" })]);
    last.answer({ kind: "analysed", id: last.last.id, analysis: { kind: "static" } });
    expect(last.ended).toBe(true);
    expect(now()).toMatchObject({ view: { kind: "static" }, large: undefined, system: changed });
    // Kept, it is looked at apart too, and the engine that compiles is left alone.
    const kept = { number: 1, place: 0, hidden: false, system: large, of: useDocument.getState().document, views: {} };
    useAnalysis.setState({ kept: [kept] });
    expect(worker().sent).toEqual([expect.objectContaining({ do: "analyse", system: large })]);
    expect(main.ended).toBe(false);
    useDocument.getState().replace({ ...emptyDocument });
    expect(worker().ended).toBe(true);
    useView.getState().set({ dockTab: "scope" });
  });
});
