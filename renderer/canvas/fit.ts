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

/** Undefined when nothing is drawn. */
export function boundsOf(drawing: Drawing): Rect | undefined {
  const rects: Rect[] = [];
  for (const block of drawing.blocks.values()) {
    rects.push({ ...block.at, width: block.shape.width, height: block.shape.height }, captionRect(block));
  }
  for (const wire of drawing.wires.values())
    rects.push(...wire.points.map((point) => ({ ...point, width: 0, height: 0 })));
  for (const note of drawing.sheet.notes) {
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
  const bounds = boundsOf(presentDrawing());
  if (!root || !bounds || root.clientWidth === 0) return;
  // In a subsystem the way to it stands at the top.
  const padding = { x: "24px", top: shownTrail().length > 0 ? "56px" : "24px", bottom: "44px" } as const;
  void flow.setViewport(getViewportForBounds(bounds, root.clientWidth, root.clientHeight, 0.1, largest, padding), {
    duration: 0,
  });
}
