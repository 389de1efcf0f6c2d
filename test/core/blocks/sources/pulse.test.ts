import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const params = { amplitude: [3], period: 2, duty: [0.25], delay: [1], bias: [-1] };

test.each([
  [0.99, -1],
  [1, 2],
  [1.49, 2],
  [1.5, -1],
  [2.9, -1],
  [3, 2],
  [7.25, 2],
  [7.75, -1],
])("at t = %f it gives %f", (t, value) => {
  expect(traceBlock("pulse", params).at({ t }).out).toEqual({ out: [value] });
});

test("duty 0 is never on, duty 1 always after the delay", () => {
  for (const t of [1, 1.3, 2.999, 3, 8.5]) {
    expect(traceBlock("pulse", { ...params, duty: [0] }).at({ t }).out).toEqual({ out: [-1] });
    expect(traceBlock("pulse", { ...params, duty: [1] }).at({ t }).out).toEqual({ out: [2] });
  }
});

test("three phases: each element with its own delay and duty", () => {
  const block = traceBlock("pulse", { amplitude: [1], period: 3, duty: [0.5, 0.5, 0.1], delay: [0, 1, 2], bias: [0] });
  expect(block.at({ t: 1.2 }).out).toEqual({ out: [1, 1, 0] });
  expect(block.at({ t: 2.2 }).out).toEqual({ out: [0, 1, 1] });
  expect(traceBlock("pulse", { ...params, duty: [0.5, 1.2] }).problem).toMatch(/between 0 and 1, not 1.2/);
});
