import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const block = traceBlock("step", { time: [2], before: [0], after: [1, -3] });

test("jumps at its time, and has jumped there", () => {
  expect(block.at({ t: 1.999 }).out).toEqual({ out: [0, 0] });
  expect(block.at({ t: 2 }).out).toEqual({ out: [1, -3] });
});

test("refuses two lengths", () => {
  expect(traceBlock("step", { time: [0], before: [0, 0, 0], after: [1, 2] }).problem).toBe(
    "Before has 3 elements but After has 2 elements",
  );
});

test("each element at its own time", () => {
  const each = traceBlock("step", { time: [1, 2], before: [0], after: [5] });
  expect(each.at({ t: 1.5 }).out).toEqual({ out: [5, 0] });
});
