import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { compile } from "../../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../../core/diagram/document.ts";
import { runSettings } from "../../../../core/diagram/runSettings.ts";
import { emitJson, provenanceLimit, type CompiledModel } from "../../../../core/emit/json/emit.ts";
import { linearize } from "../../../../core/linearize/linearize.ts";
import type { Linearization } from "../../../../core/linearize/linearization.ts";
import { draw } from "../../drawing.ts";

function emitted(document: LazoDocument, linearization?: Linearization): CompiledModel {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const linearized = linearize(compiled.model);
  const matrices = linearization ?? (linearized.ok ? linearized.linearization : undefined);
  const { settings } = runSettings(document, false);
  return JSON.parse(
    emitJson(compiled.model, { name: document.name, settings, ...(matrices ? { linearization: matrices } : {}) }),
  );
}

const plant = draw(
  { u: ["input"], K: ["gain", { gain: "k" }], x: ["integrator", { initial: "2" }], y: ["output"] },
  ["u -> K", "K -> x", ["x -> x", "-1"], "x -> y"],
  {
    variables: { k: "3" },
    run: { stop: "4", step: "0.5", solver: "exact" },
  },
);

describe("the compiled model", () => {
  it("names and values everything", () => {
    const model = emitted(plant);
    expect(model).toMatchObject({ format: "lazo-model", version: 1, name: "test", time: { kind: "continuous" } });
    expect(model.key).not.toBe("");
    expect(model.parameters.map(({ value }) => value)).toEqual(expect.arrayContaining([3, -1]));
    expect(model.states).toMatchObject([{ path: "x", block: "x", initial: 2 }]);
    expect(model.states[0]).not.toHaveProperty("period");
    expect(model.inputs).toMatchObject([{ label: "u", block: "u" }]);
    expect(model.outputs).toMatchObject([{ label: "y", block: "y" }]);
    expect(model.signals.map(({ path }) => path)).toContain("y");
    expect(model.run).toMatchObject({ start: 0, stop: 4, step: 0.5, solver: "exact", maxStep: "Infinity" });
  });

  it("gives A, B, C, D with their operating point and the origin of every entry that is reached", () => {
    const { matrices } = emitted(plant);
    expect(matrices).toMatchObject({
      exact: true,
      A: [[-1]],
      B: [[3]],
      C: [[1]],
      D: [[0]],
      states: ["x"],
      inputs: ["u"],
      outputs: ["y"],
      at: { t: 0, x: [2] },
    });
    const at = (name: string) => matrices!.provenance!.find(({ matrix }) => matrix === name);
    expect(at("B")!.blocks).toEqual(expect.arrayContaining(["u", "K", "x"]));
    expect(at("A")!.wires).toEqual(["w3"]);
    expect(at("D")).toBeUndefined();
  });

  it("tells sampled, hybrid and static models apart", () => {
    const sampled = emitted(draw({ x: ["state", { period: "0.5" }], y: ["output"] }, ["x -> x", "x -> y"]));
    expect(sampled.time).toEqual({ kind: "discrete", period: 0.5 });
    expect(sampled.states).toMatchObject([{ period: 0.5 }]);
    const hybrid = emitted(draw({ a: ["state"], b: ["state", { period: "1" }] }, ["a -> b", "b -> a"]));
    expect(hybrid).toMatchObject({
      time: { kind: "hybrid", periods: [1] },
      matrices: { time: { kind: "discrete", period: 1 }, states: ["a", "b"] },
    });
    expect(emitted(draw({ c: ["constant"], y: ["output"] }, ["c -> y"])).time).toEqual({ kind: "static" });
  });

  it("leaves provenance out where there would be too much of it, and says what is not finite", () => {
    const n = Math.ceil(Math.sqrt(provenanceLimit)) + 1;
    const names = Array.from({ length: n }, (_, i) => `x${i}`);
    const big: Linearization = {
      system: {
        A: Matrix.zeros(n, n).fill(NaN),
        B: Matrix.zeros(n, 0),
        C: Matrix.zeros(0, n),
        D: Matrix.zeros(0, 0),
        time: { kind: "continuous" },
        x: names,
        u: [],
        y: [],
      },
      internal: [],
      stateBlocks: names,
      exact: false,
      at: { t: 0, x: names.map(() => Infinity), u: [] },
      offset: 0,
      entries: () => [],
      provenance: () => ({ blocks: ["a"], wires: [] }),
      problems: [],
    };
    const { matrices } = emitted(plant, big);
    expect(matrices!.provenance).toBeNull();
    expect(matrices!.A[0]![0]).toBe("NaN");
    expect(matrices!.at.x[0]).toBe("Infinity");
    expect(matrices!.C).toEqual([]);
  });
});
