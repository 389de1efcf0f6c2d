/** What of the drawing is in view: each sheet its own place and zoom, a new document whole, what is asked for in the middle. */
import type { ReactFlowInstance, Viewport } from "@xyflow/react";
import { useEffect, useLayoutEffect, useRef } from "react";
import type { RefObject } from "react";
import type { Trail } from "../../core/diagram/trail.ts";
import { useDocument } from "../store/document.ts";
import { useSelection } from "../store/selection.ts";
import { useSheet } from "../store/sheet.ts";
import { boundsOf, fitAll, fitTo } from "./fit.ts";
import { presentDrawing } from "./present.ts";
import { useSession } from "./session.ts";

/** Each sheet keeps its own pan and zoom; one that was not seen yet is shown whole. */
export function useViewOfSheet(flow: ReactFlowInstance, root: RefObject<HTMLDivElement | null>, trail: Trail): void {
  const views = useRef({ of: -1, held: new Map<string, Viewport>() });
  const shown = useRef(trail.join("/"));
  useLayoutEffect(() => {
    const { opened } = useDocument.getState();
    if (views.current.of !== opened) views.current = { of: opened, held: new Map() };
    const key = trail.join("/");
    if (key === shown.current) return;
    views.current.held.set(shown.current, flow.getViewport());
    shown.current = key;
    const before = views.current.held.get(key);
    if (before) void flow.setViewport(before, { duration: 0 });
    else fitAll(flow, root.current);
  }, [flow, root, trail]);
}

/** A new document (not an undo step) is shown whole. */
export function useFitOnOpen(flow: ReactFlowInstance, root: RefObject<HTMLDivElement | null>): void {
  useEffect(
    () =>
      useDocument.subscribe((state, before) => {
        if (state.document.root === before.document.root || state.past.length > 0 || state.future.length > 0) return;
        useSheet.getState().show([]);
        useSession.setState({ editing: undefined, inserting: undefined, wiringFrom: undefined, drag: undefined });
        useSelection.getState().clear();
        fitAll(flow, root.current);
      }),
    [flow, root],
  );
}

/** Problems and tables ask for a block or wire: bring it to the middle. Several blocks, as what was just placed: all in view. */
export function useReveal(flow: ReactFlowInstance, root: RefObject<HTMLDivElement | null>): void {
  const reveal = useSelection((state) => state.reveal);
  useEffect(() => {
    if (!reveal) return;
    const { blocks = [], wire } = reveal;
    const drawing = presentDrawing();
    const zoom = Math.max(flow.getZoom(), 0.8);
    if (blocks.length > 1) return fitTo(flow, root.current, boundsOf(drawing, new Set(blocks)), zoom);
    const block = drawing.blocks.get(blocks[0] ?? "");
    const middle = block
      ? { x: block.at.x + block.shape.width / 2, y: block.at.y + block.shape.height / 2 }
      : wire === undefined
        ? undefined
        : drawing.wires.get(wire)?.label;
    if (middle) void flow.setCenter(middle.x, middle.y, { zoom, duration: 0 });
  }, [reveal, flow, root]);
}
