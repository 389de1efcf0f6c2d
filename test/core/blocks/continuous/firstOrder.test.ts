import { expect, test } from "vitest";
import { drawnRun } from "../drawnRun.ts";
import { traceBlock } from "../traceBlock.ts";

test("reaches a step as 1 - exp(-t/T), from its initial value", () => {
  const { at } = drawnRun(
    { u: ["constant"], y: ["first-order", { gain: "3", time: "0.5", initial: "1" }], s: ["scope"] },
    ["u -> y", "y -> s"],
    2,
    0.25,
  );
  for (const t of [0, 0.5, 2]) expect(at("y", t)).toBeCloseTo(3 - 2 * Math.exp(-t / 0.5), 9);
});

test("refuses a time constant of 0 and lengths that differ; shows its numbers", () => {
  expect(traceBlock("first-order", { time: [1, 0] }).problem).toBe("Time constant T must be greater than 0, not 0");
  expect(traceBlock("first-order", { gain: [1, 2], time: [1, 2, 3] }).problem).toMatch(/2 elements but .* 3/);
  const { glyph } = traceBlock("first-order", {}).definition;
  expect(glyph.tex?.({ gain: "2", time: "0.5", initial: "0" })).toBe("\\frac{2}{0.5\\,s+1}");
  expect(glyph.tex?.({ gain: "[1, 2]", time: "1", initial: "0" })).toBe("\\frac{K}{s+1}");
});
