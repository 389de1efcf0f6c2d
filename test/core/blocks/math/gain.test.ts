import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("a scalar keeps the width, a matrix multiplies from the left", () => {
  expect(traceBlock("gain", { gain: [[-2]], multiply: "matrix" }).at({ in: { in: [1, 2] } }).out).toEqual({
    out: [-2, -4],
  });
  const matrix = traceBlock("gain", {
    gain: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    multiply: "matrix",
  });
  expect(matrix.ports).toEqual({ in: { in: { width: 2 } }, out: { out: { width: 3 } } });
  expect(matrix.at({ in: { in: [1, 10] } }).out).toEqual({ out: [21, 43, 65] });
});

test("a vector of gains, one for each element", () => {
  const params = { gain: [[2, 3]], multiply: "elements" };
  expect(traceBlock("gain", params).ports).toEqual({ in: { in: { width: 2 } }, out: { out: { width: 2 } } });
  expect(traceBlock("gain", params).at({ in: { in: [10, 100] } }).out).toEqual({ out: [20, 300] });
  const square = [
    [1, 2],
    [3, 4],
  ];
  expect(traceBlock("gain", { gain: square, multiply: "elements" }).problem).toMatch(/not 2 × 2/);
  expect(traceBlock("gain", { gain: [[5]], multiply: "elements" }).at({ in: { in: [1, 2] } }).out).toEqual({
    out: [5, 10],
  });
});
