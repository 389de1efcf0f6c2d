import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("weighs its last samples, the newest first", () => {
  const block = traceBlock("fir", { coefficients: [1, 10, 100], period: 0.1, initial: 2 });
  expect(block.at({ in: { in: [3, 0] }, state: { u1: [4, 1], u2: [5, 0] } })).toMatchObject({
    out: { out: [543, 10] },
    next: { u1: [3, 0], u2: [4, 1] },
    held: [3, 0],
  });
  expect(traceBlock("fir", { coefficients: [5], period: 1 }).at({ in: { in: [2] } }).out).toEqual({ out: [10] });
});
