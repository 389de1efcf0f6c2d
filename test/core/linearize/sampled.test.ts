/** Samples of one rate or several on continuous plants: the matrices step from instant to instant as the run itself does. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import type { Linearization, LinearizeOptions } from "../../../core/linearize/linearization.ts";
import type { Model } from "../../../core/ir/ir.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { simulate } from "../../../core/sim/simulate.ts";
import { draw } from "../drawing.ts";
import { drawn, randomDiagram } from "./randomDiagram.ts";

function modelOf(document: LazoDocument): Model {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(compiled.problems.map((p) => `${p.code} ${p.path}: ${p.message}`).join("\n"));
  return compiled.model;
}
function linear(document: LazoDocument, options: LinearizeOptions = {}): Linearization {
  const result = linearize(modelOf(document), options);
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.code}: ${p.message}`).join("\n"));
  return result.linearization;
}
const rows = (l: Linearization, name: "A" | "B" | "C" | "D"): number[][] => l.system[name].to2DArray();

/**
 * Largest difference between a run at the instants and what the matrices make of the run's own last instant, over the size of it
 * all. All times are multiples of 0.05 s. What waits (".next") is what its state becomes next; what is held is a signal of the run.
 */
function stepError(model: Model, l: Linearization, steps: number): number {
  const { system, offset } = l;
  if (system.time.kind !== "discrete") throw new Error("not sampled");
  const { ir } = model;
  const { period } = system.time;
  const states = system.x.map((label) => {
    const [, path, kind] = /^(.*)\.(next|held)$/.exec(label) ?? [];
    const slot = ir.slots.findIndex((s) => (kind ? s.path === path : s.kind === "state" && s.label === label));
    const task = ir.tasks.find(({ updates }) => updates.some((update) => update.slot === slot));
    return { slot, waits: kind === "next" ? task : undefined };
  });
  const records = [...states.map(({ slot }) => slot), ...ir.outputs.map((o) => o.slot)].map((slot, i) => {
    return { slot, path: String(i), label: "", sampled: false };
  });
  const settings = { start: 0, stop: (steps + 2) * period, step: 0.05, rtol: 1e-12, atol: 1e-13, maxStep: 0 };
  const { t, traces, problems } = simulate(
    interpret(model),
    { records },
    { ...settings, solver: "auto", events: false },
  );
  if (problems.some((p) => p.severity === "error")) throw new Error(problems[0]!.message);
  const value = (record: number, time: number): number => {
    const at = t.findIndex((one) => Math.abs(one - time) < 1e-9);
    if (at < 0) throw new Error(`nothing recorded at ${time}`);
    return traces[record]!.values[at]!;
  };
  const state = (i: number, time: number): number => {
    const { waits } = states[i]!;
    if (!waits) return value(i, time);
    const k = Math.floor((time - waits.offset) / waits.every + 1e-9) + 1;
    return value(i, waits.offset + k * waits.every);
  };
  const begin = interpret(model);
  begin.refresh(new Uint8Array(ir.tasks.length).fill(1));
  const u = ir.inputs.map((slot) => begin.memory[slot]!);
  const n = states.length;
  let error = 0;
  let scale = 1;
  for (let k = 0; k < steps; k++) {
    const now = offset + k * period;
    const x = states.map((_, i) => state(i, now));
    const put = (name: "A" | "C", other: "B" | "D") =>
      rows(l, name).map(
        (row, i) =>
          row.reduce((s, v, j) => s + v * x[j]!, 0) + rows(l, other)[i]!.reduce((s, v, j) => s + v * u[j]!, 0),
      );
    put("A", "B").forEach((v, i) => (error = Math.max(error, Math.abs(v - state(i, now + period)))));
    put("C", "D").forEach((v, i) => (error = Math.max(error, Math.abs(v - value(n + i, now)))));
    scale = Math.max(scale, ...x.map(Math.abs));
  }
  return error / scale;
}

describe("sampled controllers on continuous plants", () => {
  it("an integrator under a sampled gain is 1 - K T", () => {
    const l = linear(
      draw(
        {
          r: ["input"],
          C: ["state-space", { A: "0", B: "0", C: "0", D: "K", period: "T" }],
          x: ["state"],
          y: ["output"],
        },
        ["r -> C", ["x -> C", "-1"], "C -> x", "x -> y"],
        { variables: { K: "2", T: "0.25" } },
      ),
    );
    expect(l.system.time).toEqual({ kind: "discrete", period: 0.25 });
    expect(l.exact).toBe(true);
    const x = l.system.x.indexOf("x");
    expect(rows(l, "A")[x]![x]).toBeCloseTo(1 - 2 * 0.25, 14);
    expect(rows(l, "B")[x]![0]).toBeCloseTo(0.5, 14);
  });

  it("a lag with a sampled integrator: c2d by hand and the controller's own equation", () => {
    const T = 0.2;
    const l = linear(
      draw(
        {
          r: ["input"],
          I: ["state-space", { A: "1", B: "T", C: "1", D: "kp", period: "T" }],
          P: ["state-space", { A: "-a", B: "b", C: "1", D: "0" }],
          y: ["output"],
        },
        ["r -> I", ["P -> I", "-1"], "I -> P", "P -> y"],
        { variables: { T: String(T), kp: "0.7", a: "3", b: "2" } },
      ),
    );
    const ad = Math.exp(-3 * T);
    const bd = (2 / 3) * (1 - ad);
    const order = ["P", "I"].map((block) => l.system.x.findIndex((name) => name.startsWith(block)));
    const A = order.map((i) => order.map((j) => rows(l, "A")[i]![j]!));
    const wanted = [
      [ad - bd * 0.7, bd],
      [-T, 1],
    ];
    A.forEach((row, i) => row.forEach((v, j) => expect(v).toBeCloseTo(wanted[i]![j]!, 13)));
    const B = order.map((i) => rows(l, "B")[i]![0]!);
    expect(B[0]).toBeCloseTo(bd * 0.7, 13);
    expect(B[1]).toBeCloseTo(T, 14);
    expect(rows(l, "C")[0]![order[0]!]).toBe(1);
  });

  it("a controller cut off from its plant leaves the plant alone, in continuous time", () => {
    const document = draw(
      { r: ["input"], C: ["unit-delay", { period: "0.1" }], P: ["state-space", { A: "-2", B: "3" }], y: ["output"] },
      ["r -> C", ["P -> C", "-1"], "C -> P", "P -> y"],
    );
    const l = linear(document, { inputs: ["C"], outputs: ["P"], open: ["C"], onPath: true });
    expect(l.system.time).toEqual({ kind: "continuous" });
    expect([rows(l, "A"), rows(l, "B"), rows(l, "C"), rows(l, "D")]).toEqual([[[-2]], [[3]], [[1]], [[0]]]);
    // Without onPath the controller's state stands beside it, and time is its own.
    expect(linear(document, { inputs: ["C"], outputs: ["P"], open: ["C"] }).system.x).toHaveLength(2);
  });

  it("samples that nothing depends on leave a model continuous", () => {
    const l = linear(draw({ n: ["noise"], u: ["input"], x: ["state"], y: ["output"] }, ["n -> x", "u -> x", "x -> y"]));
    expect(l.system.time).toEqual({ kind: "continuous" });
    expect(rows(l, "B")).toEqual([[1]]);
  });

  it("steps as the run does, whatever is sampled how fast", () => {
    let tried = 0;
    let further = 0;
    fc.assert(
      fc.property(randomDiagram("mixed"), (random) => {
        const compiled = compile(drawn(random));
        if (!compiled.ok || compiled.problems.some((p) => p.code === "LOOP_ILL_CONDITIONED")) return;
        const result = linearize(compiled.model);
        if (!result.ok) throw new Error(result.problems[0]!.message);
        const l = result.linearization;
        expect(l.exact).toBe(true);
        if (l.system.time.kind !== "discrete") return;
        if (
          rows(l, "A")
            .flat()
            .some((v) => Math.abs(v) > 1e6)
        )
          return;
        tried++;
        if (l.system.x.some((name) => /\.(next|held)$/.test(name))) further++;
        expect(stepError(compiled.model, l, 4)).toBeLessThan(1e-10);
      }),
      { numRuns: 300 },
    );
    expect(tried).toBeGreaterThan(100);
    expect(further).toBeGreaterThan(10);
  });
});

describe("several rates", () => {
  const two = (fast: string, slow: string): LazoDocument =>
    draw(
      {
        u: ["input"],
        f: ["state", { period: fast, names: "fast" }],
        s: ["state", { period: slow, names: "slow" }],
        y: ["output"],
      },
      [["f -> f", "0.5"], ["s -> f", "0.25"], "u -> f", ["f -> s", "2"], ["s -> s", "0.1"], "s -> y"],
    );

  it("of whole multiples are lifted: the fast one goes round twice", () => {
    const l = linear(two("0.1", "0.2"));
    expect(l.system.time).toEqual({ kind: "discrete", period: 0.2 });
    expect(l.system.x).toEqual(["fast", "slow"]);
    // fast: f1 = .5 f + .25 s + u, then f2 = .5 f1 + .25 s + u; slow: 2 f + .1 s.
    const flat = [...rows(l, "A").flat(), ...rows(l, "B").flat()];
    [0.25, 0.375, 2, 0.1, 1.5, 0].forEach((v, i) => expect(flat[i]).toBeCloseTo(v, 15));
  });

  it("with a common period only: 0.2 s and 0.3 s meet every 0.6 s", () => {
    const document = two("0.2", "0.3");
    const l = linear(document);
    expect(l.system.time.kind === "discrete" ? l.system.time.period : 0).toBeCloseTo(0.6, 14);
    expect(stepError(modelOf(document), l, 5)).toBeLessThan(1e-13);
  });

  it("an offset makes what waits and what is held further states, by name", () => {
    const l = linear(two("0.2", "[0.2, 0.1]"));
    expect(l.system.x).toEqual(["fast", "slow", "s.slow.next"]);
    // At t = 0: fast is sampled; slow takes at 0.1 what waits since -0.1, and reads fast then, as it is since 0.
    const [fast, slow, next] = rows(l, "A");
    expect(fast).toEqual([0.5, 0.25, 0]);
    expect(slow).toEqual([0, 0, 1]);
    expect(next).toEqual([2, 0, 0.1]);
  });

  it("that never meet are refused, with the reason", () => {
    const result = linearize(modelOf(two("1", "sqrt(2)")));
    expect(result.ok ? [] : result.problems.map((p) => p.code)).toEqual(["MIXED_RATES"]);
    const many = linearize(modelOf(two("1", "10001")));
    expect(many.ok ? [] : many.problems.map((p) => p.code)).toEqual(["MIXED_RATES"]);
    expect(linearize(modelOf(two("1", "9999"))).ok).toBe(true);
  });

  it("wires of an entry are those it passes on the way through a period", () => {
    const l = linear(two("0.1", "0.2"));
    // u reaches fast only: slow reads fast as it was when the period began.
    expect(l.provenance("B", 1, 0)).toEqual({ blocks: [], wires: [] });
    expect(l.provenance("B", 0, 0).wires).toEqual(expect.arrayContaining(["w3", "w1"]));
    expect(l.provenance("A", 1, 0).wires).toEqual(["w4"]);
  });
});
