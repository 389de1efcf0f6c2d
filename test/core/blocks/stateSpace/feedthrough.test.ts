import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("a scalar keeps the width, a matrix maps columns to rows", () => {
  const scalar = traceBlock("feedthrough", { D: [[3]] });
  expect(scalar.ports).toEqual({ in: { u: { width: "n" } }, out: { y: { width: "n" } } });
  expect(scalar.at({ in: { u: [1, 2] } }).out).toEqual({ y: [3, 6] });
  const island = traceBlock("feedthrough", { D: [[-0.02], [0.06], [0], [0]] });
  expect(island.ports).toEqual({ in: { u: { width: 1 } }, out: { y: { width: 4 } } });
  expect(island.at({ in: { u: [10] } }).out).toEqual({ y: [-0.2, 0.6, 0, 0] });
});
