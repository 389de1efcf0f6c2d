import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("adds and subtracts by its signs, element by element", () => {
  const block = traceBlock("sum", { signs: "+ - +" });
  expect(Object.keys(block.ports.in ?? {})).toEqual(["in1", "in2", "in3"]);
  expect(block.at({ in: { in1: [1, 10], in2: [2, 20], in3: [4, 40] } }).out).toEqual({ out: [3, 30] });
  expect(traceBlock("sum", { signs: "-" }).at({ in: { in1: [7] } }).out).toEqual({ out: [-7] });
});

test("refuses anything but signs, and still has ports to draw", () => {
  expect(traceBlock("sum", { signs: "+x" }).problem).toMatch(/“\+x”/);
  expect(traceBlock("sum", { signs: "" }).problem).toMatch(/Signs/);
  expect(Object.keys(traceBlock("sum", { signs: "" }).ports.in ?? {})).toEqual(["in1"]);
  expect(traceBlock("sum", { signs: "+-" }).problem).toBeUndefined();
});
