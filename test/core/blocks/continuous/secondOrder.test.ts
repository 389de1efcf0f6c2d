import { expect, test } from "vitest";
import { drawnRun } from "../drawnRun.ts";
import { traceBlock } from "../traceBlock.ts";

test("swings as the closed form of an underdamped oscillator", () => {
  const { at } = drawnRun(
    {
      u: ["constant"],
      y: ["second-order", { gain: "2", frequency: "3", damping: "0.2", initial: "1", rate: "-1" }],
      s: ["scope"],
    },
    ["u -> y", "y -> s"],
    3,
    0.25,
  );
  const [w, z] = [3, 0.2];
  const wd = w * Math.sqrt(1 - z * z);
  for (const t of [0, 0.5, 3]) {
    const [a, b] = [1 - 2, (-1 + z * w * (1 - 2)) / wd];
    expect(at("y", t)).toBeCloseTo(2 + Math.exp(-z * w * t) * (a * Math.cos(wd * t) + b * Math.sin(wd * t)), 8);
  }
});

test("serves vectors and refuses a frequency of 0", () => {
  const block = traceBlock("second-order", { gain: [1], frequency: [1, 2], damping: [0], initial: [0], rate: [0] });
  expect(block.at({ in: { in: [1, 1] }, state: { x: [0, 0], v: [5, 6] } }).next).toEqual({ x: [5, 6], v: [1, 4] });
  expect(traceBlock("second-order", { frequency: [0] }).problem).toMatch(/greater than 0, not 0/);
});
