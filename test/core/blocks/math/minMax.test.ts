import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("of several inputs element by element", () => {
  const inputs = { in1: [1, 5], in2: [2, -3], in3: [0, 4] };
  expect(traceBlock("min-max", { function: "min", count: 3 }).at({ in: inputs }).out).toEqual({ out: [0, -3] });
  expect(traceBlock("min-max", { function: "max", count: 3 }).at({ in: inputs }).out).toEqual({ out: [2, 5] });
});

test("of the elements of one", () => {
  const block = traceBlock("min-max", { function: "max", count: 1 });
  expect(block.ports.out).toEqual({ out: { width: 1 } });
  expect(block.at({ in: { in1: [3, 8, -1] } }).out).toEqual({ out: [8] });
  expect(block.at({ in: { in1: [3] } }).out).toEqual({ out: [3] });
});
