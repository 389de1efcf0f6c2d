/** The drawing on the screen, for gestures and commands that run outside React. Written by Canvas.tsx only. */
import type { Point } from "../../core/diagram/document.ts";
import { useDocument } from "../store/document.ts";
import { shownTrail } from "../store/sheet.ts";
import type { DrawnBlock, Drawing } from "./drawing.ts";
import { drawSheet } from "./drawing.ts";
import type { BlockShape, PortPlace } from "./geometry.ts";
import type { End } from "./route.ts";

let drawing: Drawing | undefined;

/** Of the sheet shown of the present document, drawn at most once a change. */
export function presentDrawing(document = useDocument.getState().document, trail = shownTrail()): Drawing {
  drawing = drawSheet(document, trail, drawing);
  return drawing;
}

export interface PortSpot extends End {
  readonly block: DrawnBlock;
  readonly port: PortPlace;
}

export function portSpots(direction: "in" | "out"): PortSpot[] {
  const spots: PortSpot[] = [];
  for (const block of presentDrawing().blocks.values()) {
    for (const port of block.shape.ports) {
      if (port.direction !== direction || port.missing) continue;
      spots.push({ block, port, side: port.side, at: { x: block.at.x + port.at.x, y: block.at.y + port.at.y } });
    }
  }
  return spots;
}

export function nearestPort(to: Point, direction: "in" | "out", within: number): PortSpot | undefined {
  let best: PortSpot | undefined;
  let distance = within;
  for (const spot of portSpots(direction)) {
    const d = Math.hypot(spot.at.x - to.x, spot.at.y - to.y);
    if (d > distance) continue;
    distance = d;
    best = spot;
  }
  return best;
}

export function centreOf(block: { readonly at: Point; readonly shape: BlockShape }): Point {
  return { x: block.at.x + block.shape.width / 2, y: block.at.y + block.shape.height / 2 };
}
