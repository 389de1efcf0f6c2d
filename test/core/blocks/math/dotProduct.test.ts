import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("adds up the products of the elements", () => {
  const block = traceBlock("dot-product", {});
  expect(block.ports.out).toEqual({ out: { width: 1 } });
  expect(block.at({ in: { u: [1, 2, 3], v: [4, -5, 6] } }).out).toEqual({ out: [12] });
  expect(block.at({ in: { u: [3], v: [-2] } }).out).toEqual({ out: [-6] });
});
