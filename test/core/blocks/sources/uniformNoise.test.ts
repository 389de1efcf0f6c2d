import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const params = { lower: [2, 0], upper: [6], period: 0.1, seed: 7 };
const block = traceBlock("uniform-noise", params);
const all = Array.from({ length: 4000 }, (_, k) => block.at({ t: k * 0.1 }).out["out"]!);

test("stays between its bounds, and is spread evenly between them", () => {
  for (const [lower, i] of [
    [2, 0],
    [0, 1],
  ] as const) {
    const values = all.map((row) => row[i]!);
    expect(Math.min(...values)).toBeGreaterThan(lower);
    expect(Math.max(...values)).toBeLessThan(6);
    // Ten parts of equal width: 400 in each, five standard deviations of 19.
    const parts = Array.from({ length: 10 }, () => 0);
    for (const v of values) parts[Math.floor(((v - lower) / (6 - lower)) * 10)]! += 1;
    for (const n of parts) expect(Math.abs(n - 400)).toBeLessThan(95);
  }
});

test("one seed is one sequence, elements are different", () => {
  expect(block.at({ t: 0.3 }).out).toEqual(traceBlock("uniform-noise", params).at({ t: 0.30000000000000004 }).out);
  expect(traceBlock("uniform-noise", { ...params, seed: 8 }).at({ t: 0.3 }).out).not.toEqual(block.at({ t: 0.3 }).out);
  const same = all.filter(([a, b]) => Math.abs((a! - 2) / 4 - b! / 6) < 1e-9);
  expect(same).toEqual([]);
});

test("refuses bounds the wrong way round", () => {
  expect(traceBlock("uniform-noise", { ...params, lower: [7] }).problem).toBe("Lower must not exceed Upper");
  expect(block.problem).toBeUndefined();
});
