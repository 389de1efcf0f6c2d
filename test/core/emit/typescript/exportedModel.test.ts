/** Stepping by hand, over the interpreter: the text of this very code is what exported files carry. */
import { describe, expect, it } from "vitest";
import { compile } from "../../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../../core/diagram/document.ts";
import { runSettings } from "../../../../core/diagram/runSettings.ts";
import { describe as describeModel } from "../../../../core/emit/typescript/emit.ts";
import { modelOf, type ExportedModel } from "../../../../core/emit/typescript/exportedModel.ts";
import { undriven } from "../../../../core/ir/undriven.ts";
import { interpret } from "../../../../core/sim/interpret.ts";
import { draw } from "../../drawing.ts";

function model(document: LazoDocument): ExportedModel {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const { model } = compiled;
  return modelOf(
    (driven) => interpret(driven ? model : undriven(model)),
    describeModel(model.ir, runSettings(document, false).settings),
  );
}

const run = { stop: "2", step: "0.25", solver: "auto" as const };

describe("step", () => {
  it("is y[k] = C x[k] + D u[k], x[k+1] = A x[k] + B u[k] for a sampled model", () => {
    const m = model(
      draw(
        { u: ["input"], x: ["state", { period: "0.1", initial: "1" }], D: ["feedthrough", { D: "5" }], y: ["output"] },
        [["x -> x", "0.5"], ["u -> x", "2"], ["x -> y", "3"], "u -> D", "D -> y"],
        { run },
      ),
    );
    let x = 1;
    for (let k = 0; k < 100; k++) {
      const u = Math.sin(k);
      expect(m.time).toBeCloseTo(k * 0.1, 12);
      expect(m.states).toEqual([x]);
      expect(m.step([u])).toEqual([3 * x + 5 * u]);
      x = 0.5 * x + 2 * u;
    }
    m.reset();
    expect([m.time, ...m.states]).toEqual([0, 1]);
  });

  it("holds the input over the output step of a continuous model, exactly", () => {
    const m = model(
      draw(
        { u: ["input"], x: ["integrator", { initial: "1" }], y: ["output"] },
        ["u -> x", ["x -> x", "-1"], "x -> y"],
        { run },
      ),
    );
    let x = 1;
    for (let k = 0; k < 40; k++) {
      const u = k % 3;
      const [y] = m.step([u]);
      expect(Math.abs(y! - x)).toBeLessThan(1e-13);
      x = x * Math.exp(-0.25) + u * (1 - Math.exp(-0.25));
    }
    expect(m.time).toBe(10);
  });

  it("lands on the samples, instants and switches within a step", () => {
    const m = model(
      draw(
        {
          u: ["input"],
          h: ["unit-delay", { period: "0.1" }],
          p: ["pulse", { period: "0.3" }],
          l: ["saturation", { upper: "0.5" }],
          x: ["integrator"],
          w: ["integrator"],
          q: ["integrator"],
          y: ["output"],
          z: ["output"],
          v: ["output"],
        },
        ["u -> h", "h -> x", "p -> w", "x -> l", "l -> q", "x -> y", "w -> z", "q -> v"],
        { run },
      ),
    );
    let last: number[] = [];
    for (let k = 0; k <= 8; k++) last = m.step([1]);
    // One sample late, the ramp reaches 0.5 at t = 0.6 and stays limited until t = 2.
    expect(last[0]).toBeCloseTo(1.9, 12);
    expect(last[1]).toBeCloseTo(6 * 0.15 + 0.15, 12);
    expect(last[2]).toBeCloseTo(0.125 + 0.5 * 1.4, 6);
  });

  it("cuts what drives the inputs, which simulate uses", () => {
    const m = model(
      draw({ s: ["step"], u: ["input"], x: ["integrator"], y: ["output"] }, ["s -> u.drive", "u -> x", "x -> y"], {
        run,
      }),
    );
    for (let k = 0; k < 8; k++) m.step([-1]);
    expect(m.states[0]).toBeCloseTo(-2, 12);
    expect(m.simulate().traces[0]!.values.at(-1)).toBeCloseTo(2, 12);
    expect(m.states[0]).toBeCloseTo(-2, 12);
    expect(m.simulate({ stop: 1 }).t.at(-1)).toBe(1);
  });

  it("refuses vectors of another length", () => {
    const m = model(draw({ u: ["input"], y: ["output"] }, ["u -> y"], { run }));
    expect(() => m.step([])).toThrow(RangeError);
    expect(m.step([7])).toEqual([7]);
  });
});
