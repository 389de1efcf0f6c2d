import { expect, test } from "vitest";
import { drawnRun } from "../drawnRun.ts";
import { traceBlock } from "../traceBlock.ts";

const table = { points: [0, 1, 3, 4, 6], values: [0, 2, 1, 1, 5] };
const at = (u: readonly number[], more: { readonly [name: string]: string | number[] }) =>
  traceBlock("lookup-1d", { ...table, ...more }).at({ in: { in: u } }).out["out"]!;

test("joins its points by straight lines; holds its ends or goes on", () => {
  expect(at([-1, 0, 0.5, 1, 2, 3.5, 5, 6, 8], {})).toEqual([0, 0, 1, 2, 1.5, 1, 3, 5, 5]);
  expect(at([-1, 8], { beyond: "straight" })).toEqual([-2, 9]);
});

test("steps to the nearest or the previous point", () => {
  const u = [-1, 0.4, 0.5, 1, 2.9, 6, 9];
  expect(at(u, { between: "nearest" })).toEqual([0, 0, 2, 2, 1, 5, 5]);
  expect(at(u, { between: "previous" })).toEqual([0, 0, 0, 2, 2, 5, 5]);
});

test("a not-a-knot spline is the cubic itself where its points lie on one, with any spacing", () => {
  const cubic = (x: number) => 2 - x + 3 * x * x - 0.5 * x ** 3;
  const points = [-2, -1.5, 0, 0.25, 3, 4];
  const u = [-1.9, -0.3, 0.1, 2.2, 3.9];
  const y = traceBlock("lookup-1d", { points, values: points.map(cubic), between: "spline" }).at({ in: { in: u } });
  y.out["out"]!.forEach((v, i) => expect(v).toBeCloseTo(cubic(u[i]!), 11));
  // Three points make a parabola, two a line.
  const few = (p: number[], values: number[], x: number) =>
    traceBlock("lookup-1d", { points: p, values, between: "spline" }).at({ in: { in: [x] } }).out["out"]![0];
  expect(few([0, 1, 3], [0, 1, 9], 2)).toBeCloseTo(4, 12);
  expect(few([0, 2], [1, 5], 1)).toBeCloseTo(3, 12);
});

test("the spline's curvature goes on through inner points, and its third derivative through the second and the last but one", () => {
  const f = (u: number) => at([u], { between: "spline" })[0]!;
  const h = 1e-3;
  const second = (u: number, side: number) => (f(u) - 2 * f(u + side * h) + f(u + 2 * side * h)) / (h * h);
  for (const x of [3]) expect(second(x, 1)).toBeCloseTo(second(x, -1), 1);
  // On both sides of a knot that is none the same cubic runs: fourth differences vanish across it.
  for (const x of [1, 4]) {
    const d = 0.2;
    const fourth = f(x - 2 * d) - 4 * f(x - d) + 6 * f(x) - 4 * f(x + d) + f(x + 2 * d);
    expect(Math.abs(fourth)).toBeLessThan(1e-12);
  }
});

test("a monotone cubic never leaves the range of its neighbours", () => {
  const u = Array.from({ length: 601 }, (_, i) => i / 100);
  const y = at(u, { between: "monotone" });
  u.forEach((x, i) => {
    const k = Math.max(
      0,
      table.points.findLastIndex((p) => p <= x && p < 6),
    );
    const [low, high] = [table.values[k]!, table.values[k + 1]!].sort((a, b) => a - b);
    expect(y[i]).toBeGreaterThanOrEqual(low! - 1e-12);
    expect(y[i]).toBeLessThanOrEqual(high! + 1e-12);
  });
  // The harmonic mean of Fritsch and Butland: slopes 1 and 3 over equal steps give 2 * 3 / (1 + 3) = 1.5 at the middle,
  // ends 0 and 4: at 0.5 it is 0.5 + (0 - 1.5) / 8.
  const block = traceBlock("lookup-1d", { points: [0, 1, 2], values: [0, 1, 4], between: "monotone" });
  expect(block.at({ in: { in: [0.5] } }).out["out"]![0]).toBeCloseTo(0.5 - 1.5 / 8, 12);
});

test("goes on in a straight line beyond a spline's ends", () => {
  const values = [0, 1, 8, 27];
  const block = traceBlock("lookup-1d", { points: [0, 1, 2, 3], values, between: "spline", beyond: "straight" });
  const [below, above] = block.at({ in: { in: [-2, 5] } }).out["out"]!;
  expect(below).toBeCloseTo(0, 11);
  expect(above).toBeCloseTo(27 + 27 * 2, 10);
});

test("in a run its corners are met, so that its integral is exact", () => {
  const { at: value } = drawnRun(
    {
      u: ["clock"],
      f: ["lookup-1d", { points: "[0, 1, 3, 4, 6]", values: "[0, 2, 1, 1, 5]" }],
      x: ["integrator"],
      s: ["scope"],
    },
    ["u -> f", "f -> x", "x -> s"],
    7,
    0.7,
  );
  expect(value("x", 7)).toBeCloseTo(1 + 3 + 1 + 6 + 5, 8);
});

test("refuses points that do not rise, and lengths that differ", () => {
  const problem = (points: number[], values: number[]) => traceBlock("lookup-1d", { points, values }).problem;
  expect(problem([0, 1, 1], [0, 1, 2])).toBe("Inputs x must rise from one element to the next: 1 follows 1");
  expect(problem([0, 1], [0, 1, 2])).toBe("Inputs x has 2 elements but Outputs y has 3");
  expect(problem([0], [0])).toMatch(/at least 2/);
});
