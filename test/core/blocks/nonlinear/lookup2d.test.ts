import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const rows = [0, 1, 2, 4];
const columns = [-1, 0, 2, 3, 4];
const on = (f: (x: number, y: number) => number) => rows.map((x) => columns.map((y) => f(x, y)));
const at = (f: (x: number, y: number) => number, between: string, u: number, v: number, beyond = "hold") =>
  traceBlock("lookup-2d", { rows, columns, values: on(f), between, beyond }).at({ in: { u: [u], v: [v] } }).out[
    "out"
  ]![0]!;

test("is a bilinear surface itself, inside, held and onwards", () => {
  const f = (x: number, y: number) => 2 + 3 * x - y + 0.5 * x * y;
  for (const [u, v] of [
    [0, -1],
    [0.3, 1.7],
    [3, 3.5],
    [4, 4],
  ] as const)
    expect(at(f, "linear", u, v)).toBeCloseTo(f(u, v), 12);
  expect(at(f, "linear", 9, -5)).toBeCloseTo(f(4, -1), 12);
  expect(at(f, "linear", 9, -5, "straight")).toBeCloseTo(f(9, -5), 12);
});

test("is a bicubic surface itself as a spline", () => {
  const f = (x: number, y: number) => (1 + x - 0.3 * x ** 3) * (2 - y * y + 0.1 * y ** 3);
  for (const [u, v] of [
    [0.5, 0.5],
    [1.3, -0.4],
    [3.3, 3.6],
  ] as const)
    expect(at(f, "spline", u, v)).toBeCloseTo(f(u, v), 10);
  // Beyond an edge, along the slope there.
  const slope = 1 - 0.9 * 16;
  expect(at(f, "spline", 5, 2, "straight")).toBeCloseTo(f(4, 2) + slope * (2 - 4 + 0.8), 9);
  expect(at(f, "spline", 5, 2)).toBeCloseTo(f(4, 2), 10);
});

test("steps, and monotone does not overshoot a plateau", () => {
  const f = (x: number, y: number) => 10 * x + y;
  expect(at(f, "nearest", 1.4, 2.6)).toBe(13);
  expect(at(f, "previous", 1.9, 2.6)).toBe(12);
  const cliff = (x: number) => (x > 1 ? 1 : 0);
  for (const u of [0.5, 1.2, 1.8, 3]) {
    const z = at(cliff, "monotone", u, 0.7);
    expect(z).toBeGreaterThanOrEqual(0);
    expect(z).toBeLessThanOrEqual(1);
  }
});

test("refuses a table of another size", () => {
  const problem = traceBlock("lookup-2d", { rows, columns, values: [[1, 2]] }).problem;
  expect(problem).toBe("Table Z must be 4 × 5, and is 1 × 2");
});
