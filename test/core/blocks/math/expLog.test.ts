import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const value = (name: string, u: number[]) =>
  traceBlock("exp-log", { function: name }).at({ in: { in: u } }).out["out"]!;

test.each([
  ["exp", 0, 1],
  ["exp", 1, Math.E],
  ["ln", Math.E, 1],
  ["log10", 1000, 3],
  ["log10", 0.01, -2],
  ["log2", 8, 3],
  ["10^u", 3, 1000],
  ["10^u", -2, 0.01],
  ["2^u", 10, 1024],
])("%s of %f is %f", (name, u, expected) => {
  expect(value(name, [u])[0]).toBeCloseTo(expected, 13);
});

test("element by element; no logarithm of a negative number", () => {
  expect(value("2^u", [1, 2, -1])).toEqual([2, 4, 0.5]);
  expect(value("ln", [-1, 0])).toEqual([NaN, -Infinity]);
});
