/** What is under the pointer, said beside it: on the side where there is room, never outside of the plot. */
import type { ReactNode } from "react";

interface ReadingProps {
  /** Of the place read, in the plot. */
  readonly x: number;
  readonly y: number;
  readonly room: { readonly width: number; readonly height: number };
  readonly children: ReactNode;
}

const away = 14;
const edge = 4;

/** How large it is only the page knows, as 100 %: asking it here would lay out everything once more in a frame. */
export function Reading({ x, y, room, children }: ReadingProps) {
  const [right, down] = [Math.round(x) + away, Math.round(y)];
  // Where it does not fit to the right, a length far below 0, of which what is needed for the other side is kept.
  const turned = `max(min(0px, (${room.width - edge - right}px - 100%) * 10000), -100% - ${2 * away}px)`;
  const across = `max(${turned}, ${edge - right}px)`;
  const up = `max(min(round(-50%, 1px), ${room.height - edge - down}px - 100%), ${edge - down}px)`;
  return (
    <output className="analyse-reading" style={{ left: right, top: down, transform: `translate(${across}, ${up})` }}>
      {children}
    </output>
  );
}
