/** Axes and nearest points of the analysis plots. */
import { describe, expect, test } from "vitest";
import type { ChartLine } from "../../../renderer/plots/chartGeometry.ts";
import {
  axisTicks,
  nearestIndex,
  pathOf,
  rangeOf,
  valueOn,
  zoomedRange,
} from "../../../renderer/plots/chartGeometry.ts";
import { nearestOnLocus } from "../../../renderer/plots/poleZeroGeometry.ts";

const line = (x: readonly number[], y: readonly number[]): ChartLine => ({
  name: "y",
  colour: 0,
  x: Float64Array.from(x),
  y: Float64Array.from(y),
});
const labels = (ticks: readonly { readonly label: string }[]) =>
  ticks.flatMap(({ label }) => (label === "" ? [] : [label]));

test("a curve is read between its samples as the axis runs, and says nothing past its ends", () => {
  const curve = line([1, 100], [0, 4]);
  expect(valueOn(curve, "linear", 50.5)).toBeCloseTo(2, 12);
  expect(valueOn(curve, "log", 10)).toBeCloseTo(2, 12);
  expect(valueOn(curve, "log", 100)).toBe(4);
  expect(valueOn(curve, "log", 101)).toBeUndefined();
  expect(valueOn(line([1, 2], [Number.NaN, 1]), "linear", 1.5)).toBeUndefined();
  expect(valueOn(line([], []), "linear", 1)).toBeUndefined();
});

describe("axes", () => {
  test("decades have numbers, what lies between has lines; a short stretch has numbers of its own", () => {
    expect(labels(axisTicks("log", [-1, 2], 8))).toEqual(["0.1", "1", "10", "100"]);
    expect(axisTicks("log", [-1, 2], 8).length).toBe(4 + 3 * 8);
    expect(labels(axisTicks("log", [0, 0.5], 5))).toEqual(["1", "1.5", "2", "2.5", "3"]);
    expect(labels(axisTicks("log", [-12, 12], 5))).toHaveLength(5);
  });

  test("angles are parts of a turn", () => {
    expect(labels(axisTicks("degrees", [-200, 10], 5))).toEqual(["−180", "−135", "−90", "−45", "0"]);
  });

  test("a range holds what is finite, and has a width where all is one value", () => {
    expect(rangeOf([line([1, 10, 1000], [0, Number.NaN, 4])], "x", "log", { share: 0 })).toEqual([0, 3]);
    const [low, high] = rangeOf([line([0, 1], [2, 2])], "y", "linear");
    expect(low).toBeLessThan(2);
    expect(high).toBeGreaterThan(2);
    expect(rangeOf([], "y", "linear")).toEqual([-1, 1]);
    expect(zoomedRange([0, 10], 2, 0.5)).toEqual([1, 6]);
  });
});

test("a line is broken where a value is none, and short steps are left out", () => {
  const same = (v: number) => v;
  expect(pathOf(line([0, 1, 1.1, 2, 3], [0, 1, 1.1, Number.NaN, 3]), same, same)).toBe("M0.0 0.0L1.0 1.0M3.0 3.0");
  expect(nearestIndex(3, (k) => Math.abs(k - 1.4))).toBe(1);
  expect(nearestIndex(3, () => Number.NaN)).toBe(-1);
});

test("the nearest place on a locus lies between its points, with the gain and the damping there", () => {
  const locus = {
    gains: Float64Array.of(0, 4, 8),
    branches: [{ re: Float64Array.of(-4, -2, -2), im: Float64Array.of(0, 0, 2) }],
    closed: [],
    loop: false,
  };
  const found = nearestOnLocus(locus, undefined, [-1.9, 1], 0.5)!;
  expect(found.at).toEqual([-2, 1]);
  expect(found.gain).toBe(6);
  expect(found.damping).toBeCloseTo(2 / Math.sqrt(5), 12);
  expect(nearestOnLocus(locus, undefined, [5, 5], 0.5)).toBeUndefined();
  const sampled = nearestOnLocus(
    { ...locus, branches: [{ re: Float64Array.of(0.5, 0.5, 0.5), im: Float64Array.of(0, 0, 0) }] },
    0.1,
    [0.5, 0],
    1,
  )!;
  expect(sampled.frequency).toBeCloseTo(Math.log(2) / 0.1, 12);
});
