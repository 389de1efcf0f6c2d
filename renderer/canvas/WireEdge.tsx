/**
 * One wire as React Flow draws it: its line, arrow, dots, gain and width. Dragging a piece of the line bends it; the
 * grips at the ends of a selected wire pull it off its ports.
 */
import { EdgeLabelRenderer, useReactFlow } from "@xyflow/react";
import type { Edge, EdgeProps } from "@xyflow/react";
import { memo, useState } from "react";
import type { CSSProperties, PointerEvent } from "react";
import type { Point, Wire } from "../../core/diagram/document.ts";
import { tex } from "../../core/blocks/tex.ts";
import { widthAt } from "../store/places.ts";
import { useResults } from "../store/results.ts";
import { useSelection } from "../store/selection.ts";
import { followDrag } from "../ui/followDrag.ts";
import { Tex } from "../ui/Tex.tsx";
import { useText } from "../ui/i18n.ts";
import { dragPiece, nearestPiece, squareUp } from "./bends.ts";
import { bendWire } from "./changes.ts";
import { GainField } from "./GainField.tsx";
import { outward } from "./geometry.ts";
import { pullEnd } from "./pull.ts";
import { useSession } from "./session.ts";
import { useRate } from "./useRate.ts";
import type { DrawnWire } from "./wiring.ts";

export interface WireEdgeData extends Record<string, unknown> {
  readonly wire: Wire;
  readonly line: DrawnWire;
  readonly names: { readonly from: string; readonly to: string };
  /** Before names in the paths that results know. */
  readonly prefix: string;
  readonly problem: "error" | "warning" | undefined;
}
export type WireEdgeType = Edge<WireEdgeData, "wire">;

export const WireEdge = memo(function WireEdge({ id, data, selected }: EdgeProps<WireEdgeType>) {
  const t = useText();
  const flow = useReactFlow();
  const [bent, setBent] = useState<readonly Point[]>();
  const lit = useSelection((state) => state.highlight?.wires.has(id) ?? false);
  const hovered = useSelection((state) => state.hover?.wire === id);
  const editing = useSession((state) => state.editing?.what === "gain" && state.editing.id === id);
  const pulled = useSession((state) => state.pulling?.wire === id);
  const fromWidth = useResults((state) =>
    data ? widthAt(state.compiled?.widths, data.prefix + data.names.from, data.wire.from.port) : undefined,
  );
  const toWidth = useResults((state) =>
    data ? widthAt(state.compiled?.widths, data.prefix + data.names.to, data.wire.to.port) : undefined,
  );
  const rate = useRate(data ? data.prefix + data.names.from : undefined, data?.wire.from.port);
  if (!data) return null;
  const { wire, line } = data;
  const plain = !selected && !lit && data.problem === undefined;
  const points = bent ?? line.points;
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return null;

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0 || event.shiftKey) return;
    const begin = { x: event.clientX, y: event.clientY };
    const piece = nearestPiece(points, flow.screenToFlowPosition(begin));
    const from = { at: first, side: line.fromSide };
    const to = { at: last, side: line.toSide };
    let corners: Point[] | undefined;
    const onMove = (move: globalThis.PointerEvent) => {
      if (!corners && Math.hypot(move.clientX - begin.x, move.clientY - begin.y) < 4) return;
      corners = dragPiece(
        points,
        piece.index,
        flow.screenToFlowPosition({ x: move.clientX, y: move.clientY }, { snapToGrid: false }),
      );
      setBent(squareUp(from, to, corners));
    };
    const end = (kept: boolean) => {
      setBent(undefined);
      if (kept && corners) bendWire(id, corners);
    };
    followDrag(event, { move: onMove, end });
  };

  const d = linePath(points);
  const label = bent ? middleOf(points) : line.label;
  const state = {
    "data-selected": selected || undefined,
    "data-lit": lit || undefined,
    "data-hover": hovered || undefined,
    "data-problem": data.problem,
    "data-pulled": pulled || undefined,
  };
  return (
    <>
      <g
        className="canvas-wire"
        {...state}
        data-rate={rate?.word}
        style={rate?.colour !== undefined && plain ? ({ "--tone": rate.colour } as CSSProperties) : undefined}
        data-testid={`wire-${data.names.from}-${data.names.to}`}
      >
        <path className="canvas-wire-hit nopan" d={pathOf(offPorts(points))} onPointerDown={onPointerDown} />
        <path className="canvas-wire-line" d={d} />
        <path className="canvas-wire-head" d={head(points)} />
        {!bent &&
          line.dots.map((dot) => (
            <circle key={`${dot.x},${dot.y}`} className="canvas-wire-dot" cx={dot.x} cy={dot.y} r={3.5} />
          ))}
        {line.leads && fromWidth !== undefined && fromWidth !== 1 && (
          <WidthMark at={first} side={line.fromSide} width={fromWidth} />
        )}
        {toWidth !== undefined && toWidth !== 1 && toWidth !== fromWidth && (
          <WidthMark at={last} side={line.toSide} width={toWidth} />
        )}
      </g>
      {selected && !bent && (
        <EdgeLabelRenderer>
          {(["from", "to"] as const).map((end) => {
            const at = grip(points, end);
            if (!at) return undefined;
            return (
              <div
                key={end}
                className="canvas-grip nodrag nopan"
                data-testid={`grip-${end}`}
                title={t("canvas.pullEnd")}
                style={{ transform: `translate(-50%, -50%) translate(${at.x}px, ${at.y}px)` }}
                onPointerDown={(event) => {
                  if (event.button !== 0) return;
                  event.stopPropagation();
                  pullEnd(wire, end, event, (point) => flow.screenToFlowPosition(point, { snapToGrid: false }));
                }}
              />
            );
          })}
        </EdgeLabelRenderer>
      )}
      {(editing || wire.gain !== undefined || wire.label !== undefined) && (
        <EdgeLabelRenderer>
          <div
            className="canvas-gain nodrag nopan"
            {...state}
            data-testid={`gain-${data.names.from}-${data.names.to}`}
            style={{ transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)` }}
            title={wire.gain}
            onPointerEnter={() => useSelection.getState().setHover({ wire: id })}
            onPointerLeave={() => useSelection.getState().setHover(undefined)}
            onClick={(event) => useSelection.getState().select(event.shiftKey ? withWire(id) : { wires: [id] })}
            onDoubleClick={(event) => {
              event.stopPropagation();
              useSession.getState().set({ editing: { what: "gain", id } });
            }}
          >
            {editing ? <GainField wire={wire} /> : <GainText wire={wire} />}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

function withWire(id: string) {
  const { blocks, wires, notes } = useSelection.getState();
  const next = new Set(wires);
  if (!next.delete(id)) next.add(id);
  return { blocks, wires: next, notes };
}

function GainText({ wire }: { readonly wire: Wire }) {
  const text = (wire.label ?? wire.gain ?? "").trim();
  const formula = tex(text, "");
  if (formula !== "") return <Tex tex={formula} />;
  return <span className="canvas-gain-text">{text.length > 18 ? `${text.slice(0, 17)}…` : text}</span>;
}

function WidthMark({
  at,
  side,
  width,
}: {
  readonly at: Point;
  readonly side: DrawnWire["fromSide"];
  readonly width: number;
}) {
  const away = outward(side);
  return (
    <text
      className="canvas-width"
      x={at.x + away.x * 14 + Math.abs(away.y) * 9}
      y={at.y + away.y * 16 - Math.abs(away.x) * 7}
      textAnchor="middle"
    >
      {width}
    </text>
  );
}

const headLength = 9;

/** The line stops inside the arrow head, so that its end does not show beside the tip. */
function linePath(points: readonly Point[]): string {
  return points
    .map((point, index) => {
      if (index < points.length - 1 || index === 0) return `${index === 0 ? "M" : "L"}${point.x} ${point.y}`;
      const before = points[index - 1] ?? point;
      return `L${point.x - Math.sign(point.x - before.x) * (headLength - 2)} ${point.y - Math.sign(point.y - before.y) * (headLength - 2)}`;
    })
    .join("");
}

const pathOf = (points: readonly Point[]): string => `M${points.map(({ x, y }) => `${x} ${y}`).join("L")}`;

/** Half a port's target, px: a wire that is selected lies above the blocks, and must leave their ports to be pressed. */
const portReach = 12;

function offPorts(points: readonly Point[]): readonly Point[] {
  const shorter = (port: Point | undefined, next: Point | undefined): readonly Point[] => {
    if (!port || !next) return [];
    const length = Math.abs(next.x - port.x) + Math.abs(next.y - port.y);
    const by = Math.min(portReach, length / 2);
    return [{ x: port.x + Math.sign(next.x - port.x) * by, y: port.y + Math.sign(next.y - port.y) * by }];
  };
  return [...shorter(points[0], points[1]), ...points.slice(1, -1), ...shorter(points.at(-1), points.at(-2))];
}

function head(points: readonly Point[]): string {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (!tip || !before) return "";
  const dx = Math.sign(tip.x - before.x);
  const dy = Math.sign(tip.y - before.y);
  const base = { x: tip.x - dx * headLength, y: tip.y - dy * headLength };
  return `M${tip.x} ${tip.y}L${base.x - dy * 4.5} ${base.y - dx * 4.5}L${base.x + dy * 4.5} ${base.y + dx * 4.5}Z`;
}

/**
 * Off its port at the beginning, for what is pressed there draws another wire from the same output; a wire with no room for
 * that has no grip there. Over its port at the end, where a second wire is rarer than moving the one there is.
 */
function grip(points: readonly Point[], end: "from" | "to"): Point | undefined {
  const [port, next] = end === "from" ? [points[0], points[1]] : [points.at(-1), points.at(-2)];
  if (!port || !next) return undefined;
  const [away, room] = end === "from" ? [portReach + 22, 70] : [10, 0];
  if (Math.abs(next.x - port.x) + Math.abs(next.y - port.y) < room) return undefined;
  return { x: port.x + Math.sign(next.x - port.x) * away, y: port.y + Math.sign(next.y - port.y) * away };
}

function middleOf(points: readonly Point[]): Point {
  let best = { length: -1, at: points[0] ?? { x: 0, y: 0 } };
  for (const [index, b] of points.entries()) {
    const a = points[index - 1];
    if (!a) continue;
    const length = Math.abs(b.x - a.x) + Math.abs(b.y - a.y);
    if (length > best.length) best = { length, at: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } };
  }
  return best.at;
}
