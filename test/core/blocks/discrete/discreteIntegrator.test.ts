import { expect, test } from "vitest";
import { drawnRun } from "../drawnRun.ts";
import { traceBlock } from "../traceBlock.ts";

test.each([
  ["forward Euler", 10, 12],
  ["backward Euler", 12, 12],
  ["trapezoidal", 11, 12],
])("%s counts the sample at hand as it should", (method, y, next) => {
  const block = traceBlock("discrete-integrator", { method, gain: [2], initial: [0], period: 0.5 });
  expect(block.at({ in: { in: [2] }, state: { x: [10] } })).toMatchObject({ out: { out: [y] }, next: { x: [next] } });
  expect(block.at({ in: { in: [2] }, state: { x: [10] } }).held).toEqual(method === "forward Euler" ? [] : [2]);
});

test("stops at its limits and turns at once", () => {
  const block = traceBlock("discrete-integrator", { limits: "hold", upper: [1], lower: [-1], period: 1 });
  expect(block.at({ in: { in: [5] }, state: { x: [0.5] } }).next).toEqual({ x: [1] });
  expect(block.at({ in: { in: [-0.25] }, state: { x: [1] } }).next).toEqual({ x: [0.75] });
  expect(traceBlock("discrete-integrator", { limits: "hold", lower: [1], upper: [2] }).problem).toMatch(/outside/);
});

test("sums a ramp at its instants, at the rate that it inherits", () => {
  const { at } = drawnRun(
    {
      u: ["ramp", { time: "0" }],
      z: ["zero-order-hold", { period: "0.2" }],
      x: ["discrete-integrator", { method: "trapezoidal" }],
      s: ["scope"],
    },
    ["u -> z", "z -> x", "x -> s"],
    2,
    0.1,
  );
  for (const k of [0, 1, 5, 10]) expect(at("x", 0.2 * k)).toBeCloseTo((0.2 * k) ** 2 / 2, 12);
});
