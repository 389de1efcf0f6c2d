/** Blocks that remember or switch, in runs: relay, backlash, hit crossing; and the plain curves of the others. */
import { describe, expect, test } from "vitest";
import { compile } from "../../../../core/compile/compile.ts";
import { runSettings } from "../../../../core/diagram/runSettings.ts";
import { interpret } from "../../../../core/sim/interpret.ts";
import { simulate } from "../../../../core/sim/simulate.ts";
import { draw } from "../../drawing.ts";
import { traceBlock } from "../traceBlock.ts";

function run(...args: Parameters<typeof draw>) {
  const document = draw(...args);
  const compiled = compile(document);
  expect(compiled.problems).toEqual([]);
  const { model } = compiled;
  const result = simulate(interpret(model!), { records: model!.ir.records }, runSettings(document, false).settings);
  expect(result.problems).toEqual([]);
  const at = (path: string, t: number): number =>
    result.traces.find((trace) => trace.path === path)!.values[
      result.t.findIndex((time) => Math.abs(time - t) < 1e-9)
    ]!;
  return { result, at };
}
const until = (stop: string, step: string) => ({ run: { stop, step, solver: "auto" as const } });

test("dead zone, quantizer and friction follow their curves, element by element", () => {
  const zone = traceBlock("dead-zone", { lower: [-1], upper: [2] });
  expect(zone.at({ in: { in: [-3, -1, 0.5, 2, 5] } }).out["out"]).toEqual([-2, 0, 0, 0, 3]);
  expect(traceBlock("dead-zone", { lower: [3], upper: [2] }).problem).toMatch(/3 is more than 2/);
  const steps = traceBlock("quantizer", { interval: [0.5] });
  expect(steps.at({ in: { in: [-0.3, 0.2, 0.25, 0.74, 0.75] } }).out["out"]).toEqual([-0.5, 0, 0.5, 0.5, 1]);
  expect(traceBlock("quantizer", { interval: [0] }).problem).toMatch(/greater than 0, not 0/);
  const drag = traceBlock("friction", { coulomb: [2], viscous: [0.5], creep: [0] });
  expect(drag.at({ in: { in: [-2, 0, 4] } }).out["out"]).toEqual([-3, 0, 4]);
});

test("friction brings a mass to rest, holds it against a smaller push, and lets it creep no faster than it says", () => {
  // v' = -2 sat(v / v0) from v = 1: at rest after 0.5 s; then a push of 1 makes v = v0 / 2.
  const { at } = run(
    {
      v: ["integrator", { initial: "1" }],
      f: ["friction", { coulomb: "2", viscous: "0" }],
      push: ["step", { time: "2" }],
      s: ["scope"],
    },
    ["v -> f", ["f -> v", "-1"], "push -> v", "v -> s"],
    until("4", "0.25"),
  );
  expect(at("v", 0.25)).toBeCloseTo(0.5, 9);
  expect(Math.abs(at("v", 1.75))).toBeLessThan(1e-6);
  expect(at("v", 4)).toBeCloseTo(5e-4, 7);
});

describe("relay", () => {
  test("holds between its points, switches on and off at them", () => {
    const relay = traceBlock("relay", { on: [1], off: [-1], high: [5], low: [2] });
    for (const [u, was, y] of [
      [0, 0, 2],
      [0, 1, 5],
      [1, 0, 5],
      [-1, 1, 2],
    ] as const)
      expect(relay.at({ in: { in: [u] }, memory: [was] }).out["out"]).toEqual([y]);
    expect(traceBlock("relay", { on: [0], off: [1] }).problem).toMatch(/1 is more than 0/);
  });

  test("makes an integrator swing between its points with the exact period", () => {
    // x' = 1 while off, -1 while on: a triangle between -0.5 and 0.5, a flank every second.
    const { result, at } = run(
      { r: ["relay", { high: "-1", low: "1" }], x: ["integrator"], s: ["scope"] },
      ["x -> r", "r -> x", "x -> s"],
      until("10", "0.25"),
    );
    expect(at("x", 10)).toBeCloseTo(0, 9);
    expect(result.events.map(({ t }) => Math.round(t * 1e9) / 1e9)).toEqual(
      expect.arrayContaining([0.5, 1.5, 2.5, 9.5]),
    );
  });
});

describe("backlash", () => {
  test("of a sine rests for the width of the gap after each turn, and is dragged along the edge else", () => {
    const { at } = run(
      { u: ["sine"], b: ["backlash", { width: "0.4" }], s: ["scope"] },
      ["u -> b", "b -> s"],
      until("6", "0.25"),
    );
    expect(at("b", 0.25)).toBeCloseTo(Math.sin(0.25) - 0.2, 12);
    expect(at("b", 1.5)).toBeCloseTo(Math.sin(1.5) - 0.2, 12);
    // It turns at pi/2 and rests at 0.8 until the sine is down at 0.6.
    expect(at("b", 2)).toBeCloseTo(0.8, 12);
    expect(at("b", 2.75)).toBeCloseTo(Math.sin(2.75) + 0.2, 12);
    expect(at("b", 5)).toBeCloseTo(-0.8, 12);
  });

  test("of a pulse train takes up the gap at once", () => {
    const { at } = run(
      { u: ["pulse", { period: "2" }], b: ["backlash", { width: "0.5" }], s: ["scope"] },
      ["u -> b", "b -> s"],
      until("4", "0.5"),
    );
    expect([0.5, 1.5, 2.5, 3.5].map((t) => at("b", t))).toEqual([0.75, 0.25, 0.75, 0.25]);
  });
});

test("hit crossing counts each direction and restarts an integrator at the instant", () => {
  const { at } = run(
    {
      u: ["sine", { phase: "-0.5" }],
      up: ["hit-crossing", { direction: "rising" }],
      both: ["hit-crossing"],
      one: ["constant"],
      x: ["integrator", { reset: "rising" }],
      s: ["scope", { count: "3" }],
    },
    [
      "u -> up",
      "u -> both",
      "one -> x.in",
      "up.hit -> x.reset",
      "up.count -> s.in1",
      "both.count -> s.in2",
      "x -> s.in3",
    ],
    until("8", "0.25"),
  );
  expect([at("up.count", 0.25), at("up.count", 0.75), at("up.count", 7)]).toEqual([0, 1, 2]);
  expect([at("both.count", 3.25), at("both.count", 3.75), at("both.count", 7)]).toEqual([1, 2, 3]);
  expect(at("x", 0.25)).toBeCloseTo(0.25, 12);
  expect(at("x", 3)).toBeCloseTo(2.5, 9);
  expect(at("x", 8)).toBeCloseTo(7.5 - 2 * Math.PI, 9);
});
