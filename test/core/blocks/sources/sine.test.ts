import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("amplitude, frequency in rad/s, phase and bias", () => {
  const block = traceBlock("sine", { amplitude: [2, 1], frequency: [3], phase: [0.5], bias: [10, 0] });
  const out = block.at({ t: 0.7 }).out["out"];
  expect(out?.[0]).toBeCloseTo(10 + 2 * Math.sin(3 * 0.7 + 0.5), 14);
  expect(out?.[1]).toBeCloseTo(Math.sin(3 * 0.7 + 0.5), 14);
});
