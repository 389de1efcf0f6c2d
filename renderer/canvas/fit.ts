/** Shows the whole drawing, names and notes included, in what is free of the canvas. */
import { getViewportForBounds } from "@xyflow/react";
import type { ReactFlowInstance } from "@xyflow/react";
import type { Drawing } from "./drawing.ts";
import type { Rect } from "./geometry.ts";
import { textWidth } from "./textWidth.ts";
import { shownTrail } from "../store/sheet.ts";
import { presentDrawing } from "./present.ts";
import { captionRect } from "./wiring.ts";

const largest = 1.25;

/** Of all that is drawn, or of these blocks and the wires among them; undefined when that is nothing. */
export function boundsOf(drawing: Drawing, of?: ReadonlySet<string>): Rect | undefined {
  const rects: Rect[] = [];
  for (const [id, block] of drawing.blocks) {
    if (of && !of.has(id)) continue;
    rects.push({ ...block.at, width: block.shape.width, height: block.shape.height }, captionRect(block));
  }
  for (const { id, from, to } of drawing.sheet.wires) {
    if (of && !(of.has(from.block) && of.has(to.block))) continue;
    rects.push(...(drawing.wires.get(id)?.points ?? []).map((point) => ({ ...point, width: 0, height: 0 })));
  }
  for (const note of of ? [] : drawing.sheet.notes) {
    const lengths = note.text.split("\n").map((line) => textWidth(line, 13) + 14);
    // The widest that a note grows before it wraps.
    const width = note.width ?? Math.min(420, Math.max(...lengths));
    const lines = lengths.reduce((sum, length) => sum + Math.max(1, Math.ceil(length / width)), 0);
    rects.push({ ...note.at, width, height: lines * 18 + 10 });
  }
  if (rects.length === 0) return undefined;
  const left = Math.min(...rects.map((rect) => rect.x));
  const top = Math.min(...rects.map((rect) => rect.y));
  const right = Math.max(...rects.map((rect) => rect.x + rect.width));
  const bottom = Math.max(...rects.map((rect) => rect.y + rect.height));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export function fitAll(flow: ReactFlowInstance, root: HTMLElement | null): void {
  fitTo(flow, root, boundsOf(presentDrawing()), largest);
}

/** `most`: the largest zoom. */
export function fitTo(flow: ReactFlowInstance, root: HTMLElement | null, bounds: Rect | undefined, most: number): void {
  if (!root || !bounds || root.clientWidth === 0) return;
  // In a subsystem the way to it stands at the top.
  const padding = { x: "24px", top: shownTrail().length > 0 ? "56px" : "24px", bottom: "44px" } as const;
  void flow.setViewport(getViewportForBounds(bounds, root.clientWidth, root.clientHeight, 0.1, most, padding), {
    duration: 0,
  });
}
