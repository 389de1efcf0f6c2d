import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const params = { mean: [10, 0], deviation: [2], period: 0.1, seed: 7 };
const sample = (seed: number, k: number) => traceBlock("noise", { ...params, seed }).at({ t: k * 0.1 });

test("depends on its seed and on the number of the sample alone, which is taken at sample instants", () => {
  const block = traceBlock("noise", params);
  expect(block.at({ t: 0.3 }).held).toHaveLength(1);
  // 0.3 / 0.1 is just below 3.
  expect(block.at({ t: 0.3 }).out).toEqual(block.at({ t: 0.30000000000000004 }).out);
  expect(sample(7, 3).out).not.toEqual(sample(8, 3).out);
  expect(sample(7, 3).out).not.toEqual(sample(7, 4).out);
  expect(block.definition.states).toBeUndefined();
});

test("has its mean and its standard deviation, element by element, without correlation", () => {
  const n = 4000;
  const all = Array.from({ length: n }, (_, k) => sample(7, k).out["out"] ?? []);
  const moments = (of: (row: number[]) => number) => {
    const mean = all.reduce((sum, row) => sum + of(row), 0) / n;
    return { mean, deviation: Math.sqrt(all.reduce((sum, row) => sum + (of(row) - mean) ** 2, 0) / n) };
  };
  // Five standard errors.
  expect(Math.abs(moments((row) => row[0]!).mean - 10)).toBeLessThan((5 * 2) / Math.sqrt(n));
  expect(Math.abs(moments((row) => row[0]!).deviation - 2)).toBeLessThan((5 * 2) / Math.sqrt(2 * n));
  expect(Math.abs(moments((row) => row[1]!).mean)).toBeLessThan((5 * 2) / Math.sqrt(n));
  expect(Math.abs(moments((row) => (row[0]! - 10) * row[1]!).mean)).toBeLessThan((5 * 4) / Math.sqrt(n));
  const lagged = all.slice(1).reduce((sum, row, k) => sum + (row[0]! - 10) * (all[k]![0]! - 10), 0) / (n - 1);
  expect(Math.abs(lagged)).toBeLessThan((5 * 4) / Math.sqrt(n));
});

test("refuses a negative deviation", () => {
  expect(traceBlock("noise", { ...params, deviation: [-1] }).problem).toMatch(/negative/);
});
