import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const stop = (when: string, input: number[], flanks: number[] = []) =>
  traceBlock("stop", { when }).at({ in: { in: input }, flanks });

test("as soon as any element is not 0", () => {
  expect(stop("is not 0", [0, 0]).stop).toBe(0);
  expect(stop("is not 0", [0, 1]).stop).toBe(1);
  expect(stop("is not 0", [-1e-9]).stop).toBe(1);
});

test("watches 0 from below, from above, or from both sides", () => {
  expect(stop("rises through 0", [-1]).conditions).toEqual([0]);
  expect(stop("rises through 0", [0]).conditions).toEqual([1]);
  expect(stop("falls through 0", [1]).conditions).toEqual([0]);
  expect(stop("falls through 0", [0]).conditions).toEqual([1]);
  expect(stop("crosses 0", [-1, 1]).conditions).toEqual([0, 1, 1, 0]);
});

test("stops at the flank of any element", () => {
  expect(stop("rises through 0", [1, 1], [0, 1]).stop).toBe(1);
  expect(stop("rises through 0", [1, 1]).stop).toBe(0);
  expect(stop("crosses 0", [1, 1], [0, 0, 0, 1]).stop).toBe(1);
  expect(stop("crosses 0", [1, 1], [0, 0, 0, 1]).remembered).toEqual([1]);
});
