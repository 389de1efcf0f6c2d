import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const params = { mean: [10, 0], deviation: [2], period: 0.1, seed: 7 };
const sample = (seed: number, k: number) => traceBlock("noise", { ...params, seed }).at({ state: { k: [k] } });

test("counts its samples and depends on nothing else", () => {
  const block = traceBlock("noise", params);
  expect(block.at({ t: 0.3, state: { k: [3] } }).next).toEqual({ k: [4] });
  expect(block.at({ t: 0.3, state: { k: [3] } }).out).toEqual(block.at({ t: 0.39, state: { k: [3] } }).out);
  expect(sample(7, 3).out).not.toEqual(sample(8, 3).out);
  expect(sample(7, 3).out).not.toEqual(sample(7, 4).out);
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
