/**
 * All wires of a sheet together: where several arrive at one port, which share a stem and branch with a dot, and where
 * their labels go. One wire alone is route.ts's business.
 */
import type { Point, Wire } from "../../core/diagram/document.ts";
import { squareUp } from "./bends.ts";
import type { BlockShape, PortPlace } from "./geometry.ts";
import { outward, portOf, recess } from "./geometry.ts";
import type { Drawn, End, Obstacle } from "./route.ts";
import { routeWire } from "./route.ts";

export interface PlacedBlock {
  readonly id: string;
  readonly at: Point;
  readonly shape: BlockShape;
  /** Size of the text below (or beside) the outline, which wires avoid. */
  readonly caption: { readonly width: number; readonly height: number };
}

export interface DrawnWire {
  readonly id: string;
  readonly points: readonly Point[];
  /** Middle of the piece where a gain is written best. */
  readonly label: Point;
  /** Places where this wire leaves a shared stem. */
  readonly dots: readonly Point[];
  /** The first wire of its source port: writes the width there. */
  readonly leads: boolean;
  readonly fromSide: PortPlace["side"];
  readonly toSide: PortPlace["side"];
}

interface Route {
  readonly wire: Wire;
  readonly from: End;
  readonly to: End;
  points: readonly Point[];
}

const fan = 16;

/**
 * Below the outline, where nothing else is. A wire from below would run through it: then above, or to the right of the
 * wire where one comes from above as well. The text of a turned block stands beside it, for wires above and below.
 */
export function captionPlace(shape: BlockShape): "below" | "above" | "aside" | "beside" {
  if (shape.turn % 180 !== 0) return "beside";
  const has = (side: PortPlace["side"]) => shape.ports.some((port) => port.side === side);
  if (!has("bottom")) return "below";
  return has("top") ? "aside" : "above";
}

export function captionRect(block: PlacedBlock): { x: number; y: number; width: number; height: number } {
  const { at, shape, caption } = block;
  const place = captionPlace(shape);
  if (place === "beside") {
    return { x: at.x + shape.width + 4, y: at.y + shape.height / 2 - caption.height / 2, ...caption };
  }
  const left = place === "aside" ? shape.width / 2 + 10 : shape.width / 2 - caption.width / 2;
  return { x: at.x + left, y: place === "above" ? at.y - caption.height - 4 : at.y + shape.height + 4, ...caption };
}

/**
 * Routes the wires. Wires whose id is not in `only` keep their line of `previous`: while a block is dragged, the rest of
 * the drawing holds still.
 */
export function drawWires(
  blocks: ReadonlyMap<string, PlacedBlock>,
  wires: readonly Wire[],
  previous?: ReadonlyMap<string, DrawnWire>,
  only?: ReadonlySet<string>,
): ReadonlyMap<string, DrawnWire> {
  const fans = fanOut(blocks, wires);
  const routes: Route[] = [];
  for (const wire of wires) {
    const from = endOf(blocks, wire, "from", 0);
    const to = endOf(blocks, wire, "to", fans.get(wire.id) ?? 0);
    if (from && to) routes.push({ wire, from, to, points: [] });
  }

  const obstacles: Obstacle[] = [];
  for (const block of blocks.values()) {
    const { width, height } = block.shape;
    obstacles.push({ x: block.at.x, y: block.at.y, width, height, weight: 24 });
    // Room to breathe: close to a block only where there is no other way.
    obstacles.push({ x: block.at.x - 16, y: block.at.y - 24, width: width + 32, height: height + 40, weight: 0.8 });
    const text = captionRect(block);
    if (text.width > 0)
      obstacles.push({ x: text.x - 8, y: text.y, width: text.width + 16, height: text.height, weight: 3 });
  }

  const pending: Route[] = [];
  const done: Route[] = [];
  for (const route of routes) {
    const kept = only && !only.has(route.wire.id) ? previous?.get(route.wire.id)?.points : undefined;
    if (kept) route.points = kept;
    else if (route.wire.bends && route.wire.bends.length > 0)
      route.points = squareUp(route.from, route.to, route.wire.bends);
    if (route.points.length > 0) done.push(route);
    else pending.push(route);
  }
  // Straight and short wires first: the others make way for them.
  const effort = (r: Route) => {
    const dx = r.to.at.x - r.from.at.x;
    const dy = r.to.at.y - r.from.at.y;
    return Math.abs(dx) + Math.abs(dy) + (dy === 0 && dx > 0 ? 0 : 1e5);
  };
  pending.sort((a, b) => effort(a) - effort(b));
  const drawn: Drawn[] = [];
  const record = (route: Route) => {
    const source = `${route.wire.from.block}\n${route.wire.from.port}`;
    route.points.forEach((b, index) => {
      const a = route.points[index - 1];
      if (a) drawn.push({ a, b, source });
    });
  };
  done.forEach(record);
  const branches = count(wires.map((wire) => `${wire.from.block}\n${wire.from.port}`));
  const sums = count(wires.map((wire) => `${wire.to.block}\n${wire.to.port}`));
  for (const route of pending) {
    const source = `${route.wire.from.block}\n${route.wire.from.port}`;
    const target = `${route.wire.to.block}\n${route.wire.to.port}`;
    const turn = (branches.get(source) ?? 0) > 1 ? "source" : (sums.get(target) ?? 0) > 1 ? "target" : "middle";
    route.points = routeWire(route.from, route.to, { obstacles, drawn, source, turn });
    record(route);
  }
  return finish(routes);
}

function count(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

export function endOf(
  blocks: ReadonlyMap<string, PlacedBlock>,
  wire: Wire,
  which: "from" | "to",
  offset: number,
): End | undefined {
  const ref = wire[which];
  const block = blocks.get(ref.block);
  const port = block && portOf(block.shape, which === "from" ? "out" : "in", ref.port);
  if (!block || !port) return undefined;
  const away = outward(port.side);
  const inset = recess(block.shape, port.direction, offset);
  return {
    side: port.side,
    at: {
      x: block.at.x + port.at.x - away.x * inset + Math.abs(away.y) * offset,
      y: block.at.y + port.at.y - away.y * inset + Math.abs(away.x) * offset,
    },
  };
}

/** Wires that add up at one port arrive side by side, in the order in which they come from above to below. */
function fanOut(blocks: ReadonlyMap<string, PlacedBlock>, wires: readonly Wire[]): Map<string, number> {
  const offsets = new Map<string, number>();
  const groups = new Map<string, Wire[]>();
  for (const wire of wires) {
    const key = `${wire.to.block}\n${wire.to.port}`;
    const group = groups.get(key);
    if (group) group.push(wire);
    else groups.set(key, [wire]);
  }
  for (const group of groups.values()) {
    const one = group[0];
    const target = one && blocks.get(one.to.block);
    const port = one && target && portOf(target.shape, "in", one.to.port);
    if (group.length < 2 || !target || !port) continue;
    const away = outward(port.side);
    const upright = away.x !== 0;
    const key = (wire: Wire): number => {
      const from = endOf(blocks, wire, "from", 0);
      if (!from) return 0;
      const dx = from.at.x - target.at.x - port.at.x;
      const dy = from.at.y - target.at.y - port.at.y;
      const bend = wire.bends?.at(-2) ?? wire.bends?.at(-1);
      if (bend) return upright ? bend.y - target.at.y - port.at.y : bend.x - target.at.x - port.at.x;
      // A wire from behind comes round the top (or the left).
      if (dx * away.x + dy * away.y < 0) return -1e6;
      return upright ? dy : dx;
    };
    const ordered = group
      .map((wire, index) => ({ wire, index, key: key(wire) }))
      .sort((a, b) => a.key - b.key || a.index - b.index);
    const centre = ordered.reduce(
      (best, item, index) => (Math.abs(item.key) < Math.abs(ordered[best]?.key ?? 0) ? index : best),
      0,
    );
    const half = (upright ? target.shape.height : target.shape.width) / 2 - 6;
    const most = Math.max(centre, ordered.length - 1 - centre);
    const step = Math.min(fan, half / most);
    ordered.forEach((item, index) => offsets.set(item.wire.id, Math.round((index - centre) * step)));
  }
  return offsets;
}

function finish(routes: readonly Route[]): ReadonlyMap<string, DrawnWire> {
  const bySource = new Map<string, Route[]>();
  for (const route of routes) {
    const key = `${route.wire.from.block}\n${route.wire.from.port}`;
    const group = bySource.get(key);
    if (group) group.push(route);
    else bySource.set(key, [route]);
  }
  const result = new Map<string, DrawnWire>();
  const dots = new Map<string, Point[]>();
  const shared = new Map<string, number>();
  for (const group of bySource.values()) {
    const seen = new Set<string>();
    group.forEach((route, index) => {
      for (const other of group.slice(index + 1)) {
        const parting = partingOf(route.points, other.points);
        for (const id of [route.wire.id, other.wire.id]) {
          shared.set(id, Math.max(shared.get(id) ?? 0, parting.length));
        }
        const key = `${parting.at.x},${parting.at.y}`;
        if (parting.length <= 0 || seen.has(key)) continue;
        seen.add(key);
        const own = dots.get(route.wire.id);
        if (own) own.push(parting.at);
        else dots.set(route.wire.id, [parting.at]);
      }
    });
    group.forEach((route, index) =>
      result.set(route.wire.id, {
        id: route.wire.id,
        points: route.points,
        label: labelPlace(route.points, shared.get(route.wire.id) ?? 0),
        dots: dots.get(route.wire.id) ?? [],
        leads: index === 0,
        fromSide: route.from.side,
        toSide: route.to.side,
      }),
    );
  }
  return result;
}

/** How long two wires from one port run together, and where they part. */
export function partingOf(a: readonly Point[], b: readonly Point[]): { length: number; at: Point } {
  let length = 0;
  let here = a[0] ?? { x: 0, y: 0 };
  let i = 1;
  let j = 1;
  for (;;) {
    const p = a[i];
    const q = b[j];
    if (!p || !q) return { length, at: here };
    const dp = { x: p.x - here.x, y: p.y - here.y };
    const dq = { x: q.x - here.x, y: q.y - here.y };
    const together = Math.sign(dp.x) === Math.sign(dq.x) && Math.sign(dp.y) === Math.sign(dq.y);
    if (!together) return { length, at: here };
    const lp = Math.abs(dp.x) + Math.abs(dp.y);
    const lq = Math.abs(dq.x) + Math.abs(dq.y);
    length += Math.min(lp, lq);
    here = lp <= lq ? p : q;
    if (lp <= lq) i += 1;
    if (lq <= lp) j += 1;
  }
}

/** The middle of the longest piece after the shared stem; level pieces before upright ones. */
function labelPlace(points: readonly Point[], skip: number): Point {
  let best = { score: -1, at: points[0] ?? { x: 0, y: 0 } };
  let walked = 0;
  for (let index = 1; index < points.length; index++) {
    const a = points[index - 1];
    const b = points[index];
    if (!a || !b) continue;
    const length = Math.abs(b.x - a.x) + Math.abs(b.y - a.y);
    const from = Math.min(Math.max(skip - walked, 0), length);
    walked += length;
    const open = length - from;
    const level = a.y === b.y;
    // The arrow head takes its share of the last piece.
    const score = (index === points.length - 1 ? open - 10 : open) * (level ? 1 : 0.6);
    if (score <= best.score) continue;
    const t = length === 0 ? 0 : (from + open / 2 - (index === points.length - 1 ? 4 : 0)) / length;
    best = { score, at: { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t } };
  }
  return best.at;
}
