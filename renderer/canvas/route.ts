/**
 * One orthogonal wire from port to port: straight when aligned, else the cheapest way over the lines that matter
 * (ports, middles, the margins of blocks), by Dijkstra with a heuristic. Deterministic: the same drawing gives the same
 * wires. Which wires share a drawing, and in what order, is wiring.ts's business.
 */
import type { Point } from "../../core/diagram/document.ts";
import type { Rect, Side } from "./geometry.ts";
import { outward, snap } from "./geometry.ts";

export interface End {
  readonly at: Point;
  readonly side: Side;
}

/** `weight`: cost of each px inside; a block is almost a wall, its name only a nuisance. */
export interface Obstacle extends Rect {
  readonly weight: number;
}

/** A piece of a wire that is already drawn. */
export interface Drawn {
  readonly a: Point;
  readonly b: Point;
  readonly source: string;
}

export interface Surroundings {
  readonly obstacles: readonly Obstacle[];
  readonly drawn: readonly Drawn[];
  /** Wires of the same source carry the same signal and may share a line. */
  readonly source: string;
  /** Where the turn of a Z lies best: near the source (branches), the target (sums), or half-way. */
  readonly turn: "source" | "target" | "middle";
}

const stub = 24;
const outermost = 32;
const bendCost = 36;
const crossCost = 14;
/** Px at which two parallel wires look like one. */
const near = 7;
/** Px at which they are told apart with an effort. */
const close = 12;
const reach = 240;
/** Obstacles at least so heavy have margins in which wires like to run. */
const wall = 3;

export function routeWire(from: End, to: End, around: Surroundings): readonly Point[] {
  const { obstacles } = around;
  const out = outward(from.side);
  const into = outward(to.side);
  const facing = out.x === -into.x && out.y === -into.y;
  const gap = (to.at.x - from.at.x) * out.x + (to.at.y - from.at.y) * out.y;
  const aside = Math.abs((to.at.x - from.at.x) * out.y) + Math.abs((to.at.y - from.at.y) * out.x);
  if (facing && aside < 1 && gap > 0 && blockage(from.at, to.at, obstacles) === 0) return [from.at, to.at];

  const step = facing ? freeStep(from, to, around) : undefined;
  if (step) return simplify(step);

  let first = stub;
  let last = stub;
  if (facing && gap > 0 && gap < 2 * stub) {
    first = snap(gap / 2);
    last = gap - first;
  }
  const start = { x: from.at.x + out.x * first, y: from.at.y + out.y * first };
  const goal = { x: to.at.x + into.x * last, y: to.at.y + into.y * last };
  const path = search(start, out, goal, { x: -into.x, y: -into.y }, around);
  return simplify([from.at, ...path, to.at]);
}

function blockage(a: Point, b: Point, obstacles: readonly Obstacle[]): number {
  let cost = 0;
  const left = Math.min(a.x, b.x);
  const right = Math.max(a.x, b.x);
  const top = Math.min(a.y, b.y);
  const bottom = Math.max(a.y, b.y);
  for (const o of obstacles) {
    const wide = Math.min(right, o.x + o.width) - Math.max(left, o.x);
    const high = Math.min(bottom, o.y + o.height) - Math.max(top, o.y);
    if (wide < 0 || high < 0 || (wide === 0 && high === 0)) continue;
    // Running along an edge is not running through it.
    if (left === right ? left <= o.x || left >= o.x + o.width : top <= o.y || top >= o.y + o.height) continue;
    cost += o.weight * Math.max(wide, high);
  }
  return cost;
}

function company(a: Point, b: Point, drawn: readonly Drawn[], source: string): number {
  let cost = 0;
  const upright = a.x === b.x;
  for (const other of drawn) {
    const otherUpright = other.a.x === other.b.x;
    if (upright === otherUpright) {
      const apart = upright ? Math.abs(a.x - other.a.x) : Math.abs(a.y - other.a.y);
      if (apart > close || (apart === 0 && other.source === source)) continue;
      const shared = upright ? overlap(a.y, b.y, other.a.y, other.b.y) : overlap(a.x, b.x, other.a.x, other.b.x);
      if (shared > 0) cost += apart > near ? shared : 3 * shared + 8;
    } else if (other.source !== source) {
      const [v1, v2, h1, h2] = upright ? [a, b, other.a, other.b] : [other.a, other.b, a, b];
      if (strictlyBetween(v1.x, h1.x, h2.x) && strictlyBetween(h1.y, v1.y, v2.y)) cost += crossCost;
    }
  }
  return cost;
}

function overlap(a: number, b: number, c: number, d: number): number {
  return Math.min(Math.max(a, b), Math.max(c, d)) - Math.max(Math.min(a, b), Math.min(c, d));
}

function strictlyBetween(value: number, a: number, b: number): boolean {
  return value >= Math.min(a, b) && value < Math.max(a, b);
}

/** Lines that a bend may lie on, one axis at a time. */
function lines(
  ends: readonly number[],
  middle: number,
  edges: readonly (readonly [number, number])[],
  margins: readonly number[],
): number[] {
  const list = new Set<number>([...ends, middle]);
  for (const [low, high] of edges) {
    for (const margin of margins) {
      list.add(snap(low - margin));
      list.add(snap(high + margin));
    }
  }
  const sorted = [...list].sort((a, b) => a - b);
  // Outermost, a way around everything: there always is a wire.
  return [(sorted[0] ?? 0) - outermost, ...sorted, (sorted.at(-1) ?? 0) + outermost];
}

/**
 * A Z whose middle piece is free lies within the shortest length and the fewest bends that there can be: of those, the one
 * nearest to where the turn looks best. Undefined when every such Z is in something's way.
 */
function freeStep(from: End, to: End, around: Surroundings): Point[] | undefined {
  const out = outward(from.side);
  const along = out.x !== 0 ? "x" : "y";
  const across = along === "x" ? "y" : "x";
  const sign = out[along];
  const room = (to.at[along] - from.at[along]) * sign;
  if (room < 2 * stub) return undefined;
  const first = from.at[along] + sign * stub;
  const last = to.at[along] - sign * stub;
  const best = around.turn === "source" ? first : around.turn === "target" ? last : snap((first + last) / 2);
  const points = (at: number): Point[] => [
    from.at,
    { [along]: at, [across]: from.at[across] } as unknown as Point,
    { [along]: at, [across]: to.at[across] } as unknown as Point,
    to.at,
  ];
  const free = (at: number) => {
    const line = points(at);
    return line.every((b, i) => {
      const a = line[i - 1];
      // The stubs may pass close to their own blocks.
      const inner = i === 1 ? { ...from.at, [along]: first } : a;
      const until = i === 3 ? { ...to.at, [along]: last } : b;
      return (
        !inner ||
        (blockage(inner, until, around.obstacles) === 0 && company(inner, until, around.drawn, around.source) === 0)
      );
    });
  };
  for (let away = 0; away <= Math.abs(last - first); away += 8) {
    for (const at of away === 0 ? [best] : [best - sign * away, best + sign * away]) {
      if ((at - first) * sign >= 0 && (last - at) * sign >= 0 && free(at)) return points(at);
    }
  }
  return undefined;
}

interface Step {
  readonly cost: number;
  readonly guess: number;
  readonly node: number;
}

const moves: readonly Point[] = [
  { x: 1, y: 0 },
  { x: 0, y: 1 },
  { x: -1, y: 0 },
  { x: 0, y: -1 },
];
const directionOf = (d: Point) => moves.findIndex((m) => m.x === d.x && m.y === d.y);

function search(start: Point, heading: Point, goal: Point, arriving: Point, around: Surroundings): Point[] {
  const low = { x: Math.min(start.x, goal.x) - reach, y: Math.min(start.y, goal.y) - reach };
  const high = { x: Math.max(start.x, goal.x) + reach, y: Math.max(start.y, goal.y) + reach };
  const obstacles = around.obstacles.filter(
    (o) => o.x < high.x && o.x + o.width > low.x && o.y < high.y && o.y + o.height > low.y,
  );
  const drawn = around.drawn.filter(
    (d) =>
      Math.min(d.a.x, d.b.x) < high.x &&
      Math.max(d.a.x, d.b.x) > low.x &&
      Math.min(d.a.y, d.b.y) < high.y &&
      Math.max(d.a.y, d.b.y) > low.y,
  );
  const middle = { x: snap((start.x + goal.x) / 2), y: snap((start.y + goal.y) / 2) };
  const solid = obstacles.filter((o) => o.weight >= wall);
  const walls =
    solid.length > 16 ? [...closest(solid, start, 6), ...closest(solid, goal, 6), ...closest(solid, middle, 8)] : solid;
  const xs = lines(
    [start.x, goal.x],
    middle.x,
    walls.map((o) => [o.x, o.x + o.width]),
    [24, 40],
  );
  const ys = lines(
    [start.y, goal.y],
    middle.y,
    walls.map((o) => [o.y, o.y + o.height]),
    [32, 48],
  );
  const columns = xs.length;
  const cells = columns * ys.length;
  const preferred = around.turn === "source" ? start : around.turn === "target" ? goal : middle;
  const goalCell = ys.indexOf(goal.y) * columns + xs.indexOf(goal.x);
  const last = goalCell * 4 + directionOf(arriving);
  const first = (ys.indexOf(start.y) * columns + xs.indexOf(start.x)) * 4 + directionOf(heading);
  const best = new Float64Array(cells * 4).fill(Number.POSITIVE_INFINITY);
  const parent = new Int32Array(cells * 4).fill(-1);
  // Cost of the piece to the right of and below each cell, worked out when first asked for.
  const pieces = new Float64Array(cells * 2).fill(-1);
  const heap: Step[] = [];

  const at = (cell: number): Point => ({ x: xs[cell % columns] ?? 0, y: ys[Math.floor(cell / columns)] ?? 0 });
  const pieceCost = (cell: number, next: number): number => {
    const index = Math.min(cell, next) * 2 + (Math.abs(cell - next) === 1 && columns > 1 ? 0 : 1);
    const known = pieces[index] ?? -1;
    if (known >= 0) return known;
    const [a, b] = [at(cell), at(next)];
    const cost =
      Math.abs(b.x - a.x) + Math.abs(b.y - a.y) + blockage(a, b, obstacles) + company(a, b, drawn, around.source);
    pieces[index] = cost;
    return cost;
  };
  const relax = (from: number, node: number, cost: number) => {
    if (cost >= (best[node] ?? 0) - 1e-9) return;
    best[node] = cost;
    parent[node] = from;
    const here = at(node >> 2);
    const dx = goal.x - here.x;
    const dy = goal.y - here.y;
    const move = moves[node % 4];
    // What is surely still to come: the distance, and a bend unless this direction leads straight there.
    const straight = move !== undefined && (move.x === 0 ? dx === 0 && dy * move.y >= 0 : dy === 0 && dx * move.x >= 0);
    push(heap, { cost, guess: cost + Math.abs(dx) + Math.abs(dy) + (straight ? 0 : bendCost), node });
  };

  relax(-1, first, 0);
  for (let step = pop(heap); step !== undefined; step = pop(heap)) {
    if (step.node === last) break;
    if (step.cost > (best[step.node] ?? 0)) continue;
    const direction = step.node % 4;
    const cell = step.node >> 2;
    const column = cell % columns;
    const row = Math.floor(cell / columns);
    for (let turned = 0; turned < 4; turned++) {
      if (turned === (direction + 2) % 4) continue;
      // A turn is dear, and a little dearer away from where the turn of a Z looks best.
      const here = at(cell);
      const turn =
        turned === direction
          ? 0
          : bendCost + Math.abs(here.x - preferred.x) * 0.02 + Math.abs(here.y - preferred.y) * 0.001;
      if (cell === goalCell && step.node !== first) {
        if (turned === last % 4) relax(step.node, last, step.cost + turn);
        continue;
      }
      const move = moves[turned];
      const nextColumn = column + (move?.x ?? 0);
      const nextRow = row + (move?.y ?? 0);
      if (nextColumn < 0 || nextRow < 0 || nextColumn >= columns || nextRow >= ys.length) continue;
      const next = nextRow * columns + nextColumn;
      relax(step.node, next * 4 + turned, step.cost + turn + pieceCost(cell, next));
    }
  }

  const path: Point[] = [];
  for (let node = last; node !== -1; node = parent[node] ?? -1) path.push(at(node >> 2));
  return path.reverse();
}

function closest(obstacles: readonly Obstacle[], to: Point, count: number): Obstacle[] {
  const distance = (o: Obstacle) => Math.abs(o.x + o.width / 2 - to.x) + Math.abs(o.y + o.height / 2 - to.y);
  return [...obstacles].sort((a, b) => distance(a) - distance(b)).slice(0, count);
}

/** Drops repeated points and those in the middle of a straight piece. */
export function simplify(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    for (;;) {
      const previous = kept.at(-1);
      const before = kept.at(-2);
      const straight =
        previous &&
        before &&
        ((before.x === previous.x && previous.x === point.x) || (before.y === previous.y && previous.y === point.y));
      if (!straight) break;
      kept.pop();
    }
    const last = kept.at(-1);
    if (!last || last.x !== point.x || last.y !== point.y) kept.push(point);
  }
  return kept;
}

/** Binary heap by `guess`; ties by node, so that the order of insertion never shows. */
function before(a: Step, b: Step): boolean {
  return a.guess < b.guess || (a.guess === b.guess && a.node < b.node);
}

function push(heap: Step[], step: Step): void {
  heap.push(step);
  let index = heap.length - 1;
  while (index > 0) {
    const up = (index - 1) >> 1;
    const above = heap[up];
    if (!above || !before(step, above)) break;
    heap[index] = above;
    index = up;
  }
  heap[index] = step;
}

function pop(heap: Step[]): Step | undefined {
  const top = heap[0];
  const moved = heap.pop();
  if (!top || !moved || heap.length === 0) return top;
  let index = 0;
  for (;;) {
    let child = index * 2 + 1;
    const left = heap[child];
    if (!left) break;
    const right = heap[child + 1];
    if (right && before(right, left)) child += 1;
    const candidate = heap[child];
    if (!candidate || !before(candidate, moved)) break;
    heap[index] = candidate;
    index = child;
  }
  heap[index] = moved;
  return top;
}
