/** The overview map: there while some of the drawing is out of view, so that it never covers what it would show. */
import { MiniMap, useStore } from "@xyflow/react";
import type { Rect } from "./geometry.ts";

const size = { width: 144, height: 96 };

export function Overview({ bounds, label }: { readonly bounds: Rect; readonly label: string }) {
  const beyond = useStore(({ transform: [x, y, zoom], width, height }) => {
    const [left, top] = [bounds.x * zoom + x, bounds.y * zoom + y];
    return left < 0 || top < 0 || left + bounds.width * zoom > width || top + bounds.height * zoom > height;
  });
  return (
    beyond && (
      <MiniMap className="canvas-minimap" style={size} pannable zoomable ariaLabel={label} nodeBorderRadius={4} />
    )
  );
}
