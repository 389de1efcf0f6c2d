/**
 * The drawing surface: React Flow shows what drawing.ts derives from the document, and gestures come back as edits of the
 * document (changes.ts). React Flow's own state is never the truth; a drag in progress lives in session.ts.
 */
import {
  Background,
  BackgroundVariant,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
} from "@xyflow/react";
import type {
  Edge,
  EdgeChange,
  EdgeMouseHandler,
  Node,
  NodeChange,
  NodeMouseHandler,
  OnConnect,
  OnConnectEnd,
  OnMove,
  ReactFlowInstance,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { DragEvent, MouseEvent, RefObject } from "react";
import "@xyflow/react/dist/base.css";
import type { Point } from "../../core/diagram/document.ts";
import { blocks as library } from "../../core/blocks/index.ts";
import { useDocument } from "../store/document.ts";
import { blockMime, useInsertion } from "../store/insertion.ts";
import { useResults } from "../store/results.ts";
import { placeOf } from "../store/places.ts";
import { useSelection } from "../store/selection.ts";
import { useSheet } from "../store/sheet.ts";
import { useSame } from "../store/useSame.ts";
import { useView } from "../store/view.ts";
import { useText } from "../ui/i18n.ts";
import { BlockNode } from "./BlockNode.tsx";
import { Breadcrumb } from "./Breadcrumb.tsx";
import { CanvasMenu } from "./CanvasMenu.tsx";
import { connect, finishMove, insertBlock } from "./changes.ts";
import { useCanvasCommands } from "./commands.ts";
import { Controls } from "./Controls.tsx";
import { dragged } from "./drawing.ts";
import { boundsOf, fitAll } from "./fit.ts";
import { Hint } from "./Hint.tsx";
import { onCanvasKey } from "./keys.ts";
import { toEdges, toNodes, problemsByPlace } from "./nodes.ts";
import type { Shown } from "./nodes.ts";
import { NoteNode } from "./NoteNode.tsx";
import { Overview } from "./Overview.tsx";
import { ConnectionPreview, PullPreview } from "./Preview.tsx";
import { notePointer } from "./placement.ts";
import { nearestPort, presentDrawing } from "./present.ts";
import { catching } from "./pull.ts";
import { QuickInsert } from "./QuickInsert.tsx";
import { RateLegend } from "./RateLegend.tsx";
import { useSession } from "./session.ts";
import { enter } from "./sheets.ts";
import { useFitOnOpen, useReveal, useViewOfSheet } from "./views.ts";
import { WireEdge } from "./WireEdge.tsx";
import { WireTo } from "./WireTo.tsx";
import "./canvas.css";

const nodeTypes = { block: BlockNode, note: NoteNode };
const edgeTypes = { wire: WireEdge };
const snapGrid: [number, number] = [8, 8];
const panButtons = [1];
const severalKeys = ["Shift", "Meta", "Control"];
/** Above so many blocks only those in view are in the DOM. */
const many = 200;

export function Canvas() {
  return (
    <ReactFlowProvider>
      <Surface />
    </ReactFlowProvider>
  );
}

function Surface() {
  const t = useText();
  const flow = useReactFlow();
  const root = useRef<HTMLDivElement>(null);
  const trail = useSheet((state) => state.trail);
  // Only another drawing draws the canvas again: presentDrawing keeps what did not change.
  const still = useDocument((state) => presentDrawing(state.document, trail));
  const blocks = useSelection((state) => state.blocks);
  const wires = useSelection((state) => state.wires);
  const notes = useSelection((state) => state.notes);
  const compiled = useResults((state) => state.compiled?.problems);
  const ran = useResults(useSame((state) => state.run?.result.problems));
  const drag = useSession((state) => state.drag);
  const minimap = useView((state) => state.minimap);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const toSheet = useCallback((screen: Point) => flow.screenToFlowPosition(screen, { snapToGrid: false }), [flow]);

  const drawing = useMemo(() => (drag ? dragged(still, drag.ids, drag.by) : still), [still, drag]);
  const problems = useMemo(
    () =>
      problemsByPlace([...(compiled ?? []), ...(ran ?? [])], (wire) => {
        const place = placeOf(useDocument.getState().document, `wire:${wire}`);
        return place.kind === "wire" ? place.path : "";
      }),
    [compiled, ran],
  );
  const shownNodes = useRef<Shown<Node>>({ byId: new Map(), list: [] });
  const shownEdges = useRef<Shown<Edge>>({ byId: new Map(), list: [] });
  const selection = { blocks, wires, notes };
  const nodes = toNodes(drawing, drag, selection, problems, shownNodes.current);
  const edges = toEdges(drawing, selection, problems, shownEdges.current, t);

  useCanvasCommands(flow, root);
  useViewOfSheet(flow, root, trail);
  useFitOnOpen(flow, root);
  useReveal(flow, root);
  usePaletteRequests(flow, root);

  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const onNodesChange = useCallback((changes: NodeChange[]) => {
    const { blocks, notes, wires, select } = useSelection.getState();
    const nextBlocks = new Set(blocks);
    const nextNotes = new Set(notes);
    let selected = false;
    const moves = new Map<string, Point>();
    let dropped = false;
    for (const change of changes) {
      if (change.type === "select") {
        const set = presentDrawing().blocks.has(change.id) ? nextBlocks : nextNotes;
        if (change.selected) set.add(change.id);
        else set.delete(change.id);
        selected = true;
      } else if (change.type === "position" && change.position) {
        if (change.dragging) moves.set(change.id, change.position);
        else dropped = true;
      } else if (change.type === "dimensions" && change.dimensions) {
        // A note is as large as its text, which only the page knows; a node without a size is hidden until it is measured.
        const note = shownNodes.current.byId.get(change.id);
        if (note?.type === "note") note.measured = change.dimensions;
      }
    }
    if (selected) select({ blocks: nextBlocks, wires, notes: nextNotes });
    if (moves.size > 0) dragTo(moves);
    if (dropped) finishMove();
  }, []);

  const onEdgesChange = useCallback((changes: EdgeChange[]) => {
    const { blocks, notes, wires, select } = useSelection.getState();
    const next = new Set(wires);
    let selected = false;
    for (const change of changes) {
      if (change.type !== "select") continue;
      if (change.selected) next.add(change.id);
      else next.delete(change.id);
      selected = true;
    }
    if (selected) select({ blocks, wires: next, notes });
  }, []);

  const openInsert = useCallback(
    (
      client: Point,
      options: { query?: string; from?: { block: string; port: string; direction: "in" | "out" } } = {},
    ) => {
      const bounds = root.current?.getBoundingClientRect();
      if (!bounds) return;
      useSession.setState({
        inserting: {
          at: toSheet(client),
          screen: { x: client.x - bounds.left, y: client.y - bounds.top },
          query: options.query ?? "",
          ...(options.from ? { from: options.from } : {}),
        },
      });
    },
    [toSheet],
  );

  const onConnectEnd: OnConnectEnd = useCallback(
    (event, state) => {
      if (state.isValid || !state.fromHandle || !state.fromNode) return;
      const client = "changedTouches" in event ? event.changedTouches[0] : event;
      if (!client) return;
      const direction = state.fromHandle.type === "source" ? "out" : "in";
      const from = { block: state.fromNode.id, port: state.fromHandle.id ?? "", direction } as const;
      const opposite = direction === "out" ? "in" : "out";
      const near = nearestPort(toSheet({ x: client.clientX, y: client.clientY }), opposite, catching);
      const start = state.from;
      if (near) {
        const other = { block: near.block.id, port: near.port.name };
        if (direction === "out") connect(from, other);
        else connect(other, from);
      } else if (start && Math.hypot((state.to?.x ?? start.x) - start.x, (state.to?.y ?? start.y) - start.y) > 40) {
        openInsert({ x: client.clientX, y: client.clientY }, { from });
      }
    },
    [toSheet, openInsert],
  );
  const onInit = useCallback(() => fitAll(flow, root.current), [flow]);

  // On the window: after a drag or a closed menu the focus is nowhere, and the drawing still is what one works on.
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => onCanvasKey(event, root.current, openInsert);
    globalThis.addEventListener("keydown", onKeyDown, true);
    return () => globalThis.removeEventListener("keydown", onKeyDown, true);
  }, [openInsert]);

  const onDrop = useCallback(
    (event: DragEvent) => {
      const type = event.dataTransfer.getData(blockMime);
      const definition = library.get(type);
      useInsertion.getState().setDragging(undefined);
      if (!definition) return;
      event.preventDefault();
      insertBlock(definition, toSheet({ x: event.clientX, y: event.clientY }), { ontoWire: true });
      root.current?.focus({ preventScroll: true });
    },
    [toSheet],
  );

  const onDoubleClick = useCallback(
    (event: MouseEvent) => {
      const target = event.target as Element;
      const wire = target.closest<HTMLElement>(".react-flow__edge")?.dataset["id"];
      const node = target.closest<HTMLElement>(".react-flow__node")?.dataset["id"];
      if (node !== undefined && presentDrawing().blocks.get(node)?.block.sheet) {
        enter(node);
        root.current?.focus({ preventScroll: true });
      } else if (wire !== undefined) useSession.setState({ editing: { what: "gain", id: wire } });
      else if (target.classList.contains("react-flow__pane")) openInsert({ x: event.clientX, y: event.clientY });
    },
    [openInsert],
  );

  // None is drawn again while it stays what it was, whatever changes in the document.
  const large = drawing.sheet.blocks.length > many;
  // A drag changes it when it ends.
  const bounds = useMemo(() => boundsOf(still), [still]);
  const mapped = minimap && size.height > 300 ? bounds : undefined;
  const mapLabel = t("canvas.minimap");
  const surface = useMemo(
    () => (
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        onNodeMouseEnter={onNodeMouseEnter}
        onNodeMouseLeave={endHover}
        onEdgeMouseEnter={onEdgeMouseEnter}
        onEdgeMouseLeave={endHover}
        onInit={onInit}
        onMove={onMove}
        connectionLineComponent={ConnectionPreview}
        connectionRadius={catching}
        snapToGrid
        snapGrid={snapGrid}
        selectionOnDrag
        selectionMode={SelectionMode.Partial}
        selectionKeyCode={null}
        multiSelectionKeyCode={severalKeys}
        deleteKeyCode={null}
        panOnDrag={panButtons}
        zoomOnDoubleClick={false}
        disableKeyboardA11y
        nodeDragThreshold={2}
        minZoom={0.1}
        maxZoom={4}
        onlyRenderVisibleElements={large}
        attributionPosition="bottom-center"
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.6} />
        {mapped && <Overview bounds={mapped} label={mapLabel} />}
        <PullPreview />
      </ReactFlow>
    ),
    [nodes, edges, large, mapped, mapLabel, onNodesChange, onEdgesChange, onConnectEnd, onInit],
  );
  const around = useMemo(
    () => (
      <>
        <Hint />
        <Breadcrumb />
        <RateLegend />
        <Controls />
        <QuickInsert width={size.width} height={size.height} />
        <WireTo />
        <SelectionAnnouncer />
      </>
    ),
    [size],
  );

  const label = t("canvas.label");
  return useMemo(
    () => (
      <CanvasMenu>
        <div
          ref={root}
          className="canvas-root"
          data-canvas
          data-testid="drawing"
          role="region"
          aria-label={label}
          tabIndex={-1}
          onDoubleClick={onDoubleClick}
          onPointerDown={(event) => {
            if ((event.target as Element).classList.contains("react-flow__pane"))
              root.current?.focus({ preventScroll: true });
          }}
          onPointerMove={(event) => notePointer({ x: event.clientX, y: event.clientY })}
          onPointerLeave={() => notePointer(undefined)}
          onDragOver={(event) => {
            if (!event.dataTransfer.types.includes(blockMime)) return;
            event.preventDefault();
            event.dataTransfer.dropEffect = "copy";
          }}
          onDrop={onDrop}
        >
          {surface}
          {around}
        </div>
      </CanvasMenu>
    ),
    [surface, around, label, onDoubleClick, onDrop],
  );
}

const onConnect: OnConnect = ({ source, sourceHandle, target, targetHandle }) =>
  connect({ block: source, port: sourceHandle ?? "" }, { block: target, port: targetHandle ?? "" });

const onNodeMouseEnter: NodeMouseHandler = (_, node) => {
  const { blocks, prefix } = presentDrawing();
  const name = blocks.get(node.id)?.block.name;
  if (name !== undefined) useSelection.getState().setHover({ block: prefix + name });
};
const onEdgeMouseEnter: EdgeMouseHandler = (_, edge) => useSelection.getState().setHover({ wire: edge.id });
const endHover = (): void => useSelection.getState().setHover(undefined);

const onMove: OnMove = (_, viewport) => {
  if (useView.getState().zoom !== viewport.zoom) useView.getState().set({ zoom: viewport.zoom });
};

/** How far the drag has gone, from the first thing in it: all move together. */
function dragTo(moves: ReadonlyMap<string, Point>): void {
  const session = useSession.getState();
  if (session.dragCancelled) return;
  const drawing = presentDrawing();
  for (const [id, to] of moves) {
    const at = drawing.blocks.get(id)?.at ?? drawing.sheet.notes.find((note) => note.id === id)?.at;
    if (!at) continue;
    session.set({
      drag: {
        ids: new Set(moves.keys()),
        by: { x: Math.round((to.x - at.x) / 8) * 8, y: Math.round((to.y - at.y) / 8) * 8 },
      },
    });
    return;
  }
}

/** A tile of the palette was clicked: the block goes to the middle of what is shown. */
function usePaletteRequests(flow: ReactFlowInstance, root: RefObject<HTMLDivElement | null>): void {
  useEffect(
    () =>
      useInsertion.subscribe((state, before) => {
        if (!state.request || state.request === before.request) return;
        const definition = library.get(state.request.type);
        const bounds = root.current?.getBoundingClientRect();
        if (!definition || !bounds) return;
        const at = flow.screenToFlowPosition({ x: bounds.left + bounds.width / 2, y: bounds.top + bounds.height / 2 });
        insertBlock(definition, at, { free: true });
      }),
    [flow, root],
  );
}

/** Says what is selected to those who do not see it. */
function SelectionAnnouncer() {
  const t = useText();
  const blocks = useSelection((state) => state.blocks);
  const wires = useSelection((state) => state.wires);
  const dragging = useStore((state) => state.userSelectionActive);
  if (dragging || blocks.size + wires.size === 0) return <div className="ui-hidden" aria-live="polite" />;
  const names = [...blocks].map((id) => presentDrawing().blocks.get(id)?.block.name ?? "").slice(0, 5);
  return (
    <div className="ui-hidden" aria-live="polite">
      {t("canvas.selected", { blocks: blocks.size, wires: wires.size, names: names.join(", ") })}
    </div>
  );
}
