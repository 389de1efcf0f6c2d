import fc from "fast-check";
import { expect, test } from "vitest";
import type { Curve } from "../../../renderer/plots/signals.ts";
import { boxOf, equalized, nearestSample } from "../../../renderer/plots/xyGeometry.ts";
import { zoomedBox } from "../../../renderer/plots/xyCanvas.ts";

const signal = (values: readonly number[]) => ({
  path: "s",
  name: "s",
  values: Float64Array.from(values),
  sampled: false,
  colour: 0,
  dashed: false,
});
const curve = (x: readonly number[], y: readonly number[]): Curve => ({ x: signal(x), y: signal(y) });

test("everything is seen, with a margin; what is not finite is left out", () => {
  const { x, y } = boxOf([curve([0, 10, NaN], [-1, 1, Infinity]), curve([-5, 2], [0, 0])]);
  expect(x[0]).toBeLessThan(-5);
  expect(x[1]).toBeGreaterThan(10);
  expect(x[1]).toBeLessThan(12);
  expect(y[0]).toBeGreaterThan(-1.2);
  expect(y[1]).toBeGreaterThan(1);
});

test("a constant lies in the middle of its axis, and nothing at all still has axes", () => {
  const { x, y } = boxOf([curve([3, 3], [0, 0])]);
  expect((x[0] + x[1]) / 2).toBeCloseTo(3);
  expect(y).toEqual([-1, 1]);
  expect(boxOf([])).toEqual({ x: [0, 1], y: [0, 1] });
});

test("equal scales: a unit is as long on both axes, and nothing that was seen is lost", () => {
  const side = fc.tuple(fc.double({ min: -50, max: 50, noNaN: true }), fc.double({ min: 0.1, max: 100, noNaN: true }));
  fc.assert(
    fc.property(side, side, fc.integer({ min: 50, max: 900 }), fc.integer({ min: 50, max: 900 }), (a, b, w, h) => {
      const box = { x: [a[0], a[0] + a[1]], y: [b[0], b[0] + b[1]] } as const;
      const { x, y } = equalized(box, w, h);
      expect((x[1] - x[0]) / w).toBeCloseTo((y[1] - y[0]) / h, 9);
      expect(x[0]).toBeLessThanOrEqual(box.x[0] + 1e-9);
      expect(x[1]).toBeGreaterThanOrEqual(box.x[1] - 1e-9);
      expect(y[0]).toBeLessThanOrEqual(box.y[0] + 1e-9);
      expect(y[1]).toBeGreaterThanOrEqual(box.y[1] - 1e-9);
    }),
  );
});

test("the pointer finds the nearest sample of all curves", () => {
  const curves = [curve([0, 1, 2], [0, 0, 0]), curve([0, 1, 2], [5, 5, NaN])];
  const same = { toX: (v: number) => v, toY: (v: number) => v };
  expect(nearestSample(curves, same, 1.2, 0.5)).toMatchObject({ index: 1, x: 1, y: 0 });
  expect(nearestSample(curves, same, 0.9, 4)?.curve).toBe(curves[1]);
  expect(nearestSample([curve([NaN], [1])], same, 0, 0)).toBeUndefined();
});

test("the wheel zooms both axes about the pointer, and all the way out is no zoom", () => {
  const whole = { x: [0, 10], y: [-1, 1] } as const;
  const near = zoomedBox(whole, whole, 2, 0.5, -200)!;
  expect((2 - near.x[0]) / (near.x[1] - near.x[0])).toBeCloseTo(0.2);
  expect((0.5 - near.y[0]) / (near.y[1] - near.y[0])).toBeCloseTo(0.75);
  expect(zoomedBox(near, whole, 2, 0.5, 2000)).toBeUndefined();
});
