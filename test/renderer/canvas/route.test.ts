import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Point } from "../../../core/diagram/document.ts";
import type { Side } from "../../../renderer/canvas/geometry.ts";
import { outward } from "../../../renderer/canvas/geometry.ts";
import type { End, Obstacle } from "../../../renderer/canvas/route.ts";
import { routeWire, simplify } from "../../../renderer/canvas/route.ts";

const alone = { obstacles: [], drawn: [], source: "own", turn: "middle" } as const;
const end = (x: number, y: number, side: Side): End => ({ at: { x, y }, side });
const block = (x: number, y: number, width: number, height: number): Obstacle => ({ x, y, width, height, weight: 24 });

const grid = fc.integer({ min: -60, max: 60 }).map((n) => n * 8);
const anyEnd = fc
  .record({ x: grid, y: grid, side: fc.constantFrom<Side>("left", "right", "top", "bottom") })
  .map(({ x, y, side }) => end(x, y, side));
const anyBlock = fc.record({ x: grid, y: grid }).map(({ x, y }) => block(x, y, 64, 48));

function crosses(points: readonly Point[], o: Obstacle): boolean {
  return points.some((b, i) => {
    const a = points[i - 1];
    if (!a) return false;
    return (
      Math.min(a.x, b.x) < o.x + o.width &&
      Math.max(a.x, b.x) > o.x &&
      Math.min(a.y, b.y) < o.y + o.height &&
      Math.max(a.y, b.y) > o.y
    );
  });
}

describe("laws of every wire", () => {
  test("it is orthogonal, runs from port to port, and leaves outwards", () => {
    fc.assert(
      fc.property(anyEnd, anyEnd, fc.array(anyBlock, { maxLength: 6 }), (from, to, obstacles) => {
        // Closer than this only ports of blocks on top of each other can be.
        fc.pre(Math.max(Math.abs(from.at.x - to.at.x), Math.abs(from.at.y - to.at.y)) >= 56);
        const points = routeWire(from, to, { ...alone, obstacles });
        expect(points[0]).toEqual(from.at);
        expect(points.at(-1)).toEqual(to.at);
        for (const [i, b] of points.entries()) {
          const a = points[i - 1];
          if (a) expect((a.x === b.x) !== (a.y === b.y)).toBe(true);
        }
        const next = points[1]!;
        const out = outward(from.side);
        expect((next.x - from.at.x) * out.x + (next.y - from.at.y) * out.y).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });

  test("the same drawing gives the same wire", () => {
    fc.assert(
      fc.property(anyEnd, anyEnd, fc.array(anyBlock, { maxLength: 4 }), (from, to, obstacles) => {
        const around = { ...alone, obstacles };
        expect(routeWire(from, to, around)).toEqual(routeWire(from, to, around));
      }),
      { numRuns: 25 },
    );
  });
});

test("aligned ports: a straight line", () => {
  expect(routeWire(end(0, 40, "right"), end(200, 40, "left"), alone)).toEqual([
    { x: 0, y: 40 },
    { x: 200, y: 40 },
  ]);
});

test("ports that are not level: one step, half-way", () => {
  expect(routeWire(end(0, 0, "right"), end(160, 80, "left"), alone)).toEqual([
    { x: 0, y: 0 },
    { x: 80, y: 0 },
    { x: 80, y: 80 },
    { x: 160, y: 80 },
  ]);
});

test("a branch turns near its source, a summand near its target", () => {
  const [from, to] = [end(0, 0, "right"), end(320, 80, "left")];
  expect(routeWire(from, to, { ...alone, turn: "source" })[1]).toEqual({ x: 24, y: 0 });
  expect(routeWire(from, to, { ...alone, turn: "target" })[1]).toEqual({ x: 296, y: 0 });
});

test("a block in the way is gone around", () => {
  const wall = block(80, 0, 64, 80);
  const points = routeWire(end(0, 40, "right"), end(240, 40, "left"), { ...alone, obstacles: [wall] });
  expect(points.length).toBeGreaterThan(2);
  expect(crosses(points, wall)).toBe(false);
});

test("a wire that feeds back goes round its own block", () => {
  const state = block(0, 0, 176, 80);
  const points = routeWire(end(176, 40, "right"), end(0, 24, "left"), { ...alone, obstacles: [state] });
  expect(crosses(points, state)).toBe(false);
  expect(points).toHaveLength(6);
  // Above, where there is as much room as below: the turn is the nearer to the port.
  expect(Math.min(...points.map((point) => point.y))).toBe(-32);
});

test("two wires from different ports do not share a line", () => {
  const first = routeWire(end(0, 0, "right"), end(160, 80, "left"), alone);
  const drawn = first.slice(1).map((b, i) => ({ a: first[i]!, b, source: "other" }));
  const second = routeWire(end(0, 32, "right"), end(160, 112, "left"), { ...alone, drawn });
  const columns = (points: readonly Point[]) =>
    points.filter((point, i) => points[i + 1]?.x === point.x).map((point) => point.x);
  expect(columns(second)).not.toEqual(columns(first));
});

test("simplify drops repeated points and those on a straight piece", () => {
  expect(
    simplify([
      { x: 0, y: 0 },
      { x: 8, y: 0 },
      { x: 8, y: 0 },
      { x: 16, y: 0 },
      { x: 16, y: 8 },
    ]),
  ).toEqual([
    { x: 0, y: 0 },
    { x: 16, y: 0 },
    { x: 16, y: 8 },
  ]);
});
