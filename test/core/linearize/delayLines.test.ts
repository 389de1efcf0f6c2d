/** Transport delays between samples: the matrices go as the run does, as c2d of the delayed plant says, and as known by hand. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Matrix } from "ml-matrix";
import { freqresp } from "../../../core/analysis/freqresp.ts";
import { allmargin } from "../../../core/analysis/margin.ts";
import { compile } from "../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import type { Model } from "../../../core/ir/ir.ts";
import type { Linearization, LinearizeOptions } from "../../../core/linearize/linearization.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { c2d } from "../../../core/lti/c2d.ts";
import { delayed } from "../../../core/lti/delay.ts";
import { feedback, series } from "../../../core/lti/interconnect.ts";
import { gain } from "../../../core/lti/model.ts";
import { pole } from "../../../core/lti/pole.ts";
import { ss } from "../../../core/lti/ss.ts";
import type { StateSpace } from "../../../core/lti/stateSpace.ts";
import { tf } from "../../../core/lti/tf.ts";
import { modulus } from "../../../core/math/complex.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { simulate } from "../../../core/sim/simulate.ts";
import { draw } from "../drawing.ts";
import { drawn, type RandomDiagram, randomDiagram } from "./randomDiagram.ts";

function modelOf(document: LazoDocument): Model {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(compiled.problems.map((p) => `${p.code} ${p.path}: ${p.message}`).join("\n"));
  return compiled.model;
}
function linear(model: Model, options: LinearizeOptions = {}): Linearization {
  const result = linearize(model, options);
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.code}: ${p.message}`).join("\n"));
  return result.linearization;
}

/**
 * From rest, driven by a jump of "u" at the first instant: the largest difference between the run and the matrices, over the size of
 * it all, in the output and in every state that the run has too.
 */
function runError(model: Model, l: Linearization, steps: number): number {
  const { A, B, C, D, time, x } = l.system;
  if (time.kind !== "discrete") throw new Error("not sampled");
  const { ir } = model;
  const states = x.map((label) => ir.slots.findIndex((slot) => slot.kind === "state" && slot.label === label));
  const seen = [ir.outputs[0]!.slot, ...states.filter((slot) => slot >= 0)];
  const instants = Array.from({ length: steps }, (_, k) => l.offset + k * time.period);
  const { t, traces, problems } = simulate(
    interpret(model),
    { records: seen.map((slot, i) => ({ slot, path: String(i), label: "", sampled: false })) },
    { start: 0, stop: instants.at(-1)! + 0.1, step: 0.05, rtol: 1e-11, atol: 1e-13, maxStep: 0, solver: "auto", events: false }, // prettier-ignore
  );
  if (problems.some((p) => p.severity === "error")) throw new Error(problems[0]!.message);
  let z = new Float64Array(x.length);
  let [error, scale] = [0, 1];
  for (const now of instants) {
    const at = t.findIndex((one) => Math.abs(one - now) < 1e-9);
    const told = traces.map(({ values }) => values[at]!);
    const y = D.get(0, 0) + z.reduce((sum, v, j) => sum + C.get(0, j) * v, 0);
    const own = [y, ...z.filter((_, i) => states[i]! >= 0)];
    own.forEach((v, i) => (error = Math.max(error, Math.abs(v - told[i]!))));
    scale = Math.max(scale, ...own.map(Math.abs));
    z = z.map((_, i) => B.get(i, 0) + z.reduce((sum, v, j) => sum + A.get(i, j) * v, 0));
  }
  return error / scale;
}

/** At rest until "u" jumps to 1 at `at`. */
const jumping = ({ blocks, wires }: RandomDiagram, at: number): RandomDiagram => ({
  wires,
  blocks: {
    ...Object.fromEntries(
      Object.entries(blocks).map(([name, [type, params = {}]]) => {
        const own = Object.entries(params).filter(([param]) => param !== "initial");
        return [name, [type, Object.fromEntries(own)]];
      }),
    ),
    u: ["step", { time: String(at) }],
  },
});

/** Of a signal, to the end of a run. */
function recorded(model: Model, path: string, stop: number): Float64Array {
  const slot = model.ir.slots.findIndex((one) => one.path === path);
  const { traces } = simulate(
    interpret(model),
    { records: [{ slot, path, label: "", sampled: false }] },
    { start: 0, stop, step: 0.05, rtol: 1e-11, atol: 1e-13, maxStep: 0, solver: "auto", events: false },
  );
  return traces[0]!.values;
}

const turned = (system: StateSpace): StateSpace => ({
  ...system,
  C: system.C.clone().mul(-1),
  D: system.D.clone().mul(-1),
});

describe("transport delays between samples", () => {
  it.each([0.1, 0.2, 0.03, 0.25, 0.37, 1.04])(
    "hold, lag, delay of %d s, sampler: as c2d has it, with no state more",
    (T) => {
      const loop = (from: string, to: string): Linearization =>
        linear(
          modelOf(
            draw(
              {
                u: ["input"],
                H: ["zero-order-hold", { period: "0.1" }],
                P: ["transfer-function", { num: "[3]", den: "[1, 2, 5]" }],
                L: ["transport-delay", { time: String(T) }],
                S: ["zero-order-hold", { period: "0.1" }],
                y: ["output"],
              },
              ["u -> H", "H -> " + from, `${from} -> ${to}`, `${to} -> S`, "S -> y"],
            ),
          ),
        );
      const sampled = c2d(delayed(tf([3], [1, 2, 5]), { input: T }), 0.1);
      if (!sampled.ok) throw new Error(sampled.code);
      const w = [0.1, 1, 3, 10, 25, Math.PI / 0.1];
      const known = freqresp(sampled.system, w);
      for (const l of [loop("P", "L"), loop("L", "P")]) {
        expect(l.exact).toBe(true);
        expect(l.problems).toEqual([]);
        expect(l.system.x).toHaveLength(2 + Math.ceil(T / 0.1 - 1e-9));
        const told = freqresp(l.system, w);
        known.re[0]![0]!.forEach((v, k) => expect(told.re[0]![0]![k]!).toBeCloseTo(v, 12));
        known.im[0]![0]!.forEach((v, k) => expect(told.im[0]![0]![k]!).toBeCloseTo(v, 12));
      }
    },
  );

  it("a loop of a sampled controller, a lag, a pipe and a tank: margins and poles are those of the sampled plant", () => {
    const model = modelOf(
      draw(
        {
          u: ["step", { time: "0" }],
          I: ["state-space", { A: "1", B: "0.1", C: "0.6", D: "0.8", period: "0.1" }],
          P: ["state-space", { A: "-2", B: "2", C: "1", D: "0" }],
          L: ["transport-delay", { time: "0.137" }],
          Q: ["state-space", { A: "-0.5", B: "0.5", C: "1", D: "0" }],
          y: ["output"],
        },
        ["u -> I", "I -> P", "P -> L", "L -> Q", ["Q -> I", "-1"], ["P -> y", "0.1"], "Q -> y"],
      ),
    );
    const cut = linear(model, { inputs: ["Q"], outputs: ["Q"], open: ["Q"] });
    expect([cut.exact, cut.problems]).toEqual([true, []]);
    const plant = c2d(delayed(tf([1], [1, 2.5, 1]), { input: 0.137 }), 0.1);
    if (!plant.ok) throw new Error(plant.code);
    const open = series(ss(tf([0.8, -0.74], [1, -1], 0.1)), plant.system);
    const [told, known] = [allmargin(turned(cut.system)), allmargin(open)];
    expect(told.stable).toBe(true);
    expect(told.gains[0]!.gain).toBeCloseTo(known.gains[0]!.gain, 9);
    expect(told.phases[0]!.phase).toBeCloseTo(known.phases[0]!.phase, 9);
    const closed = linear(model, { inputs: ["u"] });
    expect(runError(model, closed, 60)).toBeLessThan(1e-9);
    // What is on its way has no memory of its own: beside the loop's poles there are zeros only.
    const joined = feedback(open, gain(new Matrix([[1]]), open.time));
    if (!joined.ok) throw new Error(joined.code);
    const moving = (system: StateSpace): number[] =>
      pole(system)
        .map(modulus)
        .filter((size) => size > 1e-4)
        .sort((a, b) => a - b);
    const poles = moving(closed.system);
    expect(poles).toHaveLength(moving(joined.system).length);
    moving(joined.system).forEach((size, i) => expect(poles[i]).toBeCloseTo(size, 7));
  });

  it("are approximated where they hear themselves without a sampler, and where too much would be on its way", () => {
    const loop = linear(
      modelOf(
        draw(
          {
            u: ["input"],
            H: ["zero-order-hold", { period: "0.1" }],
            P: ["state-space", { A: "-2", B: "1", C: "1", D: "0" }],
            L: ["transport-delay", { time: "0.23" }],
            y: ["output"],
          },
          ["u -> H", "H -> P", "P -> L", ["L -> P", "-1"], "L -> y"],
        ),
      ),
    );
    const codes = (l: Linearization): string[] => l.problems.map(({ code }) => code);
    expect(codes(loop)).toEqual(["DELAY_PADE"]);
    const pipe = (time: string): Linearization =>
      linear(
        modelOf(
          draw({ u: ["input"], D: ["unit-delay", { period: "0.1" }], L: ["transport-delay", { time }], y: ["output"] }, ["u -> D", "D -> L", "L -> y"]), // prettier-ignore
        ),
      );
    expect(codes(pipe("12"))).toEqual([]);
    expect(pipe("12").system.x).toHaveLength(121);
    const [told] = pipe("12.1").problems;
    expect(told).toMatchObject({ code: "DELAY_PADE", path: "L", values: { most: 120 } });
    expect(told!.hint).toContain("at most 120 numbers");
  });

  it("step as the run does, whatever is sampled how fast and delayed how long", () => {
    const tried = { all: 0, late: 0, approximated: 0 };
    fc.assert(
      fc.property(randomDiagram("late"), (random) => {
        const compiled = compile(drawn(jumping(random, 0)));
        if (!compiled.ok || compiled.problems.some((p) => p.code === "LOOP_ILL_CONDITIONED")) return;
        const l = linear(compiled.model, { inputs: ["u"] });
        if (l.system.time.kind !== "discrete") return;
        if (!l.exact) return void (tried.approximated += 1);
        if (l.system.A.to1DArray().some((v) => Math.abs(v) > 1e4)) return;
        tried.all++;
        if (l.system.x.some((name) => name.includes(".late["))) tried.late++;
        expect(runError(modelOf(drawn(jumping(random, l.offset))), l, 12)).toBeLessThan(1e-8);
      }),
      { numRuns: 400 },
    );
    expect(tried.all).toBeGreaterThan(100);
    expect(tried.late).toBeGreaterThan(50);
    expect(tried.approximated).toBeGreaterThan(10);
  });

  it("cost over time what the run does, between samples and jumps too", () => {
    let tried = 0;
    fc.assert(
      fc.property(randomDiagram("late"), (random) => {
        const { blocks, wires } = jumping(random, 0);
        const squared = drawn({
          blocks: { ...blocks, g: ["gain"], sq: ["function", { formula: "u^2" }], J: ["integrator"], s: ["scope"] },
          wires: [
            ...wires.map(([wire, by]) => [wire.replace("-> y", "-> g"), by] as const),
            ...["g -> y", "g -> sq.u", "sq.y -> J", "J -> s.in1"].map((wire) => [wire, "1"] as const),
          ],
        });
        const compiled = compile(squared);
        if (!compiled.ok || compiled.problems.some((p) => p.code === "LOOP_ILL_CONDITIONED")) return;
        const l = linear(compiled.model, { inputs: ["u"], outputs: ["g"], onPath: true, overTime: true });
        if (!l.costOver || !l.exact || l.offset !== 0) return;
        const { A, B, time, x } = l.system;
        if (time.kind !== "discrete" || A.to1DArray().some((v) => Math.abs(v) > 1e3)) return;
        tried++;
        const form = l.costOver(new Matrix([[1]]));
        let z = Matrix.zeros(x.length, 1);
        const steps = 6;
        let sum = 0;
        for (let k = 0; k < steps; k++) {
          const all = Matrix.columnVector([...z.to1DArray(), 1]);
          sum += all.transpose().mmul(form.mmul(all)).get(0, 0);
          z = Matrix.add(A.mmul(z), B);
        }
        const told = recorded(compiled.model, "J", steps * time.period).at(-1)!;
        expect(Math.abs(told - sum)).toBeLessThan(1e-7 * Math.max(1, sum));
      }),
      { numRuns: 400 },
    );
    expect(tried).toBeGreaterThan(20);
  });
});
