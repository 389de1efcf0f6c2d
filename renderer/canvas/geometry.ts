/**
 * Where a block's outline and ports lie on the sheet: sizes on the 8 px grid, ports that follow rotation.
 * Pure arithmetic over the document; it draws nothing and knows no React Flow.
 */
import type { Block, Point, Wire } from "../../core/diagram/document.ts";
import type { BlockDefinition, Ports } from "../../core/blocks/block.ts";
import { portBlocks } from "../../core/diagram/sheets.ts";
import { textWidth } from "./textWidth.ts";

export const GRID = 8;

export type Side = "left" | "top" | "right" | "bottom";
export type Outline = "box" | "input" | "output" | "triangle" | "circle" | "bar";

export interface PortPlace {
  readonly name: string;
  readonly direction: "in" | "out";
  /** Relative to the block's top left corner. */
  readonly at: Point;
  readonly side: Side;
  readonly optional: boolean;
  /** A wire names it, the block does not have it (any more). */
  readonly missing: boolean;
  /** Of a subsystem: what switches it. */
  readonly control?: "enable" | "trigger";
}

export interface BlockShape {
  readonly outline: Outline;
  readonly width: number;
  readonly height: number;
  readonly turn: 0 | 90 | 180 | 270;
  readonly ports: readonly PortPlace[];
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function snap(value: number): number {
  return Math.round(value / GRID) * GRID;
}

export function snapPoint(point: Point): Point {
  return { x: snap(point.x), y: snap(point.y) };
}

/** Even counts stand 32 px apart and odd ones 24, so that every port of a block of even height lies on the grid. */
function spacing(count: number): number {
  return count % 2 === 0 ? 32 : 24;
}

function span(count: number): number {
  return count === 0 ? 0 : (count - 1) * spacing(count);
}

function even(value: number): number {
  return Math.ceil(value / (2 * GRID)) * 2 * GRID;
}

interface NamedPort {
  readonly name: string;
  readonly optional: boolean;
  readonly missing: boolean;
  readonly control?: "enable" | "trigger";
}

/** Names of a subsystem's ports stand inside it, and between them is room for its sign. */
const markSize = 10;
const longestMark = 120;
const sign = 56;

export const markWidth = (name: string): number => Math.min(longestMark, textWidth(name, markSize));

function nestedWidth(ins: readonly NamedPort[], outs: readonly NamedPort[]): number {
  const widest = (list: readonly NamedPort[]) => Math.max(0, ...list.map(({ name }) => markWidth(name)));
  return widest(ins) + widest(outs) + sign;
}

/** Which ports of a subsystem switch it: they stand on its top. */
function controlsOf(block: Block): ReadonlyMap<string, "enable" | "trigger"> {
  const { sheet } = block;
  if (!sheet) return new Map();
  return new Map(
    (["enable", "trigger"] as const).flatMap((type) =>
      portBlocks(sheet, type).map(({ name }) => [name, type] as const),
    ),
  );
}

function portsWithWires(block: Block, ports: Ports, wires: readonly Wire[]): { in: NamedPort[]; out: NamedPort[] } {
  const collect = (own: Ports["in"], used: readonly string[]): NamedPort[] => {
    const list: NamedPort[] = Object.entries(own ?? {}).map(([name, port]) => ({
      name,
      optional: port.optional ?? false,
      missing: false,
    }));
    for (const name of used) {
      if (!list.some((port) => port.name === name)) list.push({ name, optional: true, missing: true });
    }
    return list;
  };
  return {
    in: collect(
      ports.in,
      wires.filter((wire) => wire.to.block === block.id).map((wire) => wire.to.port),
    ),
    out: collect(
      ports.out,
      wires.filter((wire) => wire.from.block === block.id).map((wire) => wire.from.port),
    ),
  };
}

/** Outline, size and ports of a block. `mathWidth` is the room that its formula wants, in px. */
export function shapeOf(
  block: Block,
  definition: BlockDefinition | undefined,
  ports: Ports,
  wires: readonly Wire[],
  mathWidth = 0,
): BlockShape {
  const named = portsWithWires(block, ports, wires);
  const turn = block.turn ?? 0;
  const wanted = definition?.glyph.shape ?? "box";
  const outline: Outline = wanted === "circle" && named.in.length > 3 ? "box" : wanted;
  const size = definition?.glyph.size ?? (outline === "circle" ? [4, 4] : [10, 6]);
  const round = outline === "circle";
  const controls = controlsOf(block);
  const ins = named.in.filter(({ name }) => !controls.has(name));
  const above = named.in.flatMap((port): NamedPort[] => {
    const control = controls.get(port.name);
    return control ? [{ ...port, control }] : [];
  });

  const needed = round ? 0 : Math.max(span(ins.length), span(named.out.length)) + 24;
  const slant = outline === "box" ? 24 : outline === "bar" ? 0 : 40;
  const grid = outline === "bar" ? snap : even;
  let width = grid(Math.max(size[0] * GRID, round || mathWidth === 0 ? 0 : mathWidth + slant));
  let height = even(Math.max(size[1] * GRID, needed));
  if (round) width = height = Math.max(width, height);
  if (block.sheet) width = even(Math.max(width, nestedWidth(ins, named.out), span(above.length) + 48));

  // A box keeps its proportions when turned (its text stays upright); the other outlines turn as a whole.
  const quarter = turn === 90 || turn === 270;
  if (outline === "box" && quarter) {
    const across = even(Math.max(width, needed));
    height = even(size[1] * GRID);
    [width, height] = [height, across];
  }

  const places: PortPlace[] = [];
  const add = (list: readonly NamedPort[], direction: "in" | "out") => {
    list.forEach((port, index) => {
      const gap = spacing(list.length);
      const offset = height / 2 + (index - (list.length - 1) / 2) * gap;
      let at: Point = { x: direction === "in" ? 0 : width, y: offset };
      let side: Side = direction === "in" ? "left" : "right";
      if (round && direction === "in") [at, side] = onCircle(index, list.length, width);
      places.push({ ...port, direction, at: rotate(at, turn, width, height), side: rotateSide(side, turn) });
    });
  };
  add(ins, "in");
  above.forEach((port, index) => {
    const at = { x: width / 2 + (index - (above.length - 1) / 2) * spacing(above.length), y: 0 };
    places.push({ ...port, direction: "in", at: rotate(at, turn, width, height), side: rotateSide("top", turn) });
  });
  add(named.out, "out");
  if (quarter) [width, height] = [height, width];
  return { outline, width, height, turn, ports: places };
}

/** Textbook places on a summing point: left and below, and from above round to below when there are three. */
function onCircle(index: number, count: number, size: number): [Point, Side] {
  const half = size / 2;
  const sides: readonly Side[] = count === 3 ? ["top", "left", "bottom"] : ["left", "bottom"];
  const side = sides[index] ?? "left";
  if (side === "top") return [{ x: half, y: 0 }, side];
  if (side === "bottom") return [{ x: half, y: size }, side];
  return [{ x: 0, y: half }, side];
}

/** A point of an unturned block of the given size, after turning it clockwise. */
function rotate(point: Point, turn: BlockShape["turn"], width: number, height: number): Point {
  if (turn === 90) return { x: height - point.y, y: point.x };
  if (turn === 180) return { x: width - point.x, y: height - point.y };
  if (turn === 270) return { x: point.y, y: width - point.x };
  return point;
}

const clockwise: readonly Side[] = ["left", "top", "right", "bottom"];

function rotateSide(side: Side, turn: BlockShape["turn"]): Side {
  return clockwise[(clockwise.indexOf(side) + turn / 90) % 4] ?? side;
}

/** Unit vector pointing away from the block. */
export function outward(side: Side): Point {
  if (side === "left") return { x: -1, y: 0 };
  if (side === "right") return { x: 1, y: 0 };
  if (side === "top") return { x: 0, y: -1 };
  return { x: 0, y: 1 };
}

/**
 * How far the outline recedes from its bounding box where a wire arrives `offset` px beside the port: the point of an
 * output, the flank of a triangle, the arc of a circle. Wires end on the line and not before it.
 */
export function recess(shape: BlockShape, direction: "in" | "out", offset: number): number {
  const distance = Math.abs(offset);
  if (distance === 0) return 0;
  const quarter = shape.turn === 90 || shape.turn === 270;
  const across = (quarter ? shape.width : shape.height) / 2;
  const along = quarter ? shape.height : shape.width;
  if (shape.outline === "circle") return across - Math.sqrt(Math.max(0, across * across - distance * distance));
  if (shape.outline === "output" && direction === "in") return (distance / across) * tip(along);
  if (shape.outline === "input" && direction === "out") return (distance / across) * tip(along);
  if (shape.outline === "triangle" && direction === "out") return (distance / across) * along;
  return 0;
}

/** Length of the pointed end of an input or output block. */
export function tip(along: number): number {
  return Math.min(24, along / 3);
}

/** The outline as SVG path data, in the block's own box. */
export function outlinePath(shape: BlockShape): string {
  const quarter = shape.turn === 90 || shape.turn === 270;
  const w = quarter ? shape.height : shape.width;
  const h = quarter ? shape.width : shape.height;
  const corners = ((): Point[] => {
    const t = tip(w);
    if (shape.outline === "input") {
      return [
        { x: 0, y: 0 },
        { x: w - t, y: 0 },
        { x: w, y: h / 2 },
        { x: w - t, y: h },
        { x: 0, y: h },
      ];
    }
    if (shape.outline === "output") {
      return [
        { x: 0, y: h / 2 },
        { x: t, y: 0 },
        { x: w, y: 0 },
        { x: w, y: h },
        { x: t, y: h },
      ];
    }
    return [
      { x: 0, y: 0 },
      { x: w, y: h / 2 },
      { x: 0, y: h },
    ];
  })();
  const turned = corners.map((point) => rotate(point, shape.turn, w, h));
  return `M${turned.map((point) => `${point.x} ${point.y}`).join("L")}Z`;
}

export function portOf(shape: BlockShape, direction: "in" | "out", name: string): PortPlace | undefined {
  return shape.ports.find((port) => port.direction === direction && port.name === name);
}

export function contains(rect: Rect, point: Point): boolean {
  return point.x >= rect.x && point.x <= rect.x + rect.width && point.y >= rect.y && point.y <= rect.y + rect.height;
}
