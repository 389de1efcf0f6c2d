import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("a scalar keeps the width, a matrix multiplies from the left", () => {
  expect(traceBlock("gain", { gain: [[-2]] }).at({ in: { in: [1, 2] } }).out).toEqual({ out: [-2, -4] });
  const matrix = traceBlock("gain", {
    gain: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
  });
  expect(matrix.ports).toEqual({ in: { in: { width: 2 } }, out: { out: { width: 3 } } });
  expect(matrix.at({ in: { in: [1, 10] } }).out).toEqual({ out: [21, 43, 65] });
});
