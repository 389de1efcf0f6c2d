/** Equilibria by closed forms, and laws: what is asked holds, what is fixed stays, bounds are kept. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { trim } from "../../../core/linearize/trim.ts";
import type { Trimmed, TrimSpec } from "../../../core/linearize/trimmed.ts";
import { draw } from "../drawing.ts";
import { drawn, randomDiagram } from "./randomDiagram.ts";

function outcome(document: LazoDocument, spec: TrimSpec = {}) {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(compiled.problems.map((p) => `${p.code} ${p.path}: ${p.message}`).join("\n"));
  return trim(compiled.model, spec);
}
function trimmed(document: LazoDocument, spec: TrimSpec = {}): Trimmed {
  const result = outcome(document, spec);
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.code}: ${p.message}`).join("\n"));
  return result.trimmed;
}
const value = (t: Trimmed, label: string): number =>
  [...t.states, ...t.inputs, ...t.outputs].find((one) => one.label === label || one.path === label)!.value;
const codes = (t: Trimmed): string[] => t.problems.map((p) => p.code);

/** m l^2 theta'' = -m g l sin(theta) - c theta' + torque. */
const pendulum = draw(
  {
    torque: ["input"],
    a: ["function", { formula: "(u[1] - m*g*l*sin(u[2]) - c*u[3])/(m*l^2)" }],
    all: ["mux", { count: "3" }],
    omega: ["integrator"],
    theta: ["integrator", { initial: "0.4" }],
    y: ["output", { names: "angle" }],
  },
  [
    "torque -> all.in1",
    "theta -> all.in2",
    "omega -> all.in3",
    "all -> a",
    "a -> omega",
    "omega -> theta",
    "theta -> y",
  ],
  { variables: { m: "0.5", g: "9.81", l: "0.8", c: "0.1" } },
);

/** A level drained by its own pressure: h' = (q - k sqrt(h))/area. */
const tank = draw(
  {
    q: ["input", { signal: "0.3" }],
    f: ["function", { formula: "(u[1] - k*sqrt(u[2]))/area" }],
    both: ["mux"],
    h: ["integrator", { initial: "1" }],
    y: ["output", { names: "level" }],
  },
  ["q -> both.in1", "h -> both.in2", "both -> f", "f -> h", "h -> y"],
  { variables: { k: "0.4", area: "2" } },
);

describe("closed forms", () => {
  it("a pendulum hangs, stands, and leans on a torque", () => {
    const hanging = trimmed(pendulum);
    expect(hanging.ok).toBe(true);
    expect(hanging.residual).toBeLessThan(1e-12);
    expect(value(hanging, "theta")).toBeCloseTo(0, 10);
    expect(value(trimmed(pendulum, { states: { theta: { value: 3 } } }), "theta")).toBeCloseTo(Math.PI, 10);
    const held = trimmed(pendulum, { inputs: { torque: {} }, outputs: { angle: { value: 0.5 } } });
    expect(held.ok).toBe(true);
    expect(value(held, "torque")).toBeCloseTo(0.5 * 9.81 * 0.8 * Math.sin(0.5), 10);
    expect(value(held, "omega")).toBeCloseTo(0, 10);
    expect(held.jacobian).toMatchObject({ equations: 3, unknowns: 3, rank: 3 });
  });

  it("and is linearized there", () => {
    const compiled = compile(pendulum);
    if (!compiled.ok) throw new Error("not compiled");
    const result = linearize(compiled.model, { at: trimmed(pendulum, { states: { theta: { value: 3 } } }).memory });
    if (!result.ok) throw new Error("not linearized");
    const { A, x } = result.linearization.system;
    expect(A.get(x.indexOf("omega"), x.indexOf("theta"))).toBeCloseTo(9.81 / 0.8, 9);
  });

  it("a tank finds its level for an inflow, its inflow for a level, and the inflow that makes it rise as asked", () => {
    expect(value(trimmed(tank), "h")).toBeCloseTo((0.3 / 0.4) ** 2, 10);
    const inflow = trimmed(tank, { states: { h: { value: 4, fixed: true } }, inputs: { q: { value: 0.1, min: 0 } } });
    expect(value(inflow, "q")).toBeCloseTo(0.8, 12);
    expect(value(inflow, "h")).toBe(4);
    const rising = trimmed(tank, { states: { h: { fixed: true } }, inputs: { q: {} }, derivatives: { h: 0.05 } });
    expect(value(rising, "q")).toBeCloseTo(0.4 + 0.1, 12);
    expect(rising.states[0]!.change).toBeCloseTo(0.05, 12);
  });

  it("integral action sets the equilibrium: the integrator holds what the load needs", () => {
    const loop = draw(
      {
        r: ["input", { signal: "2" }],
        I: ["state"],
        P: ["state-space", { A: "-1", B: "4" }],
        d: ["constant", { value: "0.5" }],
        y: ["output"],
      },
      ["r -> I", ["P -> I", "-1"], ["I -> P", "1"], "d -> P", "P -> y"],
    );
    const t = trimmed(loop);
    expect(t.ok).toBe(true);
    expect(value(t, "y")).toBeCloseTo(2, 12);
    // 0 = -x + 4 (I + 0.5) with x = 2.
    expect(value(t, "I")).toBeCloseTo(0, 12);
  });

  it("sampled states stand still from sample to sample, on a continuous plant too", () => {
    const loop = draw(
      {
        r: ["input", { signal: "3" }],
        C: ["state-space", { A: "1", B: "0.1", C: "1", D: "0.5", period: "0.1" }],
        P: ["state-space", { A: "-2", B: "1" }],
        y: ["output"],
      },
      ["r -> C", ["P -> C", "-1"], "C -> P", "P -> y"],
    );
    const t = trimmed(loop);
    expect(t.ok).toBe(true);
    expect(value(t, "y")).toBeCloseTo(3, 11);
    expect(t.states.find((s) => s.sampled)!.value).toBeCloseTo(6, 11);
  });

  it("a delay carries what is fed to it, in a loop too", () => {
    const loop = draw({ u: ["input", { signal: "6" }], D: ["transport-delay", {}], x: ["state"], y: ["output"] }, [
      "u -> x",
      ["x -> D", "1"],
      ["D -> x", "-2"],
      "x -> y",
    ]);
    const t = trimmed(loop);
    expect(t.ok).toBe(true);
    expect(value(t, "y")).toBeCloseTo(3, 12);
  });

  it("algebraic loops and modes: through a saturation that is not saturated there", () => {
    const loop = draw(
      { u: ["input", { signal: "1" }], e: ["sum", { signs: "+-" }], s: ["saturation"], x: ["state"], y: ["output"] },
      ["u -> e.in1", "s -> e.in2", ["e -> s", "3"], "s -> x", ["x -> x", "-1"], "x -> y"],
    );
    expect(value(trimmed(loop, { states: { x: { value: 50 } } }), "y")).toBeCloseTo(0.75, 12);
  });
});

describe("what cannot be had", () => {
  it("an angle beyond what the torque may hold ends at the bound and says so", () => {
    const t = trimmed(pendulum, {
      states: { theta: { value: 1, fixed: true } },
      inputs: { torque: { min: -1, max: 1 } },
    });
    expect(t.ok).toBe(false);
    expect(codes(t)).toEqual(["TRIM_BOUNDS", "TRIM_NO_CONVERGENCE"]);
    expect(t.inputs[0]).toMatchObject({ value: 1, bound: "max" });
    expect(t.problems[1]!.values).toMatchObject({ names: expect.stringContaining("d/dt omega = 0") });
  });

  it("too much asked: the best compromise, and what is unmet by name", () => {
    const t = trimmed(tank, { states: { h: { value: 1, fixed: true } } });
    expect(t.ok).toBe(false);
    expect(codes(t)).toEqual(["TRIM_NO_CONVERGENCE"]);
    expect(t.residuals[0]!.value).toBeCloseTo(-0.05, 12);
  });

  it("a cart may stand anywhere: what is open is named", () => {
    const cart = draw({ f: ["input"], v: ["state"], x: ["state"], y: ["output"] }, [
      "f -> v",
      ["v -> v", "-1"],
      "v -> x",
      "x -> y",
    ]);
    const t = trimmed(cart, { states: { x: { value: 7 } } });
    expect(t.ok).toBe(true);
    expect(t.problems).toMatchObject([{ code: "TRIM_RANK", severity: "warning", values: { names: "x" } }]);
    expect(value(t, "x")).toBe(7);
    expect(t.jacobian).toMatchObject({ rank: 1, unknowns: 2 });
    expect(codes(trimmed(cart, { states: { x: { value: 7, fixed: true } } }))).toEqual([]);
  });

  it("names that lead nowhere, bounds the wrong way round, nothing to be fixed to", () => {
    const bad = (spec: TrimSpec): string[] => {
      const result = outcome(tank, spec);
      return result.ok ? [] : result.problems.map((p) => p.code);
    };
    expect(bad({ states: { nowhere: {} } })).toEqual(["POINT_NAME"]);
    expect(bad({ outputs: { nowhere: { value: 1 } } })).toEqual(["POINT_NAME"]);
    expect(bad({ states: { h: { min: 2, max: 1 } } })).toEqual(["TRIM_WISH"]);
    expect(bad({ outputs: { level: { fixed: true } } })).toEqual(["TRIM_WISH"]);
    expect(bad({ states: { h: { value: -1, fixed: true } } })).toEqual(["TRIM_START"]);
  });
});

describe("laws", () => {
  it("outputs between bounds stay there", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 5, noNaN: true }),
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        (low, wide) => {
          const t = trimmed(tank, { inputs: { q: { min: 0 } }, outputs: { level: { min: low, max: low + wide } } });
          expect(t.ok).toBe(true);
          expect(t.residual).toBeLessThan(1e-10);
          expect(value(t, "level")).toBeGreaterThanOrEqual(low * (1 - 1e-9));
          expect(value(t, "level")).toBeLessThanOrEqual((low + wide) * (1 + 1e-9));
          expect(value(t, "q")).toBeCloseTo(0.4 * Math.sqrt(value(t, "h")), 9);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("a disturbed equilibrium is found again", () => {
    const angle = fc.double({ min: -1.2, max: 1.2, noNaN: true });
    fc.assert(
      fc.property(angle, fc.double({ min: -0.3, max: 0.3, noNaN: true }), (theta, off) => {
        const torque = 0.5 * 9.81 * 0.8 * Math.sin(theta);
        const t = trimmed(pendulum, {
          states: { theta: { value: theta + off }, omega: { value: off } },
          inputs: { torque: { value: torque, fixed: true } },
        });
        expect(t.ok).toBe(true);
        expect(t.residual).toBeLessThan(1e-10);
        expect(value(t, "torque")).toBe(torque);
        expect(Math.sin(value(t, "theta"))).toBeCloseTo(Math.sin(theta), 9);
      }),
      { numRuns: 100 },
    );
  });

  it("linear models, sampled or not: (I - A) x = B u at the point, or the rank says why not", () => {
    fc.assert(
      fc.property(randomDiagram("mixed"), (random) => {
        const compiled = compile(drawn(random));
        if (!compiled.ok || compiled.problems.some((p) => p.code === "LOOP_ILL_CONDITIONED")) return;
        const result = trim(compiled.model);
        if (!result.ok) throw new Error(result.problems[0]!.message);
        const { trimmed: t } = result;
        const full = t.jacobian.rank === t.jacobian.unknowns && t.jacobian.rcond > 1e-9;
        if (full) expect(t.ok).toBe(true);
        if (!t.ok) expect(codes(t)).toContain("TRIM_NO_CONVERGENCE");
        if (t.ok)
          for (const state of t.states) expect(Math.abs(state.change)).toBeLessThan(1e-8 * (1 + Math.abs(state.value)));
        if (t.jacobian.rank < t.jacobian.unknowns) expect(codes(t)).toContain("TRIM_RANK");
      }),
      { numRuns: 200 },
    );
  });
});
