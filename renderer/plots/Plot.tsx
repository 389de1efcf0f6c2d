/** A pane of the scope in React's world: makes the canvas, gives it its size and what to show. All drawing is in plotCanvas.ts. */
import { useEffect, useLayoutEffect, useRef } from "react";
import "uplot/dist/uPlot.min.css";
import { plotCanvas } from "./plotCanvas.ts";
import type { PlotCanvas, PlotContent, PlotEvents } from "./plotCanvas.ts";
import { onThemeChange } from "./themeChange.ts";

export interface PlotProps {
  readonly content: PlotContent;
  readonly events: PlotEvents;
}

export function Plot({ content, events }: PlotProps) {
  const room = useRef<HTMLDivElement>(null);
  const canvas = useRef<PlotCanvas>(undefined);
  const latest = useRef({ content, events });
  latest.current = { content, events };
  // Other signals, or another place among the panes, are another plot; other samples are not.
  const structure = JSON.stringify([
    content.signals.map((signal) => [signal.path, signal.colour, signal.sampled]),
    content.last,
    content.stacked,
  ]);

  useLayoutEffect(() => {
    const element = room.current!;
    const made = plotCanvas(
      element,
      latest.current.content,
      {
        onWindow: (window) => latest.current.events.onWindow(window),
        onMark: (which, t) => latest.current.events.onMark(which, t),
      },
      Math.max(80, element.clientWidth),
      Math.max(40, element.clientHeight),
    );
    canvas.current = made;
    const size = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientHeight > 0) made.resize(element.clientWidth, element.clientHeight);
    });
    size.observe(element);
    const unlisten = onThemeChange(() => made.repaint());
    return () => {
      canvas.current = undefined;
      size.disconnect();
      unlisten();
      made.destroy();
    };
  }, [structure]);

  useEffect(() => canvas.current?.update(content), [content]);

  return <div className="plots-canvas" ref={room} />;
}
