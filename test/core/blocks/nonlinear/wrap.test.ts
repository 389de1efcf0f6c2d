import { expect, test } from "vitest";
import { drawnRun } from "../drawnRun.ts";
import { traceBlock } from "../traceBlock.ts";

test("brings values back by whole turns, the lower end included", () => {
  const block = traceBlock("wrap", { lower: [-180], upper: [180] });
  expect(block.at({ in: { in: [-540, -181, -180, 0, 179, 180, 725] } }).out["out"]).toEqual([
    -180, 179, -180, 0, 179, -180, 5,
  ]);
  expect(traceBlock("wrap", { lower: [1], upper: [1] }).problem).toMatch(/1 is not less than 1/);
});

test("jumps at the instant, so that a sawtooth integrates exactly", () => {
  const { at } = drawnRun(
    { u: ["clock"], w: ["wrap", { lower: "0", upper: "0.7" }], x: ["integrator"], s: ["scope"] },
    ["u -> w", "w -> x", "x -> s"],
    7,
    0.35,
  );
  expect(at("x", 7)).toBeCloseTo((10 * 0.49) / 2, 9);
});
