import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const law = { P: 2, I: 3, D: 0.5, N: 4, period: 0.1 };
const place = { in: { e: [4] }, state: { integral: [0.25], filter: [1] } };

test.each([
  ["forward Euler", 0],
  ["backward Euler", 1],
  ["trapezoidal", 0.5],
])("integrates and differentiates by %s", (method, theta) => {
  const block = traceBlock("discrete-pid", { ...law, integralMethod: method, filterMethod: method });
  const slope = (4 * (4 - 1)) / (1 + theta * 4 * 0.1);
  const { out, next } = block.at(place);
  expect(out["u"]![0]).toBeCloseTo(8 + 0.25 + theta * 0.1 * 12 + 0.5 * slope, 12);
  expect(next["integral"]![0]).toBeCloseTo(0.25 + 0.1 * 12, 12);
  expect(next["filter"]![0]).toBeCloseTo(1 + 0.1 * slope, 12);
});

test("does not wind up: clamping stops the sum, back-calculation leads it back", () => {
  const limited = { ...law, terms: "PI", upper: 5, lower: -5 };
  const next = (limits: string) =>
    traceBlock("discrete-pid", { ...limited, limits, Kb: 2 }).at({ in: { e: [4] }, state: { integral: [1] } });
  expect(next("clamping")).toMatchObject({ out: { u: [5] }, next: { integral: [1] } });
  expect(next("back-calculation").next["integral"]![0]).toBeCloseTo(1 + 0.1 * (12 + 2 * (5 - 9)), 12);
  expect(next("no anti-windup").next["integral"]![0]).toBeCloseTo(2.2, 12);
});

test("in manual mode gives what it tracks, and its integral follows without a bump", () => {
  const block = traceBlock("discrete-pid", { ...law, terms: "PI", manual: "ports" });
  const { out, next } = block.at({ in: { e: [1], track: [7], manual: [1] }, state: { integral: [0] } });
  expect(out).toEqual({ u: [7] });
  // With the same error, the first output in automatic is what was tracked.
  expect(block.at({ in: { e: [1], track: [0], manual: [0] }, state: { integral: next["integral"]! } }).out).toEqual({
    u: [7],
  });
});

test("refuses a derivative that forward Euler makes unstable", () => {
  expect(traceBlock("discrete-pid", { N: 30, filterMethod: "forward Euler", period: 0.1 }).problem).toMatch(/is 3/);
  expect(traceBlock("discrete-pid", { N: 30, filterMethod: "backward Euler", period: 0.1 }).problem).toBeUndefined();
});
