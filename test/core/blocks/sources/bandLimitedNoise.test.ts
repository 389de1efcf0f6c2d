import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const params = { density: [0.5, 2], period: 0.02, seed: 3 };

test("each sample has the variance PSD / Ts", () => {
  const block = traceBlock("band-limited-noise", params);
  const n = 4000;
  const all = Array.from({ length: n }, (_, k) => block.at({ t: k * 0.02 }).out["out"]!);
  [25, 100].forEach((variance, i) => {
    const mean = all.reduce((sum, row) => sum + row[i]!, 0) / n;
    const square = all.reduce((sum, row) => sum + row[i]! ** 2, 0) / n;
    // Five standard errors.
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(variance / n));
    expect(Math.abs(square - variance)).toBeLessThan(5 * variance * Math.sqrt(2 / n));
  });
});

test("the same numbers as Gaussian noise of that deviation", () => {
  const noise = traceBlock("noise", { mean: [0], deviation: [5, 10], period: 0.02, seed: 3 });
  expect(traceBlock("band-limited-noise", params).at({ t: 0.4 }).out).toEqual(noise.at({ t: 0.4 }).out);
});

test("refuses a negative density", () => {
  expect(traceBlock("band-limited-noise", { ...params, density: [-1] }).problem).toMatch(/negative/);
  expect(traceBlock("band-limited-noise", { ...params, density: [0] }).problem).toBeUndefined();
});
