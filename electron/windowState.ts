/** Where the window was, kept between starts. What is kept may be broken or for a screen that is gone: then it is ignored. */
import { z } from "zod";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Placed extends Partial<Pick<Box, "x" | "y">>, Pick<Box, "width" | "height"> {
  readonly maximized: boolean;
}

const saved = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(640).max(20000),
  height: z.int().min(480).max(20000),
  maximized: z.boolean(),
});

const DEFAULT: Placed = { width: 1440, height: 900, maximized: false };
/** Of the title bar must be on a screen, or the window could not be moved. */
const GRIP = { width: 120, height: 32 };

export function placeWindow(text: string | undefined, screens: readonly Box[]): Placed {
  const kept = text === undefined ? undefined : parse(text);
  if (kept === undefined) return DEFAULT;
  const reachable = screens.some(
    (screen) =>
      Math.min(kept.x + kept.width, screen.x + screen.width) - Math.max(kept.x, screen.x) >= GRIP.width &&
      kept.y >= screen.y - 1 &&
      kept.y + GRIP.height <= screen.y + screen.height,
  );
  if (reachable) return kept;
  return { width: kept.width, height: kept.height, maximized: kept.maximized };
}

function parse(text: string): z.output<typeof saved> | undefined {
  try {
    return saved.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function windowStateText(box: Box, maximized: boolean): string {
  const { x, y, width, height } = box;
  return JSON.stringify({ x, y, width, height, maximized });
}
