import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test.each([
  ["floor", [-3, -3, -1, 0, 0, 2, 2]],
  ["ceil", [-2, -2, 0, 0, 1, 3, 3]],
  ["round", [-3, -3, 0, 0, 0, 3, 3]],
  ["fix", [-2, -2, 0, 0, 0, 2, 2]],
])("%s", (name, expected) => {
  const { out } = traceBlock("rounding", { function: name }).at({ in: { in: [-2.7, -2.5, -0.2, 0, 0.2, 2.5, 2.7] } });
  // Adding 0 takes the sign from -0.
  expect(out["out"]!.map((v) => v + 0)).toEqual(expected);
});
