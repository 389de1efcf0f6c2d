import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const power = (exponent: number[], u: number[]) =>
  traceBlock("power", { from: "parameter", exponent }).at({ in: { u } }).out["out"];

test("to a number, one for all elements or one for each", () => {
  expect(power([2], [3, -4])).toEqual([9, 16]);
  expect(power([3], [-2])).toEqual([-8]);
  expect(power([-1], [4])).toEqual([0.25]);
  expect(power([0.5, 0], [9, 7])).toEqual([3, 1]);
  expect(traceBlock("power", { from: "parameter", exponent: [1, 2] }).ports.in).toEqual({ u: { width: 2 } });
});

test("to a second input", () => {
  const block = traceBlock("power", { from: "input", exponent: [1, 2] });
  expect(block.ports).toEqual({ in: { u: { width: "n" }, p: { width: "n" } }, out: { out: { width: "n" } } });
  expect(block.at({ in: { u: [2, 4], p: [3, -0.5] } }).out).toEqual({ out: [8, 0.5] });
});

test("a negative number has no root", () => {
  expect(power([0.5], [-1])).toEqual([NaN]);
});
