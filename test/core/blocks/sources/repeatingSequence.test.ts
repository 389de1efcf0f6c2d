import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const params = { times: [0, 1, 3], values: [2, 6, 4], between: "linear" };
const at = (change: object, t: number) =>
  traceBlock("repeating-sequence", { ...params, ...change }).at({ t }).out["out"];

test.each([
  [0, 2],
  [0.25, 3],
  [1, 6],
  [2, 5],
  [2.5, 4.5],
  [3, 2],
  [4, 6],
  [31.5, 5.5],
])("lines: at t = %f it gives %f", (t, value) => {
  expect(at({}, t)?.[0]).toBeCloseTo(value, 12);
});

test.each([
  [0, 2],
  [0.99, 2],
  [1, 6],
  [2.99, 6],
  [3, 2],
  [34.5, 6],
])("stairs: at t = %f it gives %f", (t, value) => {
  expect(at({ between: "hold" }, t)).toEqual([value]);
});

test("says what is wrong with its times", () => {
  const problem = (change: object) => traceBlock("repeating-sequence", { ...params, ...change }).problem;
  expect(problem({})).toBeUndefined();
  expect(problem({ times: [0, 2, 2] })).toBe("Times must rise: number 3 is 2 after 2");
  expect(problem({ times: [1, 2, 3] })).toBe("Times must begin with 0, not 1");
  expect(problem({ times: [0], values: [1] })).toMatch(/at least 2 times/);
  expect(problem({ values: [1] })).toBe("there are 3 times, but 1 values");
});
