import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const pick = (criterion: string, control: number) =>
  traceBlock("switch", { criterion, threshold: 0.5 }).at({ in: { in1: [1, 10], control: [control], in2: [2, 20] } })
    .out["out"];

test.each([
  ["control >= threshold", 0.5, true],
  ["control >= threshold", 0.49, false],
  ["control > threshold", 0.5, false],
  ["control > threshold", 0.51, true],
  ["control is not 0", 0, false],
  ["control is not 0", -0.1, true],
])("%s, %f: the first input %s", (criterion, control, first) => {
  expect(pick(criterion, control)).toEqual(first ? [1, 10] : [2, 20]);
});
