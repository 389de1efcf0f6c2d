/** Where new things go: under the pointer, beside what is selected, and never on top of another block. */
import type { Point } from "../../core/diagram/document.ts";
import { useSelection } from "../store/selection.ts";
import type { Rect } from "./geometry.ts";
import { snap } from "./geometry.ts";
import { presentDrawing } from "./present.ts";

let pointer: Point | undefined;
let toScreen: ((sheet: Point) => Point) | undefined;

/** Client coordinates of the pointer over the canvas; undefined when it has left. */
export function notePointer(at: Point | undefined): void {
  pointer = at;
}

export function noteViewport(sheetToScreen: (sheet: Point) => Point): void {
  toScreen = sheetToScreen;
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
  const beside = last && toScreen?.({ x: last.at.x + last.shape.width + 120, y: last.at.y + last.shape.height / 2 });
  const inside =
    beside &&
    beside.x < bounds.right - 60 &&
    beside.x > bounds.left &&
    beside.y > bounds.top &&
    beside.y < bounds.bottom;
  return inside ? beside : { x: bounds.left + bounds.width / 2, y: bounds.top + bounds.height / 2 };
}

const margin = 24;

/** The free place for a block of this size nearest to where it is wanted (top left corners, on the grid). */
export function freePlace(wanted: Point, size: { readonly width: number; readonly height: number }): Point {
  const taken: Rect[] = [...presentDrawing().blocks.values()].map((block) => ({
    x: block.at.x,
    y: block.at.y,
    width: block.shape.width,
    height: block.shape.height + block.caption.height,
  }));
  const free = (at: Point) =>
    taken.every(
      (rect) =>
        at.x >= rect.x + rect.width + margin ||
        at.x + size.width + margin <= rect.x ||
        at.y >= rect.y + rect.height + margin / 3 ||
        at.y + size.height + 40 <= rect.y,
    );
  const start = { x: snap(wanted.x), y: snap(wanted.y) };
  if (free(start)) return start;
  const step = 24;
  for (let ring = 1; ring < 60; ring++) {
    // To the right first: diagrams are read that way.
    const candidates: Point[] = [];
    for (let k = -ring; k <= ring; k++) {
      candidates.push(
        { x: start.x + ring * step, y: start.y + k * step },
        { x: start.x + k * step, y: start.y + ring * step },
      );
      candidates.push(
        { x: start.x - ring * step, y: start.y + k * step },
        { x: start.x + k * step, y: start.y - ring * step },
      );
    }
    const distance = (p: Point) =>
      Math.abs(p.x - start.x) + 1.01 * Math.abs(p.y - start.y) + (p.x < start.x ? 1 : 0) + (p.y < start.y ? 0.5 : 0);
    const found = candidates.filter(free).sort((a, b) => distance(a) - distance(b))[0];
    if (found) return found;
  }
  return start;
}
