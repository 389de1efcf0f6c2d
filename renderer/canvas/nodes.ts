/** The drawing in React Flow's words. A node or edge that shows the same keeps its identity, so React skips it. */
import type { Edge, Node } from "@xyflow/react";
import { Position } from "@xyflow/react";
import type { Problem } from "../../core/ir/ir.ts";
import type { Translate } from "../ui/i18n.ts";
import type { BlockNodeData } from "./BlockNode.tsx";
import { looksLike } from "./drawing.ts";
import type { Drawing } from "./drawing.ts";
import type { SessionState } from "./session.ts";
import type { WireEdgeData } from "./WireEdge.tsx";

interface Selected {
  readonly blocks: ReadonlySet<string>;
  readonly wires: ReadonlySet<string>;
  readonly notes: ReadonlySet<string>;
}

export interface Place {
  readonly severity: "error" | "warning";
  readonly message: string;
}

/**
 * The gravest problem of each block path and each "wire:id". An open port is no fault of the block yet, only work to do:
 * it is shown at the port, as "path.port". What is wrong inside a subsystem is shown at the subsystem too.
 */
export function problemsByPlace(
  problems: readonly Problem[],
  sheetOfWire: (wire: string) => string = () => "",
): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const mark = (place: string, { severity, message }: Place) => {
    const before = places.get(place);
    if (before?.severity === "error" || (before && severity === "warning")) return;
    places.set(place, { severity, message });
  };
  for (const problem of problems) {
    const open = problem.code === "PORT_UNCONNECTED" && problem.field !== undefined;
    mark(open ? `${problem.path}.${problem.field}` : problem.path, problem);
    const wire = problem.path.startsWith("wire:");
    const path = wire ? sheetOfWire(problem.path.slice(5)) : problem.path;
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const inner = wire ? problem.message : `${path.slice(end + 1)}: ${problem.message}`;
      mark(path.slice(0, end), { severity: problem.severity, message: inner });
    }
  }
  return places;
}

const samePlace = (a: Place | undefined, b: Place | undefined): boolean =>
  a?.severity === b?.severity && a?.message === b?.message;

/** The list of before where nothing in it changed: React Flow looks at all of a new one. */
const sameList = <T>(before: readonly T[], now: T[]): T[] =>
  before.length === now.length && now.every((one, k) => one === before[k]) ? (before as T[]) : now;

/** What is shown, by id and as a list. */
export interface Shown<T> {
  readonly byId: Map<string, T>;
  list: T[];
}

const handleSize = 24;
const positions = { left: Position.Left, right: Position.Right, top: Position.Top, bottom: Position.Bottom } as const;

export function toNodes(
  drawing: Drawing,
  drag: SessionState["drag"],
  selection: Selected,
  problems: ReadonlyMap<string, Place>,
  shown: Shown<Node>,
): Node[] {
  const cache = shown.byId;
  const nodes: Node[] = [];
  for (const [id, drawn] of drawing.blocks) {
    const selected = selection.blocks.has(id);
    const path = drawing.prefix + drawn.block.name;
    const problem = problems.get(path);
    const open = drawn.shape.ports
      .filter((port) => port.direction === "in" && problems.has(`${path}.${port.name}`))
      .map((port) => port.name)
      .join("\n");
    const old = cache.get(id);
    const data = old?.data as BlockNodeData | undefined;
    const same =
      data !== undefined &&
      (data.drawn === drawn || looksLike(data.drawn, drawn)) &&
      data.path === path &&
      samePlace(data.problem, problem) &&
      data.open === open;
    if (old && same && old.selected === selected) {
      nodes.push(old);
      continue;
    }
    const { width, height } = drawn.shape;
    const node: Node<BlockNodeData> = {
      id,
      type: "block",
      position: drawn.at,
      width,
      height,
      measured: { width, height },
      // Known beforehand, so wires never wait for the DOM to be measured.
      handles: drawn.shape.ports.map((port) => ({
        id: port.name,
        type: port.direction === "in" ? ("target" as const) : ("source" as const),
        position: positions[port.side],
        x: port.at.x - handleSize / 2,
        y: port.at.y - handleSize / 2,
        width: handleSize,
        height: handleSize,
      })),
      data: same ? data : { drawn, path, problem, open },
      selected,
      ariaLabel: `${drawn.definition?.title ?? drawn.block.type} ${drawn.block.name}`,
    };
    cache.set(id, node);
    nodes.push(node);
  }
  for (const note of drawing.sheet.notes) {
    const by = drag?.ids.has(note.id) ? drag.by : { x: 0, y: 0 };
    const position = { x: note.at.x + by.x, y: note.at.y + by.y };
    const selected = selection.notes.has(note.id);
    const old = cache.get(note.id);
    if (
      old &&
      old.data["note"] === note &&
      old.selected === selected &&
      old.position.x === position.x &&
      old.position.y === position.y
    ) {
      nodes.push(old);
      continue;
    }
    const node: Node = { ...old, id: note.id, type: "note", position, data: { note }, selected, zIndex: -1 };
    cache.set(note.id, node);
    nodes.push(node);
  }
  return (shown.list = sameList(shown.list, nodes));
}

export function toEdges(
  drawing: Drawing,
  selection: Selected,
  problems: ReadonlyMap<string, Place>,
  shown: Shown<Edge>,
  t: Translate,
): Edge[] {
  const cache = shown.byId;
  const edges: Edge[] = [];
  for (const wire of drawing.sheet.wires) {
    const line = drawing.wires.get(wire.id);
    const from = drawing.blocks.get(wire.from.block)?.block.name;
    const to = drawing.blocks.get(wire.to.block)?.block.name;
    if (!line || from === undefined || to === undefined) continue;
    const selected = selection.wires.has(wire.id);
    const problem = problems.get(`wire:${wire.id}`)?.severity;
    const label = t(wire.gain === undefined ? "canvas.wire" : "canvas.wireWithGain", {
      from,
      to,
      gain: wire.label ?? wire.gain ?? "",
    });
    const old = cache.get(wire.id);
    const data = old?.data as WireEdgeData | undefined;
    if (
      old &&
      data?.wire === wire &&
      old.ariaLabel === label &&
      data.line === line &&
      data.problem === problem &&
      old.selected === selected &&
      data.prefix === drawing.prefix &&
      data.names.from === from &&
      data.names.to === to
    ) {
      edges.push(old);
      continue;
    }
    const edge: Edge<WireEdgeData> = {
      id: wire.id,
      type: "wire",
      source: wire.from.block,
      sourceHandle: wire.from.port,
      target: wire.to.block,
      targetHandle: wire.to.port,
      selected,
      interactionWidth: 0,
      zIndex: selected ? 1 : 0,
      data: { wire, line, problem, names: { from, to }, prefix: drawing.prefix },
      ariaLabel: label,
    };
    cache.set(wire.id, edge);
    edges.push(edge);
  }
  return (shown.list = sameList(shown.list, edges));
}
