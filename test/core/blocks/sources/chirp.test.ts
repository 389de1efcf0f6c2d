import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const params = { amplitude: 2, from: 1, to: 9, time: 4, phase: 0, start: 0, sweep: "linear" };
const value = (p: typeof params, t: number) => traceBlock("chirp", p).at({ t }).out["out"]?.[0];

/** Phase by quadrature of the frequency, which knows nothing of the closed form. */
function phase(frequency: (t: number) => number, t: number): number {
  const n = 4000;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (frequency(((i + 0.5) * t) / n) * t) / n;
  return sum;
}

test.each([0.5, 2, 3.9, 4, 6])("a linear sweep is the sine of the integral of its frequency (t = %f)", (t) => {
  expect(value(params, t)).toBeCloseTo(2 * Math.sin(phase((s) => (s < 4 ? 1 + 2 * s : 9), t)), 4);
});

test.each([0.5, 2, 3.9, 4, 6])("so is an exponential one (t = %f)", (t) => {
  const exponential = { ...params, sweep: "exponential" };
  expect(value(exponential, t)).toBeCloseTo(2 * Math.sin(phase((s) => (s < 4 ? 9 ** (s / 4) : 9), t)), 4);
});

test("an exponential sweep needs two different frequencies above zero", () => {
  expect(traceBlock("chirp", { ...params, from: 0, sweep: "exponential" }).problem).toMatch(/above zero/);
  expect(traceBlock("chirp", { ...params, from: 0 }).problem).toBeUndefined();
});

test("begins late, with a phase", () => {
  const shifted = { ...params, start: 2, phase: 0.3 };
  expect(value(shifted, 1)).toBeCloseTo(2 * Math.sin(0.3), 14);
  expect(value(shifted, 2.5)).toBeCloseTo(2 * Math.sin(0.3 + phase((s) => 1 + 2 * s, 0.5)), 5);
});
