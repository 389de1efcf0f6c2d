import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("waits, then rises at its slope", () => {
  const block = traceBlock("ramp", { slope: [2], time: [1], initial: [5] });
  expect(block.at({ t: 0 }).out).toEqual({ out: [5] });
  expect(block.at({ t: 4 }).out).toEqual({ out: [11] });
});

test("each element from its own time", () => {
  const block = traceBlock("ramp", { slope: [1, 2], time: [0, 3], initial: [0] });
  expect(block.at({ t: 4 }).out).toEqual({ out: [4, 2] });
  expect(traceBlock("ramp", { slope: [1, 2], time: [1, 2, 3], initial: [0] }).problem).toMatch(/3 elements/);
});
