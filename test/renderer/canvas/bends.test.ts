import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Point } from "../../../core/diagram/document.ts";
import { dragPiece, nearestPiece, squareUp } from "../../../renderer/canvas/bends.ts";

const from = { at: { x: 0, y: 0 }, side: "right" } as const;
const to = { at: { x: 160, y: 80 }, side: "left" } as const;
const line: readonly Point[] = [
  { x: 0, y: 0 },
  { x: 80, y: 0 },
  { x: 80, y: 80 },
  { x: 160, y: 80 },
];

const square = (points: readonly Point[]) =>
  points.every((b, i) => {
    const a = points[i - 1];
    return !a || a.x === b.x || a.y === b.y;
  });

test("dragging the upright piece of a Z moves it sideways, on the grid", () => {
  const bends = dragPiece(line, 1, { x: 41, y: 300 });
  expect(bends).toEqual([
    { x: 40, y: 0 },
    { x: 40, y: 80 },
  ]);
  expect(squareUp(from, to, bends)).toEqual([
    { x: 0, y: 0 },
    { x: 40, y: 0 },
    { x: 40, y: 80 },
    { x: 160, y: 80 },
  ]);
});

test("dragging a straight wire aside keeps a stub at each port", () => {
  const straight = [
    { x: 0, y: 0 },
    { x: 160, y: 0 },
  ];
  const bends = dragPiece(straight, 0, { x: 80, y: 50 });
  expect(squareUp(from, { at: { x: 160, y: 0 }, side: "left" }, bends)).toEqual([
    { x: 0, y: 0 },
    { x: 16, y: 0 },
    { x: 16, y: 48 },
    { x: 144, y: 48 },
    { x: 144, y: 0 },
    { x: 160, y: 0 },
  ]);
});

describe("wires bent by hand", () => {
  const point = fc.record({
    x: fc.integer({ min: -40, max: 60 }).map((n) => n * 8),
    y: fc.integer({ min: -40, max: 60 }).map((n) => n * 8),
  });
  test("stay square whatever the corners are and wherever the ports have gone", () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 6 }), point, point, (bends, a, b) => {
        const points = squareUp({ at: a, side: "right" }, { at: b, side: "left" }, bends);
        expect(square(points)).toBe(true);
        expect(points[0]).toEqual(a);
        if (a.x !== b.x || a.y !== b.y) expect(points.at(-1)).toEqual(b);
      }),
    );
  });
  test("stay square after any piece is dragged anywhere", () => {
    fc.assert(
      fc.property(fc.nat(2), point, (index, at) => {
        expect(square(squareUp(from, to, dragPiece(line, index, at)))).toBe(true);
      }),
    );
  });
});

test("the nearest piece of a wire", () => {
  expect(nearestPiece(line, { x: 90, y: 40 })).toEqual({ index: 1, distance: 10, at: { x: 80, y: 40 } });
  expect(nearestPiece(line, { x: 20, y: -3 })).toMatchObject({ index: 0, distance: 3 });
});
