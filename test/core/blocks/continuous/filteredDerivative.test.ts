import { expect, test } from "vitest";
import { drawnRun } from "../drawnRun.ts";
import { traceBlock } from "../traceBlock.ts";

test("of a ramp rises to its slope, and of a step decays, with time constant 1/N", () => {
  const { at } = drawnRun(
    { u: ["ramp", { slope: "3", time: "0" }], d: ["derivative", { N: "10" }], s: ["scope"] },
    ["u -> d", "d -> s"],
    1,
    0.1,
  );
  for (const t of [0, 0.1, 0.5, 1]) expect(at("d", t)).toBeCloseTo(3 * (1 - Math.exp(-10 * t)), 8);
  const step = drawnRun(
    { u: ["constant", { value: "2" }], d: ["derivative", { N: "5", initial: "1" }], s: ["scope"] },
    ["u -> d", "d -> s"],
    1,
    0.1,
  );
  for (const t of [0, 0.3, 1]) expect(step.at("d", t)).toBeCloseTo(5 * Math.exp(-5 * t), 8);
});

test("serves vectors, and refuses a filter that is none", () => {
  const block = traceBlock("derivative", { N: [2, 4], initial: [0] });
  expect(block.at({ in: { in: [1, 1] }, state: { x: [0, 0.5] } }).out["out"]).toEqual([2, 2]);
  expect(traceBlock("derivative", { N: [0] }).problem).toBe("Filter N must be greater than 0, not 0");
});
