import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const value = (name: string, u: number[]) =>
  traceBlock("square-root", { function: name }).at({ in: { in: u } }).out["out"]!;

test("a root, no root of a negative number, and one over a root", () => {
  expect(value("sqrt", [9, 0, -4])).toEqual([3, 0, NaN]);
  expect(value("1/sqrt", [4, 0])).toEqual([0.5, Infinity]);
});

test("the signed root of a negative number, and of 0", () => {
  const roots = value("signed sqrt", [9, -4, 0, 1e-200, -1e150]);
  [3, -2, 0, 0, -1e75].forEach((root, i) =>
    expect(Math.abs(roots[i]! - root)).toBeLessThanOrEqual(1e-15 * Math.abs(root)),
  );
});
