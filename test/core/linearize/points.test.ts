/** Between any signals: what is added at a point does what an Input and a Sum drawn there would do. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import type { Linearization, LinearizeOptions } from "../../../core/linearize/linearization.ts";
import { signalsOf } from "../../../core/linearize/points.ts";
import { draw, type Drawn } from "../drawing.ts";
import { drawn, randomDiagram, type RandomDiagram } from "./randomDiagram.ts";

function linearized(document: LazoDocument, options: LinearizeOptions = {}) {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(compiled.problems.map((p) => `${p.code} ${p.path}: ${p.message}`).join("\n"));
  return linearize(compiled.model, options);
}
function linear(document: LazoDocument, options: LinearizeOptions = {}): Linearization {
  const result = linearized(document, options);
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.code}: ${p.message}`).join("\n"));
  return result.linearization;
}
const rows = (l: Linearization, name: "A" | "B" | "C" | "D"): number[][] => l.system[name].to2DArray();
const codes = (document: LazoDocument, options: LinearizeOptions): string[] => {
  const result = linearized(document, options);
  return result.ok ? [] : result.problems.map((p) => p.code);
};

/** Every wire from `at` (or the one of that number) comes from a Sum of it and a new Input instead; with `cut` from that Input alone. */
function withInputAt(random: RandomDiagram, at: string, cut: boolean, only?: number): LazoDocument {
  const from = cut ? "w" : "plus";
  const wires = random.wires.map(([wire, gain], i): readonly [string, string] => {
    const [start, to] = wire.split(" -> ");
    return [start === at && (only === undefined || i === only) ? `${from} -> ${to}` : wire, gain];
  });
  const blocks: Drawn = { ...random.blocks, w: ["input"] };
  if (cut) return draw(blocks, wires);
  return draw({ ...blocks, plus: ["sum", { signs: "++" }] }, [...wires, "w -> plus.in1", `${at} -> plus.in2`]);
}

function same(a: Linearization, b: Linearization): void {
  expect(a.system.time).toEqual(b.system.time);
  expect(a.system.x).toEqual(b.system.x);
  for (const name of ["A", "B", "C", "D"] as const) {
    const [p, q] = [rows(a, name), rows(b, name)];
    expect(p.length).toBe(q.length);
    p.forEach((row, i) =>
      row.forEach((v, j) => expect(Math.abs(v - q[i]![j]!)).toBeLessThan(1e-9 * (1 + Math.abs(v)))),
    );
  }
}

describe("a loop of an integrator and a gain", () => {
  const loop = draw(
    { r: ["input"], e: ["sum", { signs: "+-" }], K: ["gain", { gain: "4" }], P: ["state"], y: ["output"] },
    ["r -> e.in1", "e -> K", "K -> P", "P -> e.in2", "P -> y"],
  );
  const abcd = (options: LinearizeOptions) => {
    const l = linear(loop, options);
    return [...rows(l, "A"), ...rows(l, "B"), ...rows(l, "C"), ...rows(l, "D")].flat();
  };

  it("from what is added at the plant's input, from noise on the sensor, and round the open loop", () => {
    expect(abcd({ inputs: ["K"] })).toEqual([-4, 1, 1, 0]);
    // Noise on the plant's output is seen by the Sum and by the Output.
    expect(abcd({ inputs: ["P"] })).toEqual([-4, -4, 1, 1]);
    // The signal itself, before the noise: the complementary sensitivity with its sign.
    expect(abcd({ inputs: ["P"], outputs: ["P"] })).toEqual([-4, -4, 1, 0]);
    expect(abcd({ inputs: ["P"], outputs: ["P"], open: ["P"] })).toEqual([0, -4, 1, 0]);
    // One wire only: the Output does not see what the Sum does.
    expect(abcd({ inputs: ["wire:w4"] })).toEqual([-4, -4, 1, 0]);
    expect(abcd({ inputs: ["r"], outputs: ["e"] })).toEqual([-4, 4, -1, 1]);
    expect(abcd({ inputs: ["r"], outputs: ["wire:w3"] })).toEqual([-4, 4, -4, 4]);
  });

  it("what arrives at a port is named by it, behind the gains of its wires", () => {
    const plant = ["state-space", { A: "[-1, 0; 0, -2]", B: "eye(2)", C: "[1, 1]", D: "0" }] as const;
    const two = draw({ r: ["step"], q: ["step"], P: plant }, [["r -> P", "[2; 3]"], ["q -> P", "[1; 1]"]]); // prettier-ignore
    const l = linear(two, { inputs: ["P.u"], outputs: ["P"], onPath: true });
    expect(rows(l, "B")).toEqual([[1, 0], [0, 1]]); // prettier-ignore
    expect(codes(two, { inputs: ["P.w"], outputs: ["P"] })).toEqual(["SIGNAL_UNKNOWN"]);
  });

  it("names its rows and columns by their signals, a wire too, and traces entries from there", () => {
    const l = linear(loop, { inputs: ["K", "wire:w4"], outputs: ["e"] });
    expect([l.system.u, l.system.y]).toEqual([["K", "P"], ["e"]]);
    expect(l.provenance("B", 0, 0)).toEqual({ blocks: expect.arrayContaining(["K", "P"]), wires: ["w3"] });
    expect(l.provenance("D", 0, 1).wires).toEqual(["w4"]);
    expect(l.provenance("D", 0, 0)).toEqual({ blocks: [], wires: [] });
    expect(l.entries("D")).toEqual([[0, 1, -1]]);
  });

  it("refuses names that lead nowhere and says what there is", () => {
    const result = linearized(loop, { inputs: ["nowhere"] });
    expect(result.ok ? [] : result.problems).toMatchObject([{ code: "SIGNAL_UNKNOWN", values: { signal: "nowhere" } }]);
    expect(codes(loop, { outputs: ["wire:w99"] })).toEqual(["SIGNAL_UNKNOWN"]);
    expect(codes(loop, { pade: 2.5 })).toEqual(["PADE_ORDER"]);
    const compiled = compile(loop);
    if (compiled.ok)
      expect(
        signalsOf(compiled.model.ir)
          .map((s) => s.name)
          .sort(),
      ).toEqual(["K", "P", "e", "r", "y"]);
  });

  it("refuses what its equations cannot tell apart", () => {
    const twice = draw({ u: ["input"], p: ["product"], y: ["output"] }, ["u -> p.in1", "u -> p.in2", "p -> y"]);
    expect(codes(twice, { inputs: ["wire:w1"] })).toEqual(["SIGNAL_INSIDE"]);
    const back = draw({ P: ["state"], y: ["output"] }, ["P -> P", "P -> y"]);
    expect(codes(back, { inputs: ["P"] })).toEqual(["SIGNAL_INSIDE"]);
  });
});

describe("inside of an algebraic loop", () => {
  const loop = draw(
    {
      u: ["input"],
      e: ["sum", { signs: "+-" }],
      K: ["gain", { gain: "4" }],
      H: ["gain", { gain: "0.5" }],
      y: ["output"],
    },
    ["u -> e.in1", "e -> K", "K -> H", "H -> e.in2", "K -> y"],
  );
  it.each([
    ["e", 4 / 3],
    ["K", 1 - 2 / 3],
    ["H", -4 / 3],
    ["wire:w3", -2 / 3],
  ])("what is added at %s", (at, wanted) => {
    expect(rows(linear(loop, { inputs: [at] }), "D")[0]![0]).toBeCloseTo(wanted, 14);
  });
  it("and the loop opened there", () => {
    expect(rows(linear(loop, { inputs: ["e"], outputs: ["e"], open: ["e"] }), "D")).toEqual([[-2]]);
    expect(rows(linear(loop, { inputs: ["K"], outputs: ["K"], open: ["K"] }), "D")).toEqual([[-2]]);
  });
});

describe("for any linear diagram", () => {
  for (const of of ["continuous", "mixed"] as const) {
    it(`a point is an Input drawn there (${of})`, () => {
      let tried = 0;
      fc.assert(
        fc.property(randomDiagram(of), fc.nat(), fc.boolean(), fc.boolean(), (random, pick, cut, one) => {
          if (!compile(drawn(random)).ok) return;
          const at = `b${(pick % (Object.keys(random.blocks).length - 2)) + 1}`;
          const wire = random.wires.findIndex(([text]) => text.startsWith(`${at} ->`));
          if (one && wire < 0) return;
          const there = withInputAt(random, at, cut, one ? wire : undefined);
          const compiled = compile(there);
          if (!compiled.ok || compiled.problems.some((p) => p.code === "LOOP_ILL_CONDITIONED")) return;
          const name = one ? `wire:w${wire + 1}` : at;
          const point = linearized(drawn(random), { inputs: ["u", name], ...(cut ? { open: [name] } : {}) });
          if (!point.ok) {
            expect(point.problems[0]!.code).toBe("SIGNAL_INSIDE");
            return;
          }
          tried++;
          same(point.linearization, linear(there));
        }),
        { numRuns: 300 },
      );
      expect(tried).toBeGreaterThan(100);
    });
  }
});
