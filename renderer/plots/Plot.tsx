/** A drawing on a canvas in React's world: makes it, gives it its size and what to show. It draws in plotCanvas.ts or xyCanvas.ts. */
import { useEffect, useLayoutEffect, useRef } from "react";
import "uplot/dist/uPlot.min.css";
import { onThemeChange } from "./themeChange.ts";

export interface DrawingRoom<C> {
  update(content: C): void;
  resize(width: number, height: number): void;
  /** After a change of theme. */
  repaint(): void;
  destroy(): void;
}

export interface PlotProps<C> {
  readonly content: C;
  /** Another structure is another drawing; other samples are not. */
  readonly structure: string;
  readonly make: (room: HTMLElement, content: C, width: number, height: number) => DrawingRoom<C>;
}

export function Plot<C>({ content, structure, make }: PlotProps<C>) {
  const room = useRef<HTMLDivElement>(null);
  const drawing = useRef<DrawingRoom<C>>(undefined);
  const latest = useRef({ content, make });
  latest.current = { content, make };

  useLayoutEffect(() => {
    const element = room.current!;
    const { content: first, make: start } = latest.current;
    const made = start(element, first, Math.max(80, element.clientWidth), Math.max(40, element.clientHeight));
    drawing.current = made;
    const size = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientHeight > 0) made.resize(element.clientWidth, element.clientHeight);
    });
    size.observe(element);
    const unlisten = onThemeChange(() => made.repaint());
    return () => {
      drawing.current = undefined;
      size.disconnect();
      unlisten();
      made.destroy();
    };
  }, [structure]);

  useEffect(() => drawing.current?.update(content), [content]);

  return <div className="plots-canvas" ref={room} />;
}
