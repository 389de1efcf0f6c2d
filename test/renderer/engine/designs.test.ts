/** Designs in whole drawings: what is written into the block does in the drawing what was planned, and is found to follow. */
import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { freqresp } from "../../../core/analysis/freqresp.ts";
import { compile } from "../../../core/compile/compile.ts";
import { dlqr, lqr, lqrd } from "../../../core/design/lqr.ts";
import { sampledCost } from "../../../core/design/sampledWeights.ts";
import { measuredAt, placeController, stateBlocks } from "../../../core/diagram/controllers.ts";
import type { ControllerKind, Signal, Site } from "../../../core/diagram/controllers.ts";
import { addDiscretized, exchange, sampleRules, type SampleRule } from "../../../core/diagram/discretize.ts";
import type { Block, Design, LazoDocument, Wire } from "../../../core/diagram/document.ts";
import { evaluateExpression } from "../../../core/diagram/parameters.ts";
import { runSettings } from "../../../core/diagram/runSettings.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { c2d } from "../../../core/lti/c2d.ts";
import { held } from "../../../core/lti/hold.ts";
import { pole } from "../../../core/lti/pole.ts";
import { ss } from "../../../core/lti/ss.ts";
import type { StateSpace } from "../../../core/lti/stateSpace.ts";
import { tf } from "../../../core/lti/tf.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { simulate } from "../../../core/sim/simulate.ts";
import { designsOf } from "../../../renderer/engine/designs.ts";
import { distance, type Complex } from "../../core/math/reference.ts";

const block = (id: string, type: string, params: Block["params"] = {}, design?: Design): Block => ({
  id,
  name: id,
  type,
  version: 1,
  params,
  at: { x: 0, y: 0 },
  ...(design && { design }),
});
const wire = (from: string, to: string, gain?: string): Wire => {
  const [a, b] = [from.split("."), to.split(".")];
  const ends = { from: { block: a[0]!, port: a[1]! }, to: { block: b[0]!, port: b[1]! } };
  return { id: `${a.join("")}-${b.join("")}`, ...ends, ...(gain !== undefined && { gain }) };
};
const drawing = (blocks: readonly Block[], wires: readonly Wire[]): LazoDocument => ({
  format: "lazo",
  version: 1,
  name: "design",
  variables: [],
  root: { blocks, wires, notes: [] },
  run: { stop: "1", step: "0.1", solver: "auto" },
});

/** With the numbers of the design in place. */
function written(document: LazoDocument, id: string): { document: LazoDocument; planned: readonly Complex[] } {
  const view = designsOf(document)[id];
  if (!view?.ok) throw new Error(JSON.stringify(view));
  const blocks = document.root.blocks.map((one) =>
    one.id === id ? { ...one, params: { ...one.params, ...view.params } } : one,
  );
  return { document: { ...document, root: { ...document.root, blocks } }, planned: view.planned };
}

function polesOf(document: LazoDocument): readonly Complex[] {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const linearized = linearize(compiled.model);
  if (!linearized.ok) throw new Error(JSON.stringify(linearized.problems));
  return pole(linearized.linearization.system);
}

function expectPlanned(document: LazoDocument, id: string): void {
  expect(designsOf(document)[id], JSON.stringify(compile(document).problems)).toMatchObject({
    ok: true,
    follows: false,
  });
  const { document: done, planned } = written(document, id);
  expect(distance(polesOf(done), planned)).toBeLessThan(1e-4);
  const again = designsOf(done)[id];
  expect(again).toMatchObject({ ok: true, follows: true });
  if (again?.ok) expect(distance(again.poles!, planned)).toBeLessThan(1e-4);
}

const io = [block("r", "input"), block("y", "output")];

test("LQG: an unstable plant, one measurement of two states, regulator and observer as planned", () => {
  const plant = block("plant", "state-space", { A: "[0, 1; 4, 0]", B: "[0; 1]", C: "[1, 0]", D: "0" });
  const controller = block(
    "lqg",
    "state-space",
    {},
    { method: "lqg", fields: { Q: "10", R: "0.1", W: "2", V: "0.01" } },
  );
  const wires = [wire("r.u", "plant.u"), wire("plant.y", "lqg.u"), wire("lqg.y", "plant.u"), wire("plant.y", "y.y")];
  const document = drawing([...io, plant, controller], wires);
  expectPlanned(document, "lqg");
  expect(polesOf(written(document, "lqg").document).every(([re]) => re < 0)).toBe(true);
});

test("LQG in discrete time holds by the prediction", () => {
  const plant = block("plant", "discrete-state-space", { A: "[1, 0.1; 0.4, 1.02]", B: "[0; 0.1]", C: "[1, 0]", D: "0", period: "0.1" }); // prettier-ignore
  const fields = { Q: "1", R: "1", W: "1", V: "1" };
  const controller = block("lqg", "discrete-state-space", { period: "0.1" }, { method: "lqg", fields });
  const wires = [wire("r.u", "plant.u"), wire("plant.y", "lqg.u"), wire("lqg.y", "plant.u"), wire("plant.y", "y.y")];
  expectPlanned(drawing([...io, plant, controller], wires), "lqg");
});

test("LQR with integral action: the integral of the error is one state more that the gain sees", () => {
  const blocks = [
    ...io,
    block("error", "sum", { signs: "+-" }),
    block("z", "integrator"),
    block("all", "mux", { count: "2" }),
    block("K", "gain", { gain: "[0, 0]" }, { method: "lqr", fields: { Q: "[1, 5]", R: "1" } }),
    block("lag", "first-order"),
  ];
  const wires = [
    wire("r.u", "error.in1"),
    wire("lag.out", "error.in2"),
    wire("error.out", "z.in"),
    wire("lag.out", "all.in1"),
    wire("z.out", "all.in2"),
    wire("all.out", "K.in"),
    wire("K.out", "lag.in"),
    wire("lag.out", "y.y"),
  ];
  expectPlanned(drawing(blocks, wires), "K");
});

test("a PID by its error, and by r and y: the poles of the drawing are those planned", () => {
  const design: Design = { method: "tune", fields: { frequency: "2", margin: "45" } };
  const plant = block("plant", "transfer-function", { num: "3", den: "[1, 2, 1]" });
  const byError = [...io, block("error", "sum", { signs: "+-" }), block("c", "pid", { terms: "PI" }, design), plant];
  const through = [wire("c.u", "plant.u"), wire("plant.y", "y.y")];
  expectPlanned(
    drawing(byError, [wire("r.u", "error.in1"), wire("plant.y", "error.in2"), wire("error.out", "c.e"), ...through]),
    "c",
  );
  const both = [...io, block("c", "pid", { inputs: "r and y", form: "ideal" }, design), plant];
  expectPlanned(drawing(both, [wire("r.u", "c.r"), wire("plant.y", "c.y"), ...through]), "c");
});

test("controllers of the other time, and plants that nobody measures, are refused by name", () => {
  const wires = [wire("r.u", "plant.u"), wire("plant.y", "lqg.u"), wire("lqg.y", "plant.u"), wire("plant.y", "y.y")];
  const hidden = block("plant", "state-space", { A: "[1, 0; 0, -1]", B: "[1; 1]", C: "[0, 1]", D: "0" });
  const fields = { Q: "1", R: "1", W: "1", V: "1" };
  const continuous = block("lqg", "state-space", {}, { method: "lqg", fields });
  const refused = designsOf(drawing([...io, hidden, continuous], wires))["lqg"];
  expect(refused).toMatchObject({ ok: false });
  const sampled = block("lqg", "discrete-state-space", { period: "0.1" }, { method: "lqg", fields });
  const plant = block("plant", "state-space", { A: "-1", B: "1", C: "1", D: "0" });
  const free = { ...sampled, params: { ...sampled.params, period: "inherited" } };
  expect(designsOf(drawing([...io, plant, free], wires))["lqg"]).toMatchObject({ ok: false, code: "NO_PERIOD" });
  const steps = block("plant", "discrete-state-space", { A: "0.9", B: "1", C: "1", period: "0.1" });
  expect(designsOf(drawing([...io, steps, continuous], wires))["lqg"]).toMatchObject({ ok: false, code: "OTHER_TIME" });
});

const designed = (document: LazoDocument, id: string) => {
  const view = designsOf(document)[id];
  if (!view?.ok) throw new Error(JSON.stringify(view));
  return view;
};

/** A sampled copy of the block, by the edit of the canvas, with its numbers. */
function sampledCopy(document: LazoDocument, id: string, rule: SampleRule, fields: Design["fields"] = {}) {
  const compiled = compile(document);
  const added = addDiscretized(document, id, rule, (port) => compiled.widths.get(`${id}.${port}`), { copy: "copy", scope: "both" })!; // prettier-ignore
  const asked = {
    ...added.document,
    root: {
      ...added.document.root,
      blocks: added.document.root.blocks.map((one) =>
        one.id === added.copy
          ? { ...one, design: { ...one.design!, fields: { ...one.design!.fields, ...fields } } }
          : one,
      ),
    },
  };
  return { ...written(asked, added.copy), copy: added.copy };
}

/** What the scope shows of both at the samples. */
function tracesOf(document: LazoDocument): readonly (readonly number[])[] {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const { settings } = runSettings(document, false);
  const { records } = compiled.model.ir;
  return simulate(interpret(compiled.model), { records }, settings).traces.map(({ values }) => [...values]);
}

/** What is written into a Discrete Transfer Function block. */
function systemOfParams(params: { readonly [name: string]: string }): StateSpace {
  const read = (name: string): readonly number[] => {
    const value = evaluateExpression(params[name]!, new Map());
    if (!value.ok) throw new Error(value.message);
    return value.value.data;
  };
  return ss(tf([...read("num")], [...read("den")], Number(params["period"])));
}

const stepped = (plant: Block, more: readonly Block[] = []): LazoDocument =>
  drawing([block("u", "step", { time: "0.2" }), plant, ...more], [wire("u.out", `${plant.id}.u`)]);

test("sampled by zero-order hold, a block gives what the continuous one gives at the samples, from its own start", () => {
  const plant = block("plant", "state-space", { A: "[0, 1; -4, -0.6]", B: "[0; 2]", C: "[1, 0.3]", D: "0.2", initial: "[0.5, -1]" }); // prettier-ignore
  const { document, planned, copy } = sampledCopy(stepped(plant), "plant", "zoh");
  const [a, b] = tracesOf(document) as [readonly number[], readonly number[]];
  expect(a).toHaveLength(11);
  a.forEach((v, k) => expect(b[k]).toBeCloseTo(v, 9));
  expect(designed(document, copy)).toMatchObject({ follows: true, time: { kind: "discrete", period: 0.1 } });
  planned.forEach(([re, im]) => expect(Math.hypot(re, im)).toBeCloseTo(Math.exp(-0.03), 9));
});

test("each rule follows the source: c2d of its system, redone when the source or the diagram's step changes", () => {
  const plant = block("plant", "transfer-function", { num: "[1, 3]", den: "[1, 1.2, 4]" });
  for (const rule of sampleRules) {
    const { document, copy } = sampledCopy(stepped(plant), "plant", rule);
    const view = designed(document, copy);
    expect(view.follows, rule).toBe(true);
    const asked = rule === "prewarp" ? "tustin" : rule;
    const wanted = c2d(tf([1, 3], [1, 1.2, 4]), 0.1, asked, rule === "prewarp" ? { prewarp: 1 } : {});
    if (!wanted.ok) throw new Error(wanted.code);
    expect(distance(view.planned, pole(wanted.system)), rule).toBeLessThan(1e-9);
    const at = (of: StateSpace) => freqresp(of, [0.5, 7]).re.concat(freqresp(of, [0.5, 7]).im).flat(2).map((v) => [...v]).flat(); // prettier-ignore
    const own = systemOfParams(view.params);
    at(wanted.system).forEach((v, i) => expect(at(own)[i], rule).toBeCloseTo(v, 12));
    const slower = { ...document, run: { ...document.run, step: "0.2" } };
    // The block's sample time is the diagram's step as it was when it was written.
    expect(designed(slower, copy).follows, rule).toBe(false);
    const changed = { ...document, root: { ...document.root, blocks: document.root.blocks.map((one) => one.id === "plant" ? { ...one, params: { ...one.params, num: "[1, 4]" } } : one) } }; // prettier-ignore
    expect(designed(changed, copy).follows, rule).toBe(false);
  }
});

test("a loop with the sampled controller in place of the continuous one holds", () => {
  const blocks = [
    block("r", "step"),
    block("error", "sum", { signs: "+-" }),
    block("pid", "pid", { P: "4", I: "3", D: "1" }),
    block("plant", "transfer-function", { num: "1", den: "[1, 1, 0]" }),
    block("y", "output"),
  ];
  const wires = [
    wire("r.out", "error.in1"),
    wire("plant.y", "error.in2"),
    wire("error.out", "pid.e"),
    wire("pid.u", "plant.u"),
    wire("plant.y", "y.y"),
  ];
  const { document, copy } = sampledCopy(drawing(blocks, wires), "pid", "tustin", { step: "0.02" });
  const over = exchange(document, copy);
  const compiled = compile(over);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const linearized = linearize(compiled.model, { inputs: ["r"], onPath: true });
  if (!linearized.ok) throw new Error(JSON.stringify(linearized.problems));
  const poles = pole(linearized.linearization.system);
  expect(poles.length).toBe(4);
  expect(poles.every(([re, im]) => Math.hypot(re, im) < 1)).toBe(true);
});

test("what cannot be sampled is refused by name, with what stands in the way", () => {
  const refusal = (document: LazoDocument, id: string, rule: SampleRule, fields: Design["fields"] = {}) => {
    const compiled = compile(document);
    const added = addDiscretized(document, id, rule, (port) => compiled.widths.get(`${id}.${port}`), { copy: "copy", scope: "both" })!; // prettier-ignore
    const copy = added.document.root.blocks.find((one) => one.id === added.copy)!;
    const asked = { ...copy, design: { ...copy.design!, fields: { ...copy.design!.fields, ...fields } } };
    const { root } = added.document;
    return designsOf({ ...added.document, root: { ...root, blocks: root.blocks.map((one) => (one === copy ? asked : one)) } })[copy.id]; // prettier-ignore
  };
  const lag = block("plant", "transfer-function", { num: "[1, 1]", den: "[1, 2]" });
  expect(refusal(stepped(lag), "plant", "impulse")).toMatchObject({
    ok: false,
    code: "DIRECT_PATH",
    values: { size: 1 },
  });
  expect(refusal(stepped(lag), "plant", "prewarp", { prewarp: "40" })).toMatchObject({ ok: false, code: "PREWARP" });
  expect(refusal(stepped(lag), "plant", "zoh", { step: "-1" })).toMatchObject({ ok: false, code: "STEP" });
  const fast = block("plant", "transfer-function", { num: "1", den: "[1, -10]" });
  expect(refusal(stepped(fast), "plant", "backward")).toMatchObject({ ok: false, code: "POLE_AT_INFINITY", values: { pole: 10 } }); // prettier-ignore
  const wide = block("plant", "state-space", { A: "[-1, 0; 0, -2]", B: "[1; 1]", C: "[1, 0; 0, 1]", D: "0" });
  expect(refusal(stepped(wide), "plant", "matched")).toMatchObject({ ok: false, code: "MATCHED_NOT_SISO", values: { outputs: 2 } }); // prettier-ignore
  const limited = block("plant", "integrator", { limits: "hold", lower: "0", upper: "1" });
  const loop = drawing([block("u", "step"), limited], [wire("u.out", "plant.in")]);
  expect(refusal(loop, "plant", "zoh")).toMatchObject({
    ok: false,
    code: "NOT_LINEAR_ALONE",
    values: { block: "plant" },
  });
  const gone = sampledCopy(stepped(lag), "plant", "zoh");
  const without = { ...gone.document, root: { ...gone.document.root, blocks: gone.document.root.blocks.filter(({ id }) => id !== "plant"), wires: [] } }; // prettier-ignore
  expect(designsOf(without)[gone.copy]).toMatchObject({ ok: false, code: "NO_SOURCE" });
  // Forward Euler too slow for a fast pole: it says so, and does it.
  const unstable = sampledCopy(stepped(block("plant", "transfer-function", { den: "[1, 30]" })), "plant", "forward");
  expect(designed(unstable.document, unstable.copy).warning).toBe("SAMPLED_UNSTABLE");
});

test("a subsystem with a constant inside is no matrix; with parameters of its own and several ports it is", () => {
  const inner = (more: readonly Block[], wires: readonly Wire[]): Block => ({
    ...block("plant", "subsystem", { k: "3*c" }),
    mask: [{ name: "k", value: "1" }],
    sheet: {
      blocks: [
        { ...block("u", "in"), at: { x: 0, y: 0 } },
        { ...block("w", "in"), at: { x: 0, y: 100 } },
        block("x", "integrator", { initial: "2" }),
        block("lag", "first-order", { tau: "0.5" }),
        block("k", "gain", { gain: "k" }),
        { ...block("a", "out"), at: { x: 0, y: 0 } },
        { ...block("b", "out"), at: { x: 0, y: 100 } },
        ...more,
      ],
      wires: [wire("u.out", "k.in"), wire("k.out", "x.in"), wire("w.out", "lag.in"), wire("x.out", "a.in"), wire("lag.out", "b.in"), wire("x.out", "lag.in"), ...wires], // prettier-ignore
      notes: [],
    },
  });
  const around = (plant: Block) => ({
    ...drawing([block("s", "step", { time: "0.3" }), block("p", "constant", { value: "2" }), plant], [wire("s.out", "plant.u"), wire("p.out", "plant.w")]), // prettier-ignore
    variables: [{ name: "c", value: "0.5" }],
  });
  const { document, copy } = sampledCopy(around(inner([], [])), "plant", "zoh");
  const traces = tracesOf(document);
  // Both of each pair in the scope, then the states.
  expect(
    traces
      .slice(0, 4)
      .flat()
      .some((v) => v > 1),
  ).toBe(true);
  [0, 2].forEach((i) => traces[i]!.forEach((v, k) => expect(traces[i + 1]![k]).toBeCloseTo(v, 9)));
  expect(designed(document, copy).follows).toBe(true);
  const held = inner([block("five", "constant", { value: "5" })], [wire("five.out", "x.in")]);
  const compiled = compile(around(held));
  const added = addDiscretized(around(held), "plant", "zoh", (port) => compiled.widths.get(`plant.${port}`), { copy: "copy", scope: "both" })!; // prettier-ignore
  expect(designsOf(added.document)[added.copy]).toMatchObject({ ok: false, code: "OWN_SIGNAL", values: { inner: "five" } }); // prettier-ignore
});

const observed = (method: "observer" | "kalman", fields: Design["fields"], discrete = false): LazoDocument => {
  const plant = discrete
    ? block("plant", "discrete-state-space", { A: "[1, 0.1; -0.2, 0.9]", B: "[0; 0.1]", C: "[1, 0]", period: "0.1", names: "position, speed" }) // prettier-ignore
    : block("plant", "state-space", { A: "[0, 1; -2, -0.4]", B: "[0; 1]", C: "[1, 0]", initial: "[1, 0]", names: "position, speed" }); // prettier-ignore
  const params = { A: "0", B: "[0, 0]", C: "[0; 0]", D: "0", period: discrete ? "0.1" : "continuous" };
  const blocks = [...io, plant, block("mux", "mux"), block("o", "state-space", params, { method, fields }), block("x", "output")]; // prettier-ignore
  const wires = [
    wire("r.u", "plant.u"),
    wire("r.u", "mux.in1"),
    wire("plant.y", "mux.in2"),
    wire("mux.out", "o.u"),
    wire("plant.y", "y.y"),
    wire("o.y", "x.y"),
  ];
  return drawing(blocks, wires);
};

test("an observer has the poles asked for, the plant's names of its states, and comes to know them", () => {
  const document = observed("observer", { poles: "[-6, -7]", pairs: "" });
  const { document: done, planned } = written(document, "o");
  expect(distance(planned, [[-6, 0], [-7, 0]])).toBeLessThan(1e-9); // prettier-ignore
  expect(designed(done, "o")).toMatchObject({ follows: true, params: { names: "position, speed" } });
  const plantPoles = pole({ ...c2dless(), time: { kind: "continuous" } });
  expect(distance(polesOf(done), [...planned, ...plantPoles])).toBeLessThan(1e-6);
  const long = { ...done, run: { ...done.run, stop: "4" } };
  const compiled = compile(long);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const { traces } = simulate(interpret(compiled.model), { records: compiled.model.ir.records }, runSettings(long, false).settings); // prettier-ignore
  const at = (path: string) => traces.find((trace) => trace.path === path)!.values.at(-1)!;
  expect(Math.abs(at("plant.position"))).toBeGreaterThan(1e-3);
  expect(at("o.position")).toBeCloseTo(at("plant.position"), 6);
  expect(at("o.speed")).toBeCloseTo(at("plant.speed"), 6);
});

const c2dless = (): StateSpace => ss([[0, 1], [-2, -0.4]], [[0], [1]], [[1, 0]], [[0]]); // prettier-ignore

test("poles that nobody has named are those of a Kalman filter; a Kalman observer follows the noise, sampled too", () => {
  expect(written(observed("observer", { poles: "", pairs: "" }), "o").planned.every(([re]) => re < 0)).toBe(true);
  const quiet = written(observed("kalman", { W: "1", V: "100" }), "o").planned;
  const sharp = written(observed("kalman", { W: "1", V: "0.001" }), "o").planned;
  const fastest = (poles: readonly Complex[]) => Math.max(...poles.map(([re, im]) => Math.hypot(re, im)));
  expect(fastest(sharp)).toBeGreaterThan(3 * fastest(quiet));
  const { document, planned } = written(observed("kalman", { W: "1", V: "0.1" }, true), "o");
  expect(planned.every(([re, im]) => Math.hypot(re, im) < 1)).toBe(true);
  expect(designed(document, "o")).toMatchObject({ follows: true, time: { kind: "discrete", period: 0.1 } });
});

test("state feedback from an estimate: poles of feedback and observer stand side by side, u all that enters the plant", () => {
  const { document, planned: error } = written(observed("observer", { poles: "[-6, -7]", pairs: "" }), "o");
  const { root } = document;
  const looped = {
    ...document,
    root: {
      ...root,
      blocks: [...root.blocks, block("K", "gain", { gain: "[0, 0]" }, { method: "lqr", fields: { Q: "1", R: "1" } })],
      wires: [...root.wires, wire("o.y", "K.in"), wire("K.out", "plant.u"), wire("K.out", "mux.in1")],
    },
  };
  const { document: done, planned } = written(looped, "K");
  const direct = lqr(c2dless().A, c2dless().B, Matrix.eye(2), [[1]]);
  if (!direct.ok) throw new Error(direct.code);
  expect(distance(planned, [...direct.poles, ...error])).toBeLessThan(1e-6);
  expect(distance(polesOf(done), planned)).toBeLessThan(1e-5);
  // Closing the loop changes nothing for the observer: u is known, wherever it comes from.
  expect(designed(done, "o")).toMatchObject({ follows: true });
  expect(designed(done, "K")).toMatchObject({ follows: true });
});

test("observers refuse what they cannot tell, each by its name", () => {
  const refusal = (document: LazoDocument) => designsOf(document)["o"];
  const fields = { poles: "[-6, -7]", pairs: "" };
  const good = observed("observer", fields);
  const edit = (change: Partial<LazoDocument["root"]>) => ({ ...good, root: { ...good.root, ...change } });
  const { blocks, wires } = good.root;
  expect(refusal(edit({ wires: wires.filter(({ to }) => to.block !== "o") }))).toMatchObject({ ok: false, code: "NO_MUX" }); // prettier-ignore
  expect(refusal(edit({ wires: wires.filter(({ to }) => to.block !== "plant") }))).toMatchObject({ ok: false, code: "NOT_KNOWN" }); // prettier-ignore
  const blind = blocks.map((one) => (one.id === "plant" ? { ...one, params: { ...one.params, A: "[0.5, 0; 0, -1]", C: "[0, 1]", B: "[1; 1]" } } : one)); // prettier-ignore
  expect(refusal(edit({ blocks: blind }))).toMatchObject({ ok: false });
  expect(refusal(observed("observer", { poles: "[-1]", pairs: "" }))).toMatchObject({ ok: false, code: "COUNT", values: { poles: 1, states: 2 } }); // prettier-ignore
  expect(refusal(observed("kalman", { W: "1", V: "[1, 2]" }))).toMatchObject({ ok: false, code: "WEIGHT" });
  const steps = blocks.map((one) => (one.id === "plant" ? { ...one, params: { ...one.params, period: "0.1" } } : one));
  expect(refusal(edit({ blocks: steps }))).toMatchObject({ ok: false, code: "OTHER_TIME" });
});

const pidLoop = (params: Block["params"], design: Design["fields"], plant: Block): LazoDocument =>
  drawing(
    [...io, block("c", "discrete-pid", { inputs: "r and y", ...params }, { method: "tune", fields: design }), plant],
    [wire("r.u", "c.r"), wire("plant.y", "c.y"), wire("c.u", "plant.u"), wire("plant.y", "y.y")],
  );

test("a discrete PID by every rule of its own: the sampled loop that is drawn has crossover, margin and poles as told", () => {
  const plant = block("plant", "transfer-function", { num: "3", den: "[1, 2, 1]" });
  for (const integralMethod of ["forward Euler", "backward Euler", "trapezoidal"])
    for (const filterMethod of ["backward Euler", "trapezoidal"]) {
      const document = pidLoop(
        { period: "0.05", integralMethod, filterMethod },
        { frequency: "2", margin: "50" },
        plant,
      );
      expectPlanned(document, "c");
      const { margins } = designed(document, "c");
      expect(margins!.frequency).toBeCloseTo(2, 6);
      expect(margins!.phase).toBeCloseTo(50, 6);
      expect(margins!.gain).toBeGreaterThan(1);
    }
  const sampled = block("plant", "discrete-state-space", { A: "[1, 0.1; -0.1, 0.8]", B: "[0; 0.1]", C: "[1, 0]", period: "0.1" }); // prettier-ignore
  expectPlanned(pidLoop({}, { frequency: "1", margin: "60" }, sampled), "c");
});

test("a crossover left free is chosen: stable, with the margin; the block's design says which", () => {
  const plant = block("plant", "transfer-function", { num: "3", den: "[1, 2, 1]" });
  for (const period of ["0.05", "0.01"]) {
    const view = designed(pidLoop({ period }, { frequency: "", margin: "60" }, plant), "c");
    expect(Number(view.chosen!["frequency"])).toBeGreaterThan(0.5);
    expect(view.margins!.phase).toBeCloseTo(60, 6);
    expect(view.planned.every(([re, im]) => Math.hypot(re, im) < 1)).toBe(true);
  }
});

test("a discrete PID that cannot be is refused: no sample time, another than the plant's, beyond half of it", () => {
  const plant = block("plant", "transfer-function", { num: "3", den: "[1, 2, 1]" });
  const asked = { frequency: "2", margin: "50" };
  const refusal = (document: LazoDocument) => designsOf(document)["c"];
  expect(refusal(pidLoop({}, asked, plant))).toMatchObject({ ok: false, code: "NO_PERIOD" });
  expect(refusal(pidLoop({ period: "2" }, asked, plant))).toMatchObject({ ok: false, code: "BEYOND_NYQUIST" });
  const sampled = block("plant", "discrete-state-space", { A: "0.5", period: "0.1" });
  expect(refusal(pidLoop({ period: "0.2" }, asked, sampled))).toMatchObject({ ok: false, code: "OTHER_PERIOD" });
});

const plantLoop = (plant: Block, more: { blocks?: readonly Block[]; wires?: readonly Wire[] } = {}): LazoDocument =>
  drawing(
    [...io, plant, ...(more.blocks ?? [])],
    [wire("r.u", "plant.u"), wire("plant.y", "y.y"), ...(more.wires ?? [])],
  );
const seen = (from: string, width = 1, gain?: string): Signal => {
  const [block = "", port = ""] = from.split(".");
  return { wires: [{ from: { block, port }, ...(gain !== undefined && { gain }) }], width };
};
const site = (change: Partial<Site>): Site => ({
  wire: "ru-plantu",
  width: 1,
  states: [],
  measured: [seen("plant.y")],
  period: undefined,
  step: "0.05",
  ...change,
});
const words = { block: "new", scope: "shown" };

function placed(document: LazoDocument, kind: ControllerKind, at: Site) {
  const made = placeController(document, kind, at, words);
  if (!made.ok) throw new Error(made.why);
  return made;
}

const second = block("plant", "state-space", { A: "[0, 1; 2, -0.4]", B: "[0; 1]", C: "[1, 0]" });

test("LQG, PID and discrete PID placed at a wire hold an unstable plant as planned", () => {
  for (const kind of ["lqg", "pid", "discretePid"] as const) {
    const { document, designed: id } = placed(plantLoop(second), kind, site({}));
    const asked = designsOf(document)[id];
    expect(asked, `${kind} ${JSON.stringify(compile(document).problems)}`).toMatchObject({ ok: true });
    const { document: done, planned } = written(document, id);
    const poles = polesOf(done);
    // With weights and noise alike, LQG has each pole twice.
    expect(distance(poles, planned), kind).toBeLessThan(1e-3);
    const inside = ([re, im]: Complex) => (kind === "discretePid" ? Math.hypot(re, im) < 1 : re < 0);
    expect(poles.every(inside), kind).toBe(true);
  }
});

test("what the wire brings becomes the reference of a PID and of integral action: the output reaches it", () => {
  const states = [seen("v.out"), seen("x.out")];
  const chain = drawing(
    [
      block("r", "step", { time: "0" }),
      block("v", "first-order", { tau: "2" }),
      block("x", "integrator"),
      block("y", "output"),
    ],
    [wire("r.out", "v.in", "3"), wire("v.out", "x.in"), wire("x.out", "y.y")],
  );
  for (const kind of ["integral", "pid", "discretePid", "discreteIntegral"] as const) {
    const at = site({ wire: "rout-vin", states, measured: [seen("x.out")] });
    const { document, designed: id } = placed(chain, kind, at);
    // The plant's own gain stays before it.
    const into = document.root.wires.find(({ to }) => to.block === "v")!;
    expect(into.gain).toBe("3");
    if (kind !== "discreteIntegral") expect(into.from.block).toBe(id);
    else expect(document.root.blocks.find((one) => one.id === into.from.block)!.type).toBe("zero-order-hold");
    const done = { ...written(document, id).document, run: { ...document.run, stop: "60" } };
    const compiled = compile(done);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
    const { traces } = simulate(interpret(compiled.model), { records: compiled.model.ir.records }, runSettings(done, false).settings); // prettier-ignore
    expect(traces.find(({ path }) => path === "y")!.values.at(-1), kind).toBeCloseTo(1, 3);
  }
});

test("state feedback sees all states and enters by the wire's own gain", () => {
  const model = drawing(
    [block("u", "input"), block("x", "state", { initial: "[0; 0]" }), block("y", "output")],
    [wire("u.u", "x.dx", "[0; 1]"), wire("x.x", "x.dx", "[0, 1; 2, 0]"), wire("x.x", "y.y", "[1, 0]")],
  );
  const ports = compile(model);
  if (!ports.ok) throw new Error(JSON.stringify(ports.problems));
  const { document, designed: id } = placed(model, "feedback", site({ wire: "uu-xdx", states: [seen("x.x", 2)] }));
  expect(document.root.wires.find(({ from }) => from.block === id)).toMatchObject({
    gain: "[0; 1]",
    to: { block: "x" },
  });
  const { document: done, planned } = written(document, id);
  expect(distance(polesOf(done), planned)).toBeLessThan(1e-6);
  expect(planned.every(([re]) => re < 0)).toBe(true);
});

test("an observer placed at a wire knows all that adds up there; feedback from its estimate closes the loop as designed apart", () => {
  for (const method of ["observer", "kalman"] as const) {
    const { document, designed: id } = placed(plantLoop(second), method, site({}));
    const { document: watched } = written(document, id);
    expect(designed(watched, id)).toMatchObject({ follows: true });
    const [source] = stateBlocks(watched.root);
    expect(source?.id).toBe(id);
    const fed = placed(watched, "feedback", site({ states: [seen(`${id}.y`, 2)] }));
    const { document: done, planned } = written(fed.document, fed.designed);
    expect(distance(polesOf(done), planned)).toBeLessThan(1e-4);
    expect(planned.every(([re]) => re < 0)).toBe(true);
    expect(designed(done, id)).toMatchObject({ follows: true });
  }
});

test("a sampled plant gets a sampled observer, LQG and PID", () => {
  const plant = block("plant", "discrete-state-space", { A: "[1, 0.1; -0.1, 0.9]", B: "[0; 0.1]", C: "[1, 0]", period: "0.1" }); // prettier-ignore
  for (const kind of ["kalman", "lqg", "discretePid"] as const) {
    const { document, designed: id } = placed(plantLoop(plant), kind, site({ period: "0.1" }));
    const { document: done } = written(document, id);
    expect(designed(done, id), kind).toMatchObject({ follows: true, time: { kind: "discrete", period: 0.1 } });
  }
});

test("a continuous plant gets a sampled LQR, LQG and observer in one step: the drawing's poles are those planned", () => {
  const states = [seen("plant.y", 2)];
  const whole = block("plant", "state-space", { A: "[0, 1; 2, -0.4]", B: "[0; 1]", C: "[1, 0; 0, 1]", initial: "[1, -0.5]" }); // prettier-ignore
  for (const [kind, plant] of [
    ["discreteFeedback", whole],
    ["discreteLqg", second],
  ] as const) {
    const { document, designed: id } = placed(plantLoop(plant), kind, site({ states }));
    const { document: done, planned } = written(document, id);
    expect(distance(polesOf(done), planned), kind).toBeLessThan(1e-3);
    expect(
      planned.every(([re, im]) => Math.hypot(re, im) < 1),
      kind,
    ).toBe(true);
    expect(designed(done, id), kind).toMatchObject({ follows: true, time: { kind: "discrete", period: 0.05 } });
    // Another sample time is another design.
    const slower = done.root.blocks.map((one) => (one.params["period"] === "0.05" ? { ...one, params: { ...one.params, period: "0.2" } } : one)); // prettier-ignore
    expect(designed({ ...done, root: { ...done.root, blocks: slower } }, id), kind).toMatchObject({ follows: false, time: { period: 0.2 } }); // prettier-ignore
  }
  for (const kind of ["discreteKalman", "discreteObserver"] as const) {
    const { document, designed: id } = placed(plantLoop({ ...second, params: { ...second.params, initial: "[1, -0.5]", A: "[0, 1; -2, -0.4]", names: "p, v" } }), kind, site({})); // prettier-ignore
    const { document: done, planned } = written(document, id);
    expect(
      planned.every(([re, im]) => Math.hypot(re, im) < 1),
      kind,
    ).toBe(true);
    expect(designed(done, id), kind).toMatchObject({ follows: true, time: { kind: "discrete", period: 0.05 } });
    const long = { ...done, run: { ...done.run, stop: "25" } };
    const compiled = compile(long);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
    const { traces } = simulate(interpret(compiled.model), { records: compiled.model.ir.records }, runSettings(long, false).settings); // prettier-ignore
    const last = (path: string) => traces.find((trace) => trace.path === path)!.values.at(-1)!;
    for (const x of ["p", "v"]) expect(last(`new.${x}`), kind).toBeCloseTo(last(`plant.${x}`), 3);
  }
});

test("what the sampled LQR costs over time is what its cost says, and the run of the drawing adds up to it", () => {
  const plant = block("plant", "state-space", { A: "[0, 1; 2, -0.4]", B: "[0; 1]", C: "[1, 0; 0, 1]", initial: "[1, -0.5]" }); // prettier-ignore
  const { document, designed: id } = placed(plantLoop(plant), "discreteFeedback", site({ states: [seen("plant.y", 2)], step: "0.3" })); // prettier-ignore
  const { document: done } = written(document, id);
  const hold = done.root.blocks.find(({ type }) => type === "zero-order-hold")!;
  const blocks = [
    ...done.root.blocks,
    block("all", "mux"),
    block("cost", "function", { formula: "u[1]^2 + u[2]^2 + u[3]^2" }),
    block("J", "integrator"),
    block("shown", "scope"),
  ];
  const wires = [
    ...done.root.wires,
    wire("plant.y", "all.in1"),
    { ...wire("hold.out", "all.in2"), from: { block: hold.id, port: "out" } },
    wire("all.out", "cost.u"),
    wire("cost.y", "J.in"),
    wire("J.out", "shown.in1"),
  ];
  const run = { stop: "30", step: "0.3", solver: "auto", rtol: "1e-9", atol: "1e-12" } as const;
  const summed = { ...done, root: { ...done.root, blocks, wires }, run };
  const compiled = compile(summed);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const { traces } = simulate(interpret(compiled.model), { records: compiled.model.ir.records }, runSettings(summed, false).settings); // prettier-ignore
  const found = lqrd([[0, 1], [2, -0.4]], [[0], [1]], Matrix.eye(2), [[1]], 0.3); // prettier-ignore
  if (!found.ok) throw new Error(found.code);
  const x0 = Matrix.columnVector([1, -0.5]);
  const told = x0.transpose().mmul(found.X).mmul(x0).get(0, 0);
  expect(traces.find(({ path }) => path === "J")!.values.at(-1)! / told).toBeCloseTo(1, 6);
});

test("with integral action too: the run adds up to the least cost over time, the integral held between samples, and no other gain costs less", () => {
  const A = [[0, 1], [2, -0.4]]; // prettier-ignore
  const h = 0.3;
  const plant = block("plant", "state-space", { A: "[0, 1; 2, -0.4]", B: "[0; 1]", C: "[1, 0; 0, 1]", initial: "[1, -0.5]" }); // prettier-ignore
  const [first, both] = [block("first", "selector", { indices: "1" }), seen("plant.y", 2)];
  const loop = drawing(
    [block("r", "input", { signal: "0" }), plant, first, block("y", "output")],
    [wire("r.u", "plant.u"), wire("plant.y", "first.in"), wire("first.out", "y.y")],
  );
  const { document, designed: id } = placed(loop, "discreteIntegral", site({ states: [both], measured: [seen("first.out")], step: String(h) })); // prettier-ignore
  const { document: done } = written(document, id);
  expect(done.root.blocks.find((one) => one.id === id)!.design!.fields["cost"]).toBe("time");
  const [hold, mux] = ["zero-order-hold", "mux"].map((type) => done.root.blocks.find((one) => one.type === type)!.id);
  const run = { stop: "30", step: String(h), solver: "auto", rtol: "1e-9", atol: "1e-12" } as const;
  /** Of y'y + u'u along the run, where y is what the gain sees. */
  const cost = (gain: string): number => {
    const blocks = [
      ...done.root.blocks.map((one) => (one.id === id ? { ...one, params: { ...one.params, gain } } : one)),
      block("all", "mux"),
      block("cost", "function", { formula: "u[1]^2 + u[2]^2 + u[3]^2 + u[4]^2" }),
      block("J", "integrator"),
      block("shown", "scope"),
    ];
    const wires = [
      ...done.root.wires,
      { ...wire("mux.out", "all.in1"), from: { block: mux!, port: "out" } },
      { ...wire("hold.out", "all.in2"), from: { block: hold!, port: "out" } },
      wire("all.out", "cost.u"),
      wire("cost.y", "J.in"),
      wire("J.out", "shown.in1"),
    ];
    const summed = { ...done, root: { ...done.root, blocks, wires }, run };
    const compiled = compile(summed);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
    const { traces } = simulate(interpret(compiled.model), { records: compiled.model.ir.records }, runSettings(summed, false).settings); // prettier-ignore
    return traces.find(({ path }) => path === "J")!.values.at(-1)!;
  };
  // x moves, z stands still between samples and takes -h x1 at each: lqrd's weights of [x; z] with that step for z.
  const wide = new Matrix([[...A[0]!, 0], [...A[1]!, 0], [0, 0, 0]]); // prettier-ignore
  const B = new Matrix([[0], [1], [0]]);
  const { Q, R, N } = sampledCost(wide, B, Matrix.eye(3), new Matrix([[1]]), h);
  const { Phi, Gamma } = held(wide, B, h);
  Phi.set(2, 0, -h);
  const found = dlqr(Phi, Gamma, Q, R, N);
  if (!found.ok) throw new Error(found.code);
  const x0 = Matrix.columnVector([1, -0.5, 0]);
  const told = x0.transpose().mmul(found.X).mmul(x0).get(0, 0);
  const gain = done.root.blocks.find((one) => one.id === id)!.params["gain"]!;
  const least = cost(gain);
  expect(least / told).toBeCloseTo(1, 6);
  const numbers = gain.slice(1, -1).split(",").map(Number);
  numbers.forEach((v, i) =>
    [0.97, 1.03].forEach((by) => expect(cost(`[${numbers.with(i, v * by).join(", ")}]`)).toBeGreaterThan(least)),
  );
});

test("a cost over time needs its hold, and a plant without samples", () => {
  const whole = block("plant", "state-space", { A: "[0, 1; 2, -0.4]", B: "[0; 1]", C: "[1, 0; 0, 1]" });
  const { document, designed: id } = placed(
    plantLoop(whole),
    "discreteFeedback",
    site({ states: [seen("plant.y", 2)] }),
  );
  const hold = document.root.blocks.find(({ type }) => type === "zero-order-hold")!;
  const through = document.root.wires.filter(({ to }) => to.block !== hold.id);
  const without = through.map((one) =>
    one.from.block === hold.id ? { ...one, from: { block: id, port: "out" } } : one,
  );
  const blocks = document.root.blocks.filter((one) => one !== hold);
  expect(designsOf({ ...document, root: { ...document.root, blocks, wires: without } })[id]).toMatchObject({ code: "NO_HOLD" }); // prettier-ignore
  const sampled = document.root.blocks.map((one) => (one.id === "plant" ? { ...one, params: { ...one.params, A: "[1, 0.1; 0, 1]", period: "0.05" } } : one)); // prettier-ignore
  expect(designsOf({ ...document, root: { ...document.root, blocks: sampled } })[id]).toMatchObject({ code: "NOT_CONTINUOUS" }); // prettier-ignore
});

test("what is missing for a controller is told before anything is drawn", () => {
  const place = (kind: ControllerKind, change: Partial<Site>) => placeController(plantLoop(second), kind, site(change), words); // prettier-ignore
  expect(place("feedback", {})).toEqual({ ok: false, why: "NO_STATES" });
  expect(place("pid", { measured: [] })).toEqual({ ok: false, why: "NOT_MEASURED" });
  expect(place("pid", { measured: [seen("plant.y"), seen("plant.y")] })).toEqual({ ok: false, why: "WIDTH" });
  expect(place("lqg", { wire: "gone" })).toEqual({ ok: false, why: "NO_WIRE" });
});

test("measured is what Outputs behind the wire get, else what scopes do", () => {
  const { root } = plantLoop(second, { blocks: [block("s", "scope")], wires: [wire("plant.y", "s.in1"), wire("r.u", "s.in2")] }); // prettier-ignore
  const at = root.wires.find(({ id }) => id === "ru-plantu")!;
  const ids = (sheet: typeof root) => measuredAt(sheet, at).map((wires) => wires.map(({ id }) => id));
  expect(ids(root)).toEqual([["planty-yy"]]);
  expect(ids({ ...root, wires: root.wires.filter(({ to }) => to.block !== "y") })).toEqual([["planty-sin1"]]);
});
