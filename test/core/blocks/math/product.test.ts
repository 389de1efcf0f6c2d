import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("multiplies and divides by its operations, element by element", () => {
  const block = traceBlock("product", { operations: "**/" });
  expect(block.at({ in: { in1: [3, 1], in2: [4, 2], in3: [2, 8] } }).out).toEqual({ out: [6, 0.25] });
  expect(traceBlock("product", { operations: "/" }).at({ in: { in1: [4] } }).out).toEqual({ out: [0.25] });
});

test("refuses anything but operations", () => {
  expect(traceBlock("product", { operations: "*+" }).problem).toMatch(/“\*\+”/);
  expect(traceBlock("product", { operations: "* /" }).problem).toBeUndefined();
});
