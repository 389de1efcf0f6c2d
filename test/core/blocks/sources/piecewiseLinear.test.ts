import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const params = { times: [1, 2, 4], values: [0, 3, -1], ends: "hold" };
const at = (ends: string, t: number) => traceBlock("piecewise-linear", { ...params, ends }).at({ t }).out["out"]?.[0];

test.each([
  [1, 0],
  [1.5, 1.5],
  [2, 3],
  [3, 1],
  [4, -1],
])("between its ends, at t = %f it gives %f", (t, value) => {
  for (const ends of ["hold", "extrapolate", "zero"]) expect(at(ends, t)).toBeCloseTo(value, 12);
});

test("beyond its ends it holds, goes on, or is 0", () => {
  expect([at("hold", 0), at("hold", 6)]).toEqual([0, -1]);
  expect([at("extrapolate", 0), at("extrapolate", 6)]).toEqual([-3, -5]);
  expect([at("zero", 0.5), at("zero", 6)]).toEqual([0, 0]);
});

test("says what is wrong with its times", () => {
  const problem = (change: object) => traceBlock("piecewise-linear", { ...params, ...change }).problem;
  expect(problem({})).toBeUndefined();
  expect(problem({ times: [1, 2, 0] })).toBe("Times must rise: number 3 is 0 after 2");
  expect(problem({ times: [1], values: [1] })).toMatch(/at least 2 times/);
  expect(problem({ values: [1, 2] })).toBe("there are 3 times, but 2 values");
});
