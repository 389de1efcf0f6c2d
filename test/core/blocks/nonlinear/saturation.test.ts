import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("passes between its limits and holds them beyond", () => {
  const block = traceBlock("saturation", { lower: [-1], upper: [2] });
  expect(block.at({ in: { in: [-5, -1, 0.5, 2, 9] } }).out).toEqual({ out: [-1, -1, 0.5, 2, 2] });
  expect(block.ports.in).toEqual({ in: { width: "n" } });
});

test("has a limit for each element when given", () => {
  const block = traceBlock("saturation", { lower: [-1, -2], upper: [1] });
  expect(block.at({ in: { in: [-5, -5] } }).out).toEqual({ out: [-1, -2] });
  expect(block.ports.in).toEqual({ in: { width: 2 } });
});

test("refuses a lower limit above the upper", () => {
  expect(traceBlock("saturation", { lower: [0, 3], upper: [1, 2] }).problem).toBe(
    "Lower must not exceed Upper: 3 is more than 2",
  );
  expect(traceBlock("saturation", { lower: [0, 3], upper: [1, 2, 4] }).problem).toMatch(/Lower has 2 elements/);
  expect(traceBlock("saturation", { lower: [2], upper: [2] }).problem).toBeUndefined();
});

test("has no limit where it is infinite", () => {
  const block = traceBlock("saturation", { lower: [-Infinity], upper: [2] });
  expect(block.at({ in: { in: [-1e300, 3] } }).out).toEqual({ out: [-1e300, 2] });
});
