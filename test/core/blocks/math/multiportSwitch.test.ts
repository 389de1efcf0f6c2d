import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test.each([
  [1, 1],
  [2, 2],
  [3, 3],
  [1.4, 1],
  [1.5, 2],
  [0, 1],
  [-7, 1],
  [4, 3],
  [1e9, 3],
])("index %f passes input %d", (index, input) => {
  const block = traceBlock("multiport-switch", { count: 3 });
  const out = block.at({ in: { index: [index], in1: [1, 10], in2: [2, 20], in3: [3, 30] } }).out;
  expect(out).toEqual({ out: [input, 10 * input] });
});
