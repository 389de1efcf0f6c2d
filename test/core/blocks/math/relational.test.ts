import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test.each([
  ["<", [1, 0, 0]],
  ["<=", [1, 1, 0]],
  [">", [0, 0, 1]],
  [">=", [0, 1, 1]],
  ["==", [0, 1, 0]],
  ["!=", [1, 0, 1]],
])("1, 2 and 3 %s 2", (operator, out) => {
  const block = traceBlock("relational", { operator });
  expect(block.at({ in: { in1: [1, 2, 3], in2: [2, 2, 2] } }).out).toEqual({ out });
});
