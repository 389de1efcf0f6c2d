/** Where on a sheet there is room for what an edit adds, as far as sizes are known without drawing. */
import type { Point, Sheet } from "./document.ts";
import { roughSize } from "./group.ts";

/** Names stand below blocks. */
const caption = 40;
const aside = 32;
const apart = 24;
const grid = 8;

/** The first free place straight below: a top left corner, on the grid. `at` is the top left corner that it begins at. */
export function freeBelow(
  { blocks }: Pick<Sheet, "blocks">,
  at: Point,
  { width, height }: { readonly width: number; readonly height: number },
): Point {
  const taken = blocks
    .map((block) => ({ at: block.at, ...roughSize(block) }))
    .filter((other) => other.at.x < at.x + width + aside && at.x < other.at.x + other.width + aside);
  const x = Math.round(at.x / grid) * grid + 0;
  let y = Math.round(at.y / grid) * grid + 0;
  for (;;) {
    const hit = taken.find(
      (other) => other.at.y < y + height + caption + apart && y < other.at.y + other.height + caption + apart,
    );
    if (!hit) return { x, y };
    y = Math.ceil((hit.at.y + hit.height + caption + apart) / grid) * grid;
  }
}
