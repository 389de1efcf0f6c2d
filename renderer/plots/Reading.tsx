/** What is under the pointer, said beside it: on the side where there is room, never outside of the plot. */
import { useLayoutEffect, useRef } from "react";
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

export function Reading({ x, y, room, children }: ReadingProps) {
  const ref = useRef<HTMLOutputElement>(null);
  // Only when it is drawn is it known how large it is.
  useLayoutEffect(() => {
    const { style, offsetWidth: width, offsetHeight: height } = ref.current!;
    const within = (from: number, size: number, all: number): number =>
      Math.max(edge, Math.min(from, all - size - edge));
    const left = x + away + width + edge <= room.width ? x + away : x - away - width;
    style.left = `${within(left, width, room.width)}px`;
    style.top = `${within(y - height / 2, height, room.height)}px`;
  });
  return (
    <output className="analyse-reading" ref={ref}>
      {children}
    </output>
  );
}
