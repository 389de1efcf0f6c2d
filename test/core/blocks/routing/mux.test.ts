import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("stacks its inputs, whatever their widths", () => {
  const block = traceBlock("mux", { count: 3 });
  expect(block.ports.out).toEqual({ out: { width: ["w1", "w2", "w3"] } });
  expect(block.at({ in: { in1: [1], in2: [2, 3], in3: [4] } }).out).toEqual({ out: [1, 2, 3, 4] });
});
