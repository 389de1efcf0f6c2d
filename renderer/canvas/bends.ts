/** Wires bent by hand: their corners are kept in the document and stay square while the blocks at their ends move. */
import type { Point } from "../../core/diagram/document.ts";
import type { End } from "./route.ts";
import { simplify } from "./route.ts";
import { outward, snap } from "./geometry.ts";

const stub = 16;

/** The corners as stored, made square again between the two ports as they now lie. */
export function squareUp(from: End, to: End, bends: readonly Point[]): readonly Point[] {
  const corners = bends.map((point) => ({ x: point.x, y: point.y }));
  const first = corners[0];
  const last = corners.at(-1);
  if (!first || !last) return [from.at, to.at];
  if (corners.length > 1) {
    if (outward(from.side).x !== 0) first.y = from.at.y;
    else first.x = from.at.x;
    if (outward(to.side).x !== 0) last.y = to.at.y;
    else last.x = to.at.x;
  }
  const points: Point[] = [from.at];
  let along: "x" | "y" = outward(from.side).x !== 0 ? "x" : "y";
  for (const corner of [...corners, to.at]) {
    const here = points.at(-1) ?? from.at;
    if (here.x !== corner.x && here.y !== corner.y) {
      points.push(along === "x" ? { x: corner.x, y: here.y } : { x: here.x, y: corner.y });
    }
    const before = points.at(-1) ?? here;
    if (before.x !== corner.x) along = "y";
    else if (before.y !== corner.y) along = "x";
    points.push(corner);
  }
  return simplify(points);
}

/**
 * The corners after dragging piece `index` (between points `index` and `index + 1`) sideways to `at`. A piece that touches
 * a port keeps a stub there.
 */
export function dragPiece(points: readonly Point[], index: number, at: Point): Point[] {
  const a = points[index];
  const b = points[index + 1];
  if (!a || !b) return points.slice(1, -1);
  const upright = a.x === b.x;
  const moved = (point: Point): Point => (upright ? { x: snap(at.x), y: point.y } : { x: point.x, y: snap(at.y) });
  const length = Math.abs(b.x - a.x) + Math.abs(b.y - a.y);
  const inset = Math.min(stub, Math.floor(length / 3));
  const toward = (from: Point, other: Point): Point => ({
    x: from.x + Math.sign(other.x - from.x) * inset,
    y: from.y + Math.sign(other.y - from.y) * inset,
  });
  const head = index === 0 ? [a, toward(a, b), moved(toward(a, b))] : [...points.slice(0, index), moved(a)];
  const tail =
    index === points.length - 2 ? [moved(toward(b, a)), toward(b, a), b] : [moved(b), ...points.slice(index + 2)];
  return simplify([...head, ...tail]).slice(1, -1);
}

/** The piece of a wire nearest to a point, and how far it is. */
export function nearestPiece(points: readonly Point[], to: Point): { index: number; distance: number; at: Point } {
  let found = { index: 0, distance: Number.POSITIVE_INFINITY, at: points[0] ?? to };
  for (let index = 0; index + 1 < points.length; index++) {
    const a = points[index];
    const b = points[index + 1];
    if (!a || !b) continue;
    const at = {
      x: Math.min(Math.max(to.x, Math.min(a.x, b.x)), Math.max(a.x, b.x)),
      y: Math.min(Math.max(to.y, Math.min(a.y, b.y)), Math.max(a.y, b.y)),
    };
    const distance = Math.hypot(at.x - to.x, at.y - to.y);
    if (distance < found.distance) found = { index, distance, at };
  }
  return found;
}
