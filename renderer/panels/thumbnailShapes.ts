/**
 * A drawing in miniature, as plain shapes: blocks by their outline, wires as right-angled lines. Pure, from the document
 * alone; the exact routes and formulas are the canvas's business.
 */
import { blockOf } from "../../core/blocks/index.ts";
import type { Block, LazoDocument, Point, PortRef } from "../../core/diagram/document.ts";

export interface Shape {
  readonly id: string;
  readonly kind: "box" | "input" | "output" | "triangle" | "circle" | "bar";
  readonly tone: "plain" | "input" | "state" | "output" | "feed";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly turn: number;
}

export interface Miniature {
  readonly shapes: readonly Shape[];
  readonly wires: readonly { readonly id: string; readonly path: string }[];
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

const unit = 8;
const tones: { readonly [type: string]: Shape["tone"] } = {
  input: "input",
  state: "state",
  output: "output",
  feedthrough: "feed",
};

function shapeOf(block: Block): Shape {
  const glyph = blockOf(block.type)?.glyph;
  const [w, h] = glyph?.size ?? [10, 6];
  const across = block.turn === 90 || block.turn === 270;
  return {
    id: block.id,
    kind: glyph?.shape ?? "box",
    tone: tones[block.type] ?? "plain",
    x: block.at.x,
    y: block.at.y,
    width: (across ? h : w) * unit,
    height: (across ? w : h) * unit,
    turn: block.turn ?? 0,
  };
}

/** Where a wire leaves or enters: the right or left side, turned with the block. */
function endOf(shape: Shape, side: "in" | "out"): Point & { readonly dx: number; readonly dy: number } {
  const angle = ((shape.turn + (side === "out" ? 0 : 180)) * Math.PI) / 180;
  const dx = Math.round(Math.cos(angle));
  const dy = Math.round(Math.sin(angle));
  return {
    x: shape.x + shape.width / 2 + (dx * shape.width) / 2,
    y: shape.y + shape.height / 2 + (dy * shape.height) / 2,
    dx,
    dy,
  };
}

function route(from: Shape, to: Shape, bends: readonly Point[] | undefined): readonly Point[] {
  const a = endOf(from, "out");
  const b = endOf(to, "in");
  if (bends && bends.length > 0) return [a, ...bends, b];
  const stub = 20;
  const out = { x: a.x + a.dx * stub, y: a.y + a.dy * stub };
  const into = { x: b.x + b.dx * stub, y: b.y + b.dy * stub };
  if (a.dx === 1 && b.dx === -1 && into.x >= out.x) {
    const middle = (a.x + b.x) / 2;
    return [a, { x: middle, y: a.y }, { x: middle, y: b.y }, b];
  }
  // Back: around, above the higher of the two.
  const over = Math.min(from.y, to.y) - 32;
  return [a, out, { x: out.x, y: over }, { x: into.x, y: over }, into, b];
}

export function miniature(document: LazoDocument): Miniature {
  const shapes = document.root.blocks.map(shapeOf);
  const byId = new Map(shapes.map((shape) => [shape.id, shape]));
  const find = (ref: PortRef) => byId.get(ref.block);
  const points: Point[] = shapes.flatMap(({ x, y, width, height }) => [
    { x, y },
    { x: x + width, y: y + height },
  ]);
  const wires = document.root.wires.flatMap((wire) => {
    const from = find(wire.from);
    const to = find(wire.to);
    if (!from || !to) return [];
    const line = route(from, to, wire.bends);
    points.push(...line);
    return [{ id: wire.id, path: line.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x} ${y}`).join("") }];
  });
  if (points.length === 0) return { shapes, wires, box: { x: 0, y: 0, width: 100, height: 60 } };
  const x = Math.min(...points.map((p) => p.x));
  const y = Math.min(...points.map((p) => p.y));
  const width = Math.max(...points.map((p) => p.x)) - x;
  const height = Math.max(...points.map((p) => p.y)) - y;
  return { shapes, wires, box: { x, y, width: Math.max(width, 1), height: Math.max(height, 1) } };
}

/** Outline of a shape, as SVG path data. */
export function outline({ kind, x, y, width: w, height: h }: Shape): string {
  switch (kind) {
    case "input":
      return `M${x} ${y}h${w * 0.74}l${w * 0.26} ${h / 2}l${-w * 0.26} ${h / 2}h${-w * 0.74}z`;
    case "output":
      return `M${x + w} ${y}h${-w * 0.74}l${-w * 0.26} ${h / 2}l${w * 0.26} ${h / 2}h${w * 0.74}z`;
    case "triangle":
      return `M${x} ${y}l${w} ${h / 2}l${-w} ${h / 2}z`;
    case "circle":
      return `M${x + w} ${y + h / 2}a${w / 2} ${h / 2} 0 1 1 ${-w} 0a${w / 2} ${h / 2} 0 1 1 ${w} 0z`;
    case "box":
    case "bar": {
      const r = kind === "bar" ? 1 : 6;
      return `M${x + r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${2 * r - w}a${r} ${r} 0 0 1 ${-r} ${-r}v${2 * r - h}a${r} ${r} 0 0 1 ${r} ${-r}z`;
    }
  }
}
