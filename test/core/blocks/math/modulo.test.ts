import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const value = (name: string, u: number[], divisor: number[]) =>
  traceBlock("modulo", { function: name, from: "parameter", divisor }).at({ in: { u } }).out["out"]!;

test("mod has the sign of the divisor, rem that of the input", () => {
  expect(value("mod", [7, -7, 6], [3])).toEqual([1, 2, 0]);
  expect(value("mod", [7, -7], [-3])).toEqual([-2, -1]);
  expect(value("rem", [7, -7], [3])).toEqual([1, -1]);
  expect(value("rem", [7, -7], [-3])).toEqual([1, -1]);
});

test("wraps an angle into one turn", () => {
  expect(value("mod", [7, -1], [2 * Math.PI])[0]).toBeCloseTo(7 - 2 * Math.PI, 14);
  expect(value("mod", [7, -1], [2 * Math.PI])[1]).toBeCloseTo(2 * Math.PI - 1, 14);
});

test("divisors of each element, or from a second input", () => {
  expect(value("mod", [7, 7], [4, 5])).toEqual([3, 2]);
  const block = traceBlock("modulo", { function: "mod", from: "input", divisor: [0] });
  expect(block.problem).toBeUndefined();
  expect(block.at({ in: { u: [7, 8], d: [2, 5] } }).out).toEqual({ out: [1, 3] });
});

test("refuses to divide by zero", () => {
  expect(traceBlock("modulo", { function: "mod", from: "parameter", divisor: [1, 0] }).problem).toMatch(/zero/);
});
