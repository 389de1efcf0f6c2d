/** The event cases of the reference set, drawn as a user would draw them: instants within 1e-9, end values within the case's tolerance. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import { runSettings } from "../../../core/diagram/runSettings.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { simulate } from "../../../core/sim/simulate.ts";
import { type Drawn, draw } from "../drawing.ts";

interface Case {
  readonly name: string;
  readonly expected: {
    readonly events: readonly (readonly [number, number])[];
    readonly t_final: number;
    readonly y_final: readonly number[];
  };
  readonly rtol: number;
}
const file = JSON.parse(readFileSync(new URL("../../reference/ode.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
};

/** The run of a drawing to the case's end; events of `detectors`. */
function run(
  name: string,
  blocks: Drawn,
  wires: Parameters<typeof draw>[1],
  detectors: readonly string[],
  states: readonly string[],
) {
  const reference = file.cases.find((one) => one.name === name)!;
  const { t_final: end } = reference.expected;
  const document = draw(blocks, wires, {
    run: {
      stop: String(name === "projectile_with_drag_terminal" ? 10 : end),
      step: String(end),
      solver: "dop853",
      rtol: "1e-11",
      atol: "1e-13",
    },
  });
  const compiled = compile(document);
  expect(compiled.problems).toEqual([]);
  const { model } = compiled;
  const result = simulate(interpret(model!), { records: model!.ir.records }, runSettings(document, false).settings);
  expect(result.problems).toEqual([]);
  const found = result.events.flatMap(({ t, path }) =>
    detectors.includes(path) ? [[t, detectors.indexOf(path)] as const] : [],
  );
  // A detector is heard again where its condition ends: what must be there are the crossings of the reference.
  for (const [t, k] of reference.expected.events) {
    const nearest = Math.min(...found.map(([at, j]) => (j === k ? Math.abs(at - t) : Number.POSITIVE_INFINITY)));
    expect(nearest).toBeLessThanOrEqual(1e-9 * Math.max(1, t));
  }
  expect(Math.abs(result.t.at(-1)! - end)).toBeLessThan(1e-9);
  const size = Math.max(...reference.expected.y_final.map(Math.abs));
  states.forEach((path, i) => {
    const value = result.traces.find((trace) => trace.path === path)!.values.at(-1)!;
    expect(Math.abs(value - reference.expected.y_final[i]!)).toBeLessThanOrEqual(reference.rtol * size);
  });
  return result;
}

test("bouncing ball: the velocity jumps at the floor", () => {
  run(
    "bouncing_ball",
    {
      g: ["constant", { value: "-9.81" }],
      v: ["integrator", { begins: "port", reset: "rising" }],
      x: ["integrator", { initial: "10" }],
      floor: ["hit-crossing", { direction: "falling" }],
    },
    ["g -> v.in", "v -> x", "x -> floor", "floor.hit -> v.reset", ["v -> v.x0", "-0.8"]],
    ["floor"],
    ["x", "v"],
  );
});

test("van der Pol: zero crossings in both directions", () => {
  run(
    "vanderpol_zero_crossings",
    {
      x: ["integrator", { initial: "2" }],
      v: ["integrator"],
      f: ["function", { formula: "(1 - u[1]^2)*u[2] - u[1]" }],
      both: ["mux"],
      hit: ["hit-crossing"],
    },
    ["x -> both.in1", "v -> both.in2", "both -> f", "f -> v", "v -> x", "x -> hit"],
    ["hit"],
    ["x", "v"],
  );
});

test("projectile with drag: the apex is noticed, the ground ends the run", () => {
  const result = run(
    "projectile_with_drag_terminal",
    {
      x: ["integrator"],
      y: ["integrator"],
      vx: ["integrator", { initial: "20" }],
      vy: ["integrator", { initial: "15" }],
      both: ["mux"],
      ax: ["function", { formula: "-0.05*u[1]*sqrt(u[1]^2 + u[2]^2)" }],
      ay: ["function", { formula: "-9.81 - 0.05*u[2]*sqrt(u[1]^2 + u[2]^2)" }],
      apex: ["hit-crossing", { direction: "falling" }],
      ground: ["stop", { when: "falls through 0" }],
    },
    [
      "vx -> both.in1",
      "vy -> both.in2",
      "both -> ax",
      "both -> ay",
      "ax -> vx",
      "ay -> vy",
      "vx -> x",
      "vy -> y",
      "vy -> apex",
      "y -> ground",
    ],
    ["apex", "ground"],
    ["x", "y", "vx", "vy"],
  );
  expect(result.status).toBe("stopped");
});

test("thermostat with hysteresis: every switch of the relay", () => {
  run(
    "thermostat_hysteresis",
    {
      T: ["integrator", { initial: "18" }],
      off: ["hit-crossing", { level: "21", direction: "rising" }],
      on: ["hit-crossing", { level: "19.5", direction: "falling" }],
      r: ["relay", { on: "-19.5", off: "-21", initial: "on" }],
      f: ["function", { formula: "-0.2*(u[1] - 15) + 2*u[2]" }],
      both: ["mux"],
    },
    [["T -> r", "-1"], "T -> both.in1", "r -> both.in2", "both -> f", "f -> T", "T -> off", "T -> on"],
    ["off", "on"],
    ["T"],
  );
});

test("impacting oscillator: position and velocity jump together", () => {
  run(
    "impacting_oscillator",
    {
      x: ["integrator", { begins: "port", reset: "rising" }],
      v: ["integrator", { begins: "port", reset: "rising" }],
      start: ["step", { time: "0.001", before: "0", after: "0.5" }],
      first: ["step", { time: "0.001", before: "1", after: "0" }],
      back: ["step", { time: "0.001", before: "0", after: "-0.8" }],
      kick: ["product"],
      force: ["input", { signal: "0.5*cos(2.8*t)" }],
      wall: ["hit-crossing", { level: "0.5", direction: "rising" }],
    },
    [
      ["x -> v.in", "-1"],
      "force -> v.in",
      "v -> x.in",
      "x -> wall",
      "wall.hit -> x.reset",
      "wall.hit -> v.reset",
      "start -> x.x0",
      "first -> v.x0",
      "back -> kick.in1",
      "v -> kick.in2",
      "kick -> v.x0",
    ],
    ["wall"],
    ["x", "v"],
  );
});

test("two tanks: both thresholds in their order", () => {
  run(
    "two_tanks_overflow",
    {
      h1: ["integrator", { initial: "0.5" }],
      h2: ["integrator", { initial: "0.1" }],
      q1: ["function", { formula: "0.3*sqrt(abs(u) + 1e-12)" }],
      q2: ["function", { formula: "0.2*sqrt(abs(u) + 1e-12)" }],
      pump: ["constant", { value: "0.5" }],
      upper: ["hit-crossing", { level: "2", direction: "rising" }],
      lower: ["hit-crossing", { level: "1.5", direction: "rising" }],
    },
    [
      "h1 -> q1",
      "h2 -> q2",
      "pump -> h1",
      ["q1 -> h1", "-1"],
      "q1 -> h2",
      ["q2 -> h2", "-1"],
      "h1 -> upper",
      "h2 -> lower",
    ],
    ["upper", "lower"],
    ["h1", "h2"],
  );
});
