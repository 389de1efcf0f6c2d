/** The wire that is being pulled: orthogonal like the ones that stay, snapping onto the port that would take it. */
import { ViewportPortal } from "@xyflow/react";
import type { ConnectionLineComponentProps } from "@xyflow/react";
import type { Point } from "../../core/diagram/document.ts";
import type { Side } from "./geometry.ts";
import { outward, portOf } from "./geometry.ts";
import { nearestPort, presentDrawing } from "./present.ts";
import { catching } from "./pull.ts";
import type { End } from "./route.ts";
import { routeWire } from "./route.ts";
import { useSession } from "./session.ts";
import { endOf } from "./wiring.ts";

function pathBetween(fixed: End, loose: Point, direction: "in" | "out"): string {
  // The loose end looks for an input when the fixed one is an output, and the other way round.
  const caught = nearestPort(loose, direction === "out" ? "in" : "out", catching);
  const away = outward(fixed.side);
  const facing: Side = away.x > 0 ? "left" : away.x < 0 ? "right" : away.y > 0 ? "top" : "bottom";
  const other: End = caught ?? { at: { x: Math.round(loose.x), y: Math.round(loose.y) }, side: facing };
  const nothing = { obstacles: [], drawn: [], source: "", turn: "middle" } as const;
  const points = direction === "out" ? routeWire(fixed, other, nothing) : routeWire(other, fixed, nothing);
  return `M${points.map((point) => `${point.x} ${point.y}`).join("L")}`;
}

export function ConnectionPreview({ fromNode, fromHandle, toX, toY }: ConnectionLineComponentProps) {
  const block = presentDrawing().blocks.get(fromNode.id);
  const direction = fromHandle.type === "source" ? "out" : "in";
  const port = block && portOf(block.shape, direction, fromHandle.id ?? "");
  if (!block || !port) return null;
  const fixed = { at: { x: block.at.x + port.at.x, y: block.at.y + port.at.y }, side: port.side };
  return <path className="canvas-preview" d={pathBetween(fixed, { x: toX, y: toY }, direction)} />;
}

export function PullPreview() {
  const pulling = useSession((state) => state.pulling);
  if (!pulling) return null;
  const { sheet, blocks } = presentDrawing();
  const wire = sheet.wires.find((candidate) => candidate.id === pulling.wire);
  const kept = pulling.end === "from" ? "to" : "from";
  const fixed = wire && endOf(blocks, wire, kept, 0);
  if (!fixed) return null;
  return (
    <ViewportPortal>
      <svg className="canvas-overlay" aria-hidden="true">
        <path className="canvas-preview" d={pathBetween(fixed, pulling.at, kept === "from" ? "out" : "in")} />
      </svg>
    </ViewportPortal>
  );
}
