import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test.each(["sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"] as const)(
  "%s of each element",
  (name) => {
    const block = traceBlock("trigonometry", { function: name });
    expect(block.at({ in: { in: [0.3, -0.8] } }).out).toEqual({ out: [Math[name](0.3), Math[name](-0.8)] });
  },
);

test("atan2 takes y and x, in all four quadrants", () => {
  const block = traceBlock("trigonometry", { function: "atan2" });
  expect(Object.keys(block.ports.in ?? {})).toEqual(["y", "x"]);
  const out = block.at({ in: { y: [1, 1, -1, -1, 0], x: [1, -1, -1, 1, -1] } }).out["out"]!;
  [1, 3, -3, -1, 4].forEach((eighths, i) => expect(out[i]).toBeCloseTo((eighths * Math.PI) / 4, 15));
});

test("beyond 1 there is no arc sine", () => {
  expect(traceBlock("trigonometry", { function: "asin" }).at({ in: { in: [1.1] } }).out).toEqual({ out: [NaN] });
});
