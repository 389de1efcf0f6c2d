import { expect, test } from "vitest";
import { drawnRun } from "../drawnRun.ts";
import { traceBlock } from "../traceBlock.ts";

test("its input is its derivative, and its output its state", () => {
  const block = traceBlock("integrator", { initial: [4] });
  expect(block.at({ in: { in: [-3, 1] }, state: { x: [4, 4] } })).toMatchObject({
    out: { out: [4, 4] },
    next: { x: [-3, 1] },
    reset: {},
    conditions: [],
  });
  expect(block.states["x"]).toEqual({ width: "n", initial: "initial" });
  expect(traceBlock("integrator", { initial: [1, 2, 3] }).ports.in).toEqual({ in: { width: 3 } });
});

test("stops exactly on its limits and leaves at once when the input turns", () => {
  const { at, of } = drawnRun(
    { u: ["sine"], x: ["integrator", { limits: "hold", upper: "1", lower: "0" }], s: ["scope"] },
    ["u -> x", "x -> s"],
    10,
    0.25,
  );
  // 1 - cos t up to pi/2, held while the sine is positive, then 1 + (-1 - cos t) down to 0 at 3 pi/2.
  expect(at("x", 1)).toBeCloseTo(1 - Math.cos(1), 8);
  expect(at("x", 2)).toBe(1);
  expect(at("x", 3)).toBe(1);
  expect(at("x", 4)).toBeCloseTo(-Math.cos(4), 7);
  expect(at("x", 5)).toBe(0);
  expect(at("x", 7)).toBeCloseTo(1 - Math.cos(7), 7);
  expect(Math.max(...of("x"))).toBe(1);
  expect(Math.min(...of("x"))).toBe(0);
});

test("has limits for each element, and none where they are infinite", () => {
  const { at } = drawnRun(
    {
      u: ["constant", { value: "[1; 1]" }],
      x: ["integrator", { limits: "hold", upper: "[0.3; inf]" }],
      s: ["scope"],
    },
    ["u -> x", "x -> s"],
    2,
    0.25,
  );
  expect(at("x[1]", 2)).toBe(0.3);
  expect(at("x[2]", 2)).toBeCloseTo(2, 12);
});

test.each([
  ["rising", [1, 2, 3]],
  ["falling", [1.5, 2.5]],
  ["either", [1, 1.5, 2, 2.5, 3]],
] as const)("begins anew at %s flanks of its reset", (reset, flanks) => {
  const { at } = drawnRun(
    {
      one: ["constant"],
      r: ["pulse", { period: "1", duty: "0.5", delay: "1" }],
      x: ["integrator", { reset, initial: "7" }],
      s: ["scope"],
    },
    ["one -> x.in", "r -> x.reset", "x -> s"],
    3.25,
    0.25,
  );
  for (const t of [0.75, 1.25, 1.75, 2.25, 2.75, 3.25]) {
    const last = Math.max(0, ...flanks.filter((flank) => flank <= t));
    expect(at("x", t)).toBeCloseTo(7 + t - last, 9);
  }
});

test("begins, and begins anew, at what is wired to x0, within its limits", () => {
  const { at } = drawnRun(
    {
      zero: ["constant", { value: "0" }],
      x0: ["ramp", { initial: "2", slope: "1", time: "0" }],
      r: ["step", { time: "1.1" }],
      x: ["integrator", { begins: "port", reset: "rising", limits: "hold", upper: "3" }],
      s: ["scope"],
    },
    ["zero -> x.in", "x0 -> x.x0", "r -> x.reset", "x -> s"],
    2,
    0.5,
  );
  expect([at("x", 0), at("x", 1), at("x", 2)]).toEqual([2, 2, 3]);
});

test("refuses limits that contradict each other or the initial value", () => {
  const problem = (lower: number[], upper: number[], initial = [0]) =>
    traceBlock("integrator", { limits: "hold", lower, upper, initial }).problem;
  expect(problem([1], [0])).toBe("Lower must not exceed Upper: 1 is more than 0");
  expect(problem([1], [2])).toBe("the initial value 0 lies outside the limits 1 and 2");
  expect(problem([-Infinity], [Infinity])).toBeUndefined();
  expect(problem([0, 0], [1, 1, 1])).toMatch(/Lower has 2 elements but Upper has 3/);
});
