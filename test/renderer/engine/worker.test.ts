import { readFileSync } from "node:fs";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { dynamics } from "../../../core/analysis/dynamics.ts";
import { compile } from "../../../core/compile/compile.ts";
import { trace } from "../../../core/compile/trace.ts";
import { setDesign } from "../../../core/diagram/design.ts";
import { attachFile, namedFiles } from "../../../core/diagram/dataFiles.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { readDocument } from "../../../core/diagram/schema.ts";
import { entryAt } from "../../../renderer/store/entryAt.ts";
import { draw } from "../../core/drawing.ts";
import type {
  AnalysisCurve,
  AnalysisPlot,
  LinearView,
  PointRequest,
  Question,
  Reply,
  Request,
} from "../../../renderer/engine/protocol.ts";

vi.mock("../../../core/compile/trace.ts", async (original) => {
  const real = await original<typeof import("../../../core/compile/trace.ts")>();
  return { ...real, trace: vi.fn(real.trace) };
});

vi.mock("../../../core/compile/compile.ts", async (original) => {
  const real = await original<typeof import("../../../core/compile/compile.ts")>();
  return { ...real, compile: vi.fn(real.compile) };
});
vi.mock("../../../core/analysis/dynamics.ts", async (original) => {
  const real = await original<typeof import("../../../core/analysis/dynamics.ts")>();
  return { ...real, dynamics: vi.fn(real.dynamics) };
});

const scope = globalThis as unknown as { postMessage: unknown; onmessage: (event: { data: Request }) => void };

function example(id: string, change: (document: LazoDocument) => LazoDocument = (document) => document): LazoDocument {
  const read = readDocument(readFileSync(`examples/${id}.lazo`, "utf8"));
  if (!read.ok) throw new Error(read.problems[0]?.message);
  const whole = namedFiles(read.document).reduce(
    (document, name) => attachFile(document, name, readFileSync(`examples/${name}`, "utf8")),
    read.document,
  );
  return change(whole);
}

let replies: Reply[];
let transferred: Transferable[][];
let messages: Reply["kind"][][];
let heard: (() => boolean)[] = [];
const ask = (request: Request) => scope.onmessage({ data: request });
const kinds = (id: number) => replies.filter((reply) => reply.id === id).map((reply) => reply.kind);
/** By the reply itself, not by a timer: Node lets a busy message port starve timers, which browsers do not. */
const until = (kind: Reply["kind"], id: number): Promise<Reply> =>
  new Promise((found) => {
    const look = () => {
      const reply = replies.find((candidate) => candidate.kind === kind && candidate.id === id);
      if (reply) found(reply);
      return reply !== undefined;
    };
    if (!look()) heard.push(look);
  });

beforeAll(async () => {
  scope.postMessage = (together: readonly Reply[], transfer: Transferable[] = []) => {
    // What cannot be cloned could not leave the worker.
    replies.push(...structuredClone(together));
    messages.push(together.map(({ kind }) => kind));
    transferred.push(transfer);
    heard = heard.filter((look) => !look());
  };
  await import("../../../renderer/engine/worker.ts");
});
beforeEach(() => {
  replies = [];
  transferred = [];
  messages = [];
});
afterEach(() => expect(replies.filter((reply) => reply.kind === "failed")).toEqual([]));

/** Without damping it swings for ever, and takes seconds. */
const long = () =>
  example("pendulum", (document) => ({
    ...document,
    variables: document.variables.map((variable) => (variable.name === "d" ? { ...variable, value: "0" } : variable)),
    run: { ...document.run, stop: "1e6", step: "10" },
  }));

describe("update", () => {
  test("compiles, then runs: exact matrices with the origin of every entry, and samples to move", async () => {
    ask({ do: "update", id: 1, document: example("island"), run: true });
    const ran = await until("ran", 1);
    expect(kinds(1)).toEqual(["compiled", "ran"]);
    const [compiled] = replies;
    if (compiled?.kind !== "compiled" || ran.kind !== "ran") throw new Error("of other kinds");
    const view = compiled.compiled;
    expect(view).toMatchObject({
      ok: true,
      exact: true,
      time: { kind: "continuous" },
      counts: { states: 2, inputs: 1, outputs: 4 },
    });
    const matrix = (name: string) => view.matrices!.find((m) => m.name === name)!;
    const A = matrix("A");
    expect(A.rows).toEqual(["fish", "pelicans"]);
    expect(A.rows.map((_, row) => A.cols.map((__, col) => entryAt(A, row, col)))).toEqual([
      [0.5, -4],
      [0.1, -0.05],
    ]);
    expect(matrix("B").origin![0]![0]!.wires.length).toBeGreaterThan(0);
    expect(view.eigenvalues).toHaveLength(2);
    expect(ran.run.result).toMatchObject({ status: "finished" });
    expect(ran.run.views.length).toBeGreaterThan(0);
    for (const { traces } of ran.run.views)
      for (const index of traces) expect(ran.run.result.traces[index]).toBeDefined();
    expect(transferred.at(-1)!.length).toBeGreaterThan(0);
  });

  test("without run it only compiles; a broken drawing is told and not run", async () => {
    ask({ do: "update", id: 2, document: example("island"), run: false });
    await until("compiled", 2);
    ask({
      do: "update",
      id: 3,
      document: example("island", (d) => ({ ...d, run: { ...d.run, stop: "nothing" } })),
      run: true,
    });
    const broken = await until("compiled", 3);
    ask({ do: "update", id: 4, document: example("rlc"), run: false });
    await until("compiled", 4);
    expect(broken).toMatchObject({ compiled: { ok: false, problems: [{ path: "run.stop" }] } });
    expect(replies.every((reply) => reply.kind === "compiled")).toBe(true);
  });

  test("a newer one is answered while an older one runs: its run comes next, and of those in between there is none", async () => {
    const swings = (stop: string) => example("pendulum", (d) => ({ ...d, run: { ...d.run, stop, step: "0.001" } }));
    ask({ do: "update", id: 50, document: swings("400"), run: true });
    await until("compiled", 50);
    ask({ do: "update", id: 51, document: swings("300"), run: true });
    ask({ do: "update", id: 52, document: swings("2"), run: true });
    await until("ran", 52);
    const order = replies.map(({ kind, id }) => `${kind} ${id}`);
    expect(order).not.toContain("compiled 51");
    expect(order).not.toContain("ran 51");
    // A machine that is slow has given it up by now.
    const older = order.indexOf("ran 50");
    if (older >= 0) expect(older).toBeGreaterThan(order.indexOf("compiled 52"));
    expect(order.indexOf("compiled 52")).toBeGreaterThan(0);
  });

  test("a design that is dragged: what follows is one message, in which nothing was traced again; told as it is found where it takes long", async () => {
    const drawn = draw({ F: ["input"], Plant: ["state"], y: ["output"], K: ["gain"] }, [
      "F -> Plant",
      ["Plant -> Plant", "2"],
      "Plant -> y",
      "Plant -> K",
      ["K -> Plant", "-1"],
    ]);
    const id = drawn.root.blocks.find(({ name }) => name === "K")!.id;
    const clock = vi.spyOn(performance, "now");
    const move = async (k: number, milliseconds: number) => {
      let now = 0;
      clock.mockImplementation(() => (now += milliseconds));
      const document = setDesign(drawn, id, { method: "lqr", fields: { Q: "1", R: String(k) } });
      ask({ do: "update", id: 60 + k, document, run: false, analyse: "poleZero", designing: [id] });
      await until("needless", 60 + k);
      return messages.splice(0);
    };
    await move(1, 0);
    const traced = vi.mocked(trace).mock.calls.length;
    expect(traced).toBeGreaterThan(0);
    expect(await move(4, 0)).toEqual([["designed", "compiled", "analysed"], ["needless"]]);
    expect(await move(9, 100)).toEqual([["designed", "compiled", "analysed"], ["needless"]]);
    expect(await move(16, 0)).toEqual([["designed"], ["compiled"], ["analysed"], ["needless"]]);
    expect(vi.mocked(trace).mock.calls.length).toBe(traced);
    const gains = replies.flatMap((reply) => {
      const view = reply.kind === "designed" ? reply.designs[id] : undefined;
      return view?.ok ? [Number(view.params["gain"])] : [];
    });
    // k = a + sqrt(a^2 + q / r) with the feedback's sign in the wire, a = 2.
    for (const [i, r] of [1, 4, 9, 16].entries()) expect(gains[i]).toBeCloseTo(2 + Math.sqrt(4 + 1 / r), 6);
    clock.mockRestore();
  });

  test("of a crossover that is dragged the loop is compiled once and its dynamics are found once, and those of the controller", async () => {
    const drawn = example("pid-motor");
    const id = drawn.root.blocks.find(({ name }) => name === "PID")!.id;
    const wire = "wire:" + drawn.root.wires.find(({ from }) => from.block === id)!.id;
    const point: PointRequest = { at: { kind: "start" }, inputs: [wire], outputs: [wire], open: [wire] };
    const move = async (k: number) => {
      const document = setDesign(drawn, id, { method: "tune", fields: { frequency: String(20 + k), margin: "60" } });
      vi.mocked(compile).mockClear();
      vi.mocked(dynamics).mockClear();
      ask({ do: "update", id: 80 + k, document, run: false, point, analyse: "bode", designing: [id] });
      await until("needless", 80 + k);
      const states = vi.mocked(dynamics).mock.calls.map(([model]) => ("x" in model ? model.x.length : Number.NaN));
      return { compiled: vi.mocked(compile).mock.calls.length, states };
    };
    await move(0);
    for (const k of [1, 2, 3]) expect(await move(k)).toEqual({ compiled: 1, states: [2, 5] });
    const views = replies.flatMap((reply) => (reply.kind === "analysed" ? [reply.analysis] : []));
    const crossings = views.map((view) =>
      view.kind === "curves" ? view.margins!.phases.map((one) => one.frequency) : [],
    );
    for (const [k, found] of crossings.entries())
      expect(Math.min(...found.map((w) => Math.abs(w - (20 + k))))).toBeLessThan(1e-6 * (20 + k));
  });

  test("a run that took no time before goes out with its matrices, but where the dock shows an analysis instead", async () => {
    const clock = vi.spyOn(performance, "now").mockReturnValue(performance.now());
    for (const [id, analyse] of [[70], [71], [72, "bode"]] as const) {
      messages = [];
      ask({ do: "update", id, document: example("rlc"), run: true, ...(analyse && { analyse }) });
      await until("needless", id);
      if (id === 71) expect(messages).toEqual([["compiled", "ran"], ["needless"]]);
    }
    expect(messages).toEqual([["compiled", "analysed"], ["ran"], ["needless"]]);
    clock.mockRestore();
  });

  test("a newer one abandons the run of an older one", async () => {
    ask({ do: "update", id: 5, document: long(), run: true });
    await until("compiled", 5);
    ask({ do: "update", id: 6, document: example("pendulum"), run: true });
    await until("ran", 6);
    expect(kinds(5)).not.toContain("ran");
  });

  test("a cancel ends the run with what there is, after progress was told", async () => {
    ask({ do: "update", id: 7, document: long(), run: true });
    const progress = await until("progress", 7);
    expect(progress).toMatchObject({ fraction: expect.any(Number) });
    const began = performance.now();
    ask({ do: "cancel" });
    const ran = await until("ran", 7);
    if (ran.kind !== "ran") throw new Error("of another kind");
    expect(ran.run.result.status).toBe("cancelled");
    expect(ran.run.result.t.length).toBeGreaterThan(0);
    // 100 ms is the promise; a loaded test machine gets more.
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe("export", () => {
  test("gives the model as JSON and TypeScript under the drawing's name", async () => {
    ask({ do: "export", id: 8, document: example("dc-motor", (d) => ({ ...d, name: "../DC: motor*" })), to: "json" });
    ask({ do: "export", id: 9, document: example("dc-motor"), to: "ts" });
    const json = await until("exported", 8);
    const script = await until("exported", 9);
    if (json.kind !== "exported" || script.kind !== "exported") throw new Error("of other kinds");
    expect(json.name).toBe("DC-motor.json");
    expect(JSON.parse(json.text!)).toMatchObject({ format: "lazo-model", name: "../DC: motor*" });
    expect(script.text).toContain("export");
  });

  test("gives problems and no text where the drawing does not compile", async () => {
    ask({ do: "export", id: 10, document: example("rlc", (d) => ({ ...d, variables: [] })), to: "json" });
    const answer = await until("exported", 10);
    expect(answer).not.toHaveProperty("text");
    if (answer.kind === "exported") expect(answer.problems.length).toBeGreaterThan(0);
  });
});

describe("dead time in Analyse", () => {
  const delays = (loop: boolean, period?: string) =>
    draw(
      {
        u: ["input"],
        sum: ["sum", { signs: loop ? "+-" : "+" }],
        late: ["transport-delay", { time: "0.7" }],
        plant: ["transfer-function", { num: "[2]", den: "[1, 2]" }],
        ...(period && { held: ["zero-order-hold", { period }] as const }),
        y: ["output"],
      },
      [
        "u -> sum",
        "sum -> late",
        "late -> plant",
        ...(period ? ["plant -> held", "held -> y"] : ["plant -> y"]),
        ...(loop ? ["plant -> sum.in2"] : []),
      ],
    );
  const curves = async (id: number, document: LazoDocument, plot: AnalysisPlot, point?: PointRequest) => {
    ask({ do: "update", id, document, run: false, analyse: plot, ...(point && { point }) });
    const reply = await until("analysed", id);
    if (reply.kind !== "analysed" || reply.analysis.kind !== "curves") throw new Error("of another kind");
    return { ...reply, analysis: reply.analysis };
  };

  test("a step behind a transport delay is exact and said to be; so is what is kept of it", async () => {
    const { analysis, system } = await curves(81, delays(false), "step");
    expect(analysis).toMatchObject({ delays: "exact", exact: true });
    const [{ x, y }] = analysis.panes[0]! as [AnalysisCurve];
    x.forEach((t, k) => expect(Math.abs(y[k]! - (t < 0.7 ? 0 : 1 - Math.exp(-2 * (t - 0.7))))).toBeLessThan(1e-9));
    expect(analysis.steps![0]).toMatchObject({ ok: true, final: 1 });
    ask({ do: "analyse", id: 82, system: system!, plot: "step" });
    const kept = await until("analysed", 82);
    expect(kept.kind === "analysed" && kept.analysis).toMatchObject({ delays: "exact", panes: analysis.panes });
  });

  test("a loop through one: y = 1 - exp of the first turn, ends at 1/2; margins of the loop cut there are those with dead time", async () => {
    const { analysis } = await curves(83, delays(true), "step");
    expect(analysis.delays).toBe("exact");
    const [{ x, y }] = analysis.panes[0]! as [AnalysisCurve];
    x.forEach((t, k) => {
      if (t <= 1.4) expect(Math.abs(y[k]! - (t < 0.7 ? 0 : 1 - Math.exp(-2 * (t - 0.7))))).toBeLessThan(1e-9);
    });
    expect(y.at(-1)).toBeCloseTo(0.5, 3);
    const point = { at: { kind: "start" }, inputs: ["plant"], outputs: ["plant"], open: ["plant"] } as const;
    const { analysis: bode } = await curves(84, delays(true), "bode", point);
    expect(bode).toMatchObject({ loop: true, delays: "exact" });
    // -w 0.7 - atan(w / 2) = -pi
    const [gain] = bode.margins!.gains;
    expect(bode.margins!.stable).toBe(true);
    expect(0.7 * gain!.frequency + Math.atan(gain!.frequency / 2)).toBeCloseTo(Math.PI, 9);
    expect(bode.panes[0]!.map(({ name }) => name)).toEqual(["L", "S", "T"]);
  });

  test("what a hold and a sampler part is exact; a loop without them, and poles, are approximated, and said to be", async () => {
    const { analysis } = await curves(85, delays(false, "0.4"), "step");
    expect(analysis).toMatchObject({ exact: true });
    expect(analysis.delays).toBeUndefined();
    const [{ x, y }] = analysis.panes[0]! as [AnalysisCurve];
    expect(x[1]).toBe(0.4);
    x.forEach((t, k) => expect(Math.abs(y[k]! - (t < 0.7 ? 0 : 1 - Math.exp(-2 * (t - 0.7))))).toBeLessThan(1e-12));
    expect((await curves(87, delays(true, "0.4"), "step")).analysis.delays).toBe("pade");
    ask({ do: "update", id: 86, document: delays(true), run: false, analyse: "poleZero" });
    const reply = await until("analysed", 86);
    expect(reply.kind === "analysed" && reply.analysis).toMatchObject({ kind: "poleZero", pade: true });
  });
});

describe("operating points and questions", () => {
  const matrixOf = (linear: LinearView, name: string) => linear.matrices!.find((m) => m.name === name)!;

  test("matrices at an instant wait for the run up to it, and come in a reply of their own", async () => {
    ask({ do: "update", id: 41, document: example("pendulum"), run: true, point: { at: { kind: "time", t: 2 } } });
    await until("ran", 41);
    expect(kinds(41).filter((kind) => kind !== "progress")).toEqual(["compiled", "linearized", "ran"]);
    const linearized = replies.find((reply) => reply.kind === "linearized");
    const compiled = replies.find((reply) => reply.kind === "compiled");
    if (linearized?.kind !== "linearized" || compiled?.kind !== "compiled") throw new Error("of other kinds");
    expect(compiled.compiled.pending).toBe(true);
    expect(compiled.compiled.matrices).toBeUndefined();
    expect(linearized.linear).toMatchObject({ t: 2, exact: false });
  });

  test("the matrices of thousands of states travel as they are: sparse", async () => {
    const states = 4000;
    const names = Array.from({ length: states }, (_, i) => `x${i}`);
    const document = draw(
      { u: ["input"], ...Object.fromEntries(names.map((name) => [name, ["integrator"] as const])), y: ["output"] },
      ["u -> x0", ...names.slice(1).map((name, i) => `${names[i]} -> ${name}`), `${names.at(-1)} -> y`],
    );
    ask({ do: "update", id: 45, document, run: false });
    const reply = await until("compiled", 45);
    if (reply.kind !== "compiled") throw new Error("of another kind");
    const a = matrixOf(reply.compiled, "A");
    expect(a.values.length).toBe(states - 1);
    expect(entryAt(a, 3999, 3998)).toBe(1);
    expect(entryAt(a, 3999, 3999)).toBe(0);
    expect(reply.compiled.matrices!.reduce((sum, { values }) => sum + values.length, 0)).toBe(states + 1);
  });

  test("matrices at given values, between chosen signals", async () => {
    const values = { states: { angle: 0, rate: 0 } };
    ask({
      do: "update",
      id: 42,
      document: example("pendulum"),
      run: false,
      point: { at: { kind: "values", values }, inputs: ["Gravity"], outputs: ["rate"] },
    });
    const reply = await until("compiled", 42);
    if (reply.kind !== "compiled") throw new Error("of another kind");
    expect(matrixOf(reply.compiled, "B").cols).toEqual(["Gravity"]);
    expect(matrixOf(reply.compiled, "C")).toMatchObject({ rows: ["rate"] });
    expect(entryAt(matrixOf(reply.compiled, "A"), 1, 0)).toBeCloseTo(-9.81, 9);
  });

  test("modes that nobody needs are told after the run, with their blocks", async () => {
    ask({ do: "update", id: 46, document: example("delay-loop"), run: true });
    const reply = await until("needless", 46);
    if (reply.kind !== "needless") throw new Error("of another kind");
    expect(kinds(46).filter((kind) => kind !== "progress")).toEqual(["compiled", "ran", "needless"]);
    expect(reply.problems).toMatchObject([{ code: "MODE_UNREACHED", severity: "warning", path: "Heater 2" }]);
    ask({ do: "update", id: 47, document: example("pendulum"), run: false });
    expect(await until("needless", 47)).toMatchObject({ problems: [] });
  });

  test("a point that nobody has leaves no matrices, and says why", async () => {
    const at = { kind: "values", values: { states: { nobody: 1 } } } as const;
    ask({ do: "update", id: 43, document: example("pendulum"), run: false, point: { at } });
    const reply = await until("compiled", 43);
    if (reply.kind !== "compiled") throw new Error("of another kind");
    expect(reply.compiled.matrices).toBeUndefined();
    expect(reply.compiled.linearProblems).toMatchObject([{ severity: "warning", code: "POINT_NAME" }]);
  });

  test("signals, quantities, the order and a trimmed point are told when asked for", async () => {
    const document = example("pendulum");
    const told = async (id: number, question: Question) => {
      ask({ do: "ask", id, document, question });
      const reply = await until("answer", id);
      if (reply.kind !== "answer") throw new Error("of another kind");
      return reply.answer;
    };
    expect(await told(51, { kind: "signals" })).toMatchObject({
      signals: expect.arrayContaining([expect.objectContaining({ name: "angle", kind: "state" })]),
    });
    expect(await told(52, { kind: "quantities" })).toMatchObject({
      states: [{ path: "angle" }, { path: "rate" }],
      inputs: [{ label: "push", value: 0 }],
      outputs: [{ label: "Protractor" }],
    });
    const order = await told(53, { kind: "order" });
    if (order.kind !== "order") throw new Error("of another kind");
    expect(order.entries.filter(({ does }) => does === "derivative").flatMap(({ blocks }) => blocks)).toEqual([
      "angle",
      "rate",
    ]);
    const point = await told(54, { kind: "trim", spec: { states: { angle: { value: 3 } } } });
    if (point.kind !== "trimmed") throw new Error("of another kind");
    expect(point.trimmed.ok).toBe(true);
    expect(point.trimmed.states[0]).toMatchObject({ path: "angle", block: "angle" });
    expect(point.trimmed.states[0]!.value).toBeCloseTo(Math.PI, 9);
    expect(await told(55, { kind: "trim", spec: { states: { nobody: { value: 3 } } } })).toMatchObject({
      kind: "refused",
    });
  });

  test("of a document that does not compile there is nothing to tell", async () => {
    const document = example("pendulum", (whole) => ({ ...whole, variables: [] }));
    ask({ do: "ask", id: 61, document, question: { kind: "order" } });
    expect(await until("answer", 61)).toMatchObject({ answer: { kind: "broken" } });
  });
});

describe("analyse", () => {
  test.each(["poleZero", "step", "bode", "nyquist", "sigma"] as const)(
    "a system that was sent along gives the same %s by itself",
    async (plot) => {
      ask({ do: "update", run: false, id: 930, analyse: plot, document: example("dc-motor") });
      const live = await until("analysed", 930);
      if (live.kind !== "analysed" || !live.system) throw new Error("no system");
      ask({ do: "analyse", id: 931, system: live.system, plot });
      const kept = await until("analysed", 931);
      expect(kept).toEqual({ kind: "analysed", id: 931, analysis: live.analysis });
      replies.length = 0;
    },
  );

  const analysis = async (request: Omit<Extract<Request, { do: "update" }>, "do" | "run">) => {
    ask({ do: "update", run: false, analyse: "poleZero", ...request });
    const reply = await until("analysed", request.id);
    if (reply.kind !== "analysed") throw new Error(reply.kind);
    return reply.analysis;
  };

  test("poles of a DC motor are those of its characteristic polynomial, with damping and frequency", async () => {
    const view = await analysis({ id: 900, document: example("dc-motor") });
    if (view.kind !== "poleZero") throw new Error(view.kind);
    const [J, b, K, R, L] = [0.01, 0.1, 0.01, 1, 0.5];
    const half = (J * R + L * b) / (2 * J * L);
    const root = Math.sqrt(half * half - (R * b + K * K) / (J * L));
    expect(view.poles.map(({ pole }) => pole[0])).toEqual([
      expect.closeTo(root - half, 9),
      expect.closeTo(-half - root, 9),
    ]);
    expect(view.poles.map(({ damping }) => damping)).toEqual([1, 1]);
    expect(view.time).toEqual({ kind: "continuous" });
    expect(view.connected).toBe(true);
  });

  test("a loop cut at a wire has the poles of its parts, and from a wire to the sum behind it a zero for each", async () => {
    const document = example("dc-motor");
    const back = document.root.wires.find(({ from, to }) => {
      const name = (id: string) => document.root.blocks.find((block) => block.id === id)?.name;
      return name(from.block) === "Back voltage" && name(to.block) === "Winding";
    })!;
    const open = await analysis({ id: 901, document, point: { at: { kind: "start" }, open: [`wire:${back.id}`] } });
    if (open.kind !== "poleZero") throw new Error(open.kind);
    expect(open.poles.map(({ pole }) => pole[0])).toEqual([expect.closeTo(-2, 9), expect.closeTo(-10, 9)]);
    const error = await analysis({
      id: 902,
      document,
      point: { at: { kind: "start" }, inputs: [`wire:${back.id}`], outputs: ["Winding"] },
    });
    if (error.kind !== "poleZero") throw new Error(error.kind);
    // Sensitivity 1 / (1 + L): its zeros are the poles of L.
    expect(error.zeros.map(([re]) => re).toSorted((a, b) => b - a)).toEqual([
      expect.closeTo(-2, 9),
      expect.closeTo(-10, 9),
    ]);
  });

  test("what cannot be shown says why: unknown signals, no outputs; nobody who does not look pays", async () => {
    const unknown = await analysis({
      id: 903,
      document: example("dc-motor"),
      point: { at: { kind: "start" }, outputs: ["Nowhere"] },
    });
    expect(unknown).toMatchObject({ kind: "refused", problems: [{ code: "SIGNAL_UNKNOWN" }] });
    expect(await analysis({ id: 904, document: example("lorenz") })).toMatchObject({ kind: "noSignals" });
    ask({ do: "update", id: 905, run: true, document: example("dc-motor") });
    await until("ran", 905);
    expect(kinds(905)).not.toContain("analysed");
  });
});
