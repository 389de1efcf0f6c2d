/** Where new things go: under the pointer, beside what is selected, and never on top of a block, a wire or a note. */
import type { Point } from "../../core/diagram/document.ts";
import { useSelection } from "../store/selection.ts";
import type { Rect } from "./geometry.ts";
import { snap } from "./geometry.ts";
import { presentDrawing } from "./present.ts";

/** What only the page knows of the drawing. */
interface Viewport {
  /** Client coordinates of a place on the sheet. */
  toScreen(sheet: Point): Point;
  /** The part of the sheet that is seen. */
  shown(): Rect | undefined;
  /** Where notes stand: they are as large as their text. */
  notes(): readonly Rect[];
}

let pointer: Point | undefined;
let viewport: Viewport | undefined;

/** Client coordinates of the pointer over the canvas; undefined when it has left. */
export function notePointer(at: Point | undefined): void {
  pointer = at;
}

export function noteViewport(present: Viewport): void {
  viewport = present;
}

export function pointerPlace(): Point | undefined {
  return pointer;
}

/** Client coordinates for a block that is being typed. */
export function typingPlace(root: HTMLElement): Point {
  const bounds = root.getBoundingClientRect();
  if (pointer) return pointer;
  const { blocks } = useSelection.getState();
  const drawing = presentDrawing();
  const last = [...blocks].map((id) => drawing.blocks.get(id)).findLast((block) => block !== undefined);
  const beside =
    last && viewport?.toScreen({ x: last.at.x + last.shape.width + 120, y: last.at.y + last.shape.height / 2 });
  const inside =
    beside &&
    beside.x < bounds.right - 60 &&
    beside.x > bounds.left &&
    beside.y > bounds.top &&
    beside.y < bounds.bottom;
  return inside ? beside : { x: bounds.left + bounds.width / 2, y: bounds.top + bounds.height / 2 };
}

const margin = 24;
/** Its name and value are written below a block. */
const captionHeight = 40;

const apart = (a: Rect, b: Rect): boolean =>
  a.x >= b.x + b.width || a.x + a.width <= b.x || a.y >= b.y + b.height || a.y + a.height <= b.y;

const grown = ({ x, y, width, height }: Rect, aside: number, above: number): Rect => ({
  x: x - aside,
  y: y - above,
  width: width + 2 * aside,
  height: height + 2 * above,
});

/** What a new block must not cover, a wire piece by piece. */
function taken(): readonly Rect[] {
  const { blocks, wires } = presentDrawing();
  return [
    ...[...blocks.values()].map(({ at, shape, caption }) =>
      grown({ ...at, width: shape.width, height: shape.height + caption.height }, margin, margin / 3),
    ),
    ...[...wires.values()].flatMap(({ points }) =>
      points.slice(1).map((to, k) => {
        const from = points[k]!;
        const corner = { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y) };
        return grown({ ...corner, width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) }, 16, margin / 3);
      }),
    ),
    ...(viewport?.notes() ?? []),
  ];
}

const step = 24;

/**
 * The free place for a block of this size nearest to where it is wanted (top left corners, on the grid): in the part that is seen,
 * where there is one.
 */
export function freePlace(wanted: Point, size: { readonly width: number; readonly height: number }): Point {
  const obstacles = taken();
  const seen = viewport?.shown();
  const start = { x: snap(wanted.x), y: snap(wanted.y) };
  const room = (at: Point): Rect => ({ ...at, width: size.width, height: size.height + captionHeight });
  const free = (at: Point): boolean => obstacles.every((rect) => apart(room(at), rect));
  const inside = (at: Point): boolean => {
    const { x, y, width, height } = room(at);
    return (
      !seen || (x >= seen.x && y >= seen.y && x + width <= seen.x + seen.width && y + height <= seen.y + seen.height)
    );
  };
  if (free(start)) return start;
  // To the right and below first: diagrams are read that way.
  const distance = (p: Point): number =>
    Math.abs(p.x - start.x) + 1.01 * Math.abs(p.y - start.y) + (p.x < start.x ? 1 : 0) + (p.y < start.y ? 0.5 : 0);
  let unseen: Point | undefined;
  for (let ring = 1; ring < 60; ring++) {
    const places: Point[] = [];
    for (let k = -ring; k <= ring; k++) {
      for (const side of [ring, -ring]) {
        places.push({ x: start.x + side * step, y: start.y + k * step });
        places.push({ x: start.x + k * step, y: start.y + side * step });
      }
    }
    const found = places.filter(free).sort((a, b) => distance(a) - distance(b));
    const best = found.find(inside);
    if (best) return best;
    unseen ??= found[0];
  }
  return unseen ?? start;
}
