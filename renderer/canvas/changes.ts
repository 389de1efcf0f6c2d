/**
 * Gestures as edits of the document: what the canvas asks of core/diagram/edit.ts, and which of it is one undo step.
 * New things are selected; nothing here draws.
 */
import { attachedTo } from "../../core/diagram/attached.ts";
import type { BlockDefinition } from "../../core/blocks/block.ts";
import type { Block, LazoDocument, Point, PortRef } from "../../core/diagram/document.ts";
import * as change from "../../core/diagram/edit.ts";
import { copyFragment, paste, readFragment } from "../../core/diagram/fragment.ts";
import { portsOf } from "../../core/diagram/ports.ts";
import { freshIds, sheetAt } from "../../core/diagram/trail.ts";
import { blockTitle } from "../store/blockTitle.ts";
import { useDocument } from "../store/document.ts";
import { useNotices } from "../store/notices.ts";
import { useSelection } from "../store/selection.ts";
import { shownSheet, shownTrail } from "../store/sheet.ts";
import { t } from "../ui/i18n.ts";
import { nearestPiece } from "./bends.ts";
import { faceOf } from "./caption.ts";
import { drawSheet } from "./drawing.ts";
import type { BlockShape } from "./geometry.ts";
import { shapeOf, snap, snapPoint } from "./geometry.ts";
import { freePlace } from "./placement.ts";
import { centreOf, presentDrawing } from "./present.ts";
import type { OpenEnd } from "./session.ts";
import { focusCanvas, useSession } from "./session.ts";

type Edit = (document: LazoDocument) => LazoDocument;

const edit = (by: Edit, coalesce?: string) => useDocument.getState().edit(by, coalesce);
const selected = () => useSelection.getState();

const ids = (document: LazoDocument, of: "blocks" | "notes" | "wires") =>
  new Set(sheetAt(document, shownTrail())[of].map((item) => item.id));

/** Runs an edit and gives back what it added. */
function adding(by: Edit): { blocks: string[]; notes: string[]; wires: string[] } {
  const before = useDocument.getState().document;
  edit(by);
  const after = useDocument.getState().document;
  const fresh = (of: "blocks" | "notes" | "wires") => {
    const old = ids(before, of);
    return sheetAt(after, shownTrail())
      [of].filter((item) => !old.has(item.id))
      .map((item) => item.id);
  };
  return { blocks: fresh("blocks"), notes: fresh("notes"), wires: fresh("wires") };
}

export function connect(from: PortRef, to: PortRef): void {
  const { wires } = adding((document) => change.connect(document, from, to));
  if (wires.length > 0) selected().select({ wires });
  // The port that was pressed took the focus to its block; the keys are meant for the new wire.
  focusCanvas();
}

export function reconnect(wire: string, end: "from" | "to", to: PortRef): void {
  edit((document) => change.reconnect(document, wire, end, to));
}

export function setGain(wire: string, gain: string): void {
  edit((document) => change.setWire(document, wire, { gain: gain === "" || gain === "1" ? undefined : gain }));
}

export function bendWire(wire: string, bends: readonly Point[]): void {
  edit((document) => change.setWire(document, wire, { bends }));
}

export function straighten(): void {
  const { wires } = selected();
  edit((document) => [...wires].reduce((d, id) => change.setWire(d, id, { bends: undefined }), document));
}

export function renameBlock(id: string, name: string): void {
  edit((document) => change.renameBlock(document, id, name));
  const taken = shownSheet().blocks.find((block) => block.id === id)?.name !== name;
  if (taken)
    useNotices
      .getState()
      .show({ id: "rename", tone: "warning", text: t("canvas.nameRefused", { name }), expires: 6000 });
}

export function rotateSelected(): void {
  const { blocks } = selected();
  edit((document) => {
    const turned = change.rotateBlocks(document, blocks);
    const before = drawSheet(document, shownTrail());
    const after = drawSheet(turned, shownTrail());
    // About the middle, as far as the grid allows.
    return [...blocks].reduce((d, id) => {
      const old = before.blocks.get(id);
      const now = after.blocks.get(id);
      if (!old || !now) return d;
      const by = {
        x: snap((old.shape.width - now.shape.width) / 2),
        y: snap((old.shape.height - now.shape.height) / 2),
      };
      return change.move(d, { blocks: new Set([id]) }, by);
    }, turned);
  });
}

export function removeSelected(): void {
  const { blocks, wires, notes, clear } = selected();
  edit((document) => change.remove(document, { blocks, wires, notes }));
  clear();
}

export function nudge(by: Point): void {
  const { blocks, notes } = selected();
  edit((document) => change.move(document, { blocks, notes }, by), "nudge");
}

/** The drag in session.ts becomes an edit; a lone unwired block let go on a wire goes into it. */
export function finishMove(): void {
  const { drag, set } = useSession.getState();
  set({ drag: undefined, dragCancelled: false });
  if (!drag || (drag.by.x === 0 && drag.by.y === 0)) return;
  const drawing = presentDrawing();
  const [only] = drag.ids;
  const block = drag.ids.size === 1 && only !== undefined ? drawing.blocks.get(only) : undefined;
  let onto: string | undefined;
  if (block && block.wired.length === 0) {
    const at = { x: block.at.x + drag.by.x, y: block.at.y + drag.by.y };
    onto = wireUnder(centreOf({ at, shape: block.shape }), block.shape);
  }
  edit((document) => {
    const moved = change.move(document, { blocks: drag.ids, notes: drag.ids }, drag.by);
    return onto === undefined || only === undefined ? moved : intoWire(moved, onto, only, block?.shape);
  });
}

/** A wire that passes through the middle of a block that could stand in it. */
function wireUnder(centre: Point, shape: BlockShape): string | undefined {
  const has = (direction: "in" | "out") => shape.ports.some((port) => port.direction === direction);
  if (!has("in") || !has("out")) return undefined;
  for (const wire of presentDrawing().wires.values()) {
    if (nearestPiece(wire.points, centre).distance <= 12) return wire.id;
  }
  return undefined;
}

function intoWire(document: LazoDocument, wire: string, block: string, shape: BlockShape | undefined): LazoDocument {
  const port = (direction: "in" | "out") =>
    shape?.ports.find((candidate) => candidate.direction === direction && !candidate.optional)?.name;
  const input = port("in");
  const output = port("out");
  return input === undefined || output === undefined
    ? document
    : change.insertOnWire(document, wire, block, input, output);
}

export interface InsertOptions {
  readonly params?: { readonly [name: string]: string };
  /** Connect it to this end of a wire. */
  readonly from?: OpenEnd | undefined;
  /** If it lands on a wire, it goes into it. */
  readonly ontoWire?: boolean;
  /** On top of nothing: beside it. */
  readonly free?: boolean;
}

/** Ports of subsystems are named as signals are, in any language. */
const portName: { readonly [type: string]: string } = { in: "u", out: "y" };

/** A new block with its middle (or, for a wire, its port) at `at`. */
export function insertBlock(definition: BlockDefinition, at: Point, options: InsertOptions = {}): void {
  const { document } = useDocument.getState();
  const probe: Block = {
    id: "",
    name: "",
    type: definition.type,
    version: definition.version,
    params: options.params ?? {},
    at: { x: 0, y: 0 },
    ...(definition.type === "subsystem" && { sheet: change.throughSheet(freshIds(document)) }),
  };
  const shape = shapeOf(
    probe,
    definition,
    portsOf(probe, presentDrawing().scope, attachedTo(undefined)) ?? {},
    [],
    faceOf(probe, definition).mathWidth,
  );
  const from = options.from;
  const mate = from && shape.ports.find((port) => port.direction !== from.direction);
  const anchor = mate?.at ?? { x: shape.width / 2, y: shape.height / 2 };
  let corner = snapPoint({ x: at.x - anchor.x, y: at.y - anchor.y });
  if (from && mate) corner = aligned(corner, from, mate.at);
  if (options.free) corner = freePlace(corner, shape);
  const onto = options.ontoWire ? wireUnder(centreOf({ at: corner, shape }), shape) : undefined;
  const before = ids(document, "blocks");
  const { blocks } = adding((start) => {
    const added = change.addBlock(
      start,
      definition.type,
      corner,
      options.params,
      portName[definition.type] ?? blockTitle(definition),
      shownTrail(),
    );
    const id = sheetAt(added, shownTrail()).blocks.find((block) => !before.has(block.id))?.id;
    if (id === undefined) return added;
    if (onto !== undefined) return intoWire(added, onto, id, shape);
    if (!from || !mate) return added;
    const there = { block: from.block, port: from.port };
    const here = { block: id, port: mate.name };
    return from.direction === "out" ? change.connect(added, there, here) : change.connect(added, here, there);
  });
  selected().select({ blocks });
}

/** Nearly level with the port it comes from means level: the wire is straight. */
function aligned(corner: Point, from: OpenEnd, mate: Point): Point {
  const source = presentDrawing().blocks.get(from.block);
  const port = source?.shape.ports.find(
    (candidate) => candidate.name === from.port && candidate.direction === from.direction,
  );
  if (!source || !port || port.side === "top" || port.side === "bottom") return corner;
  const level = source.at.y + port.at.y - mate.y;
  return Math.abs(level - corner.y) <= 24 ? { x: corner.x, y: level } : corner;
}

export function addNote(at: Point): void {
  const { notes } = adding((document) => change.addNote(document, snapPoint(at), "", shownTrail()));
  selected().select({ notes });
  const id = notes[0];
  if (id !== undefined) useSession.setState({ editing: { what: "note", id } });
}

export function writeNote(id: string, text: string): void {
  edit((document) => change.setNote(document, id, text));
}

/** Undefined: as wide as its text. */
export function widenNote(id: string, width: number | undefined): void {
  edit((document) => change.setNoteWidth(document, id, width));
}

export function removeNote(id: string): void {
  edit((document) => change.remove(document, { notes: new Set([id]) }));
}

export function fragmentOf(document: LazoDocument, blocks: ReadonlySet<string>, notes: ReadonlySet<string>): string {
  return copyFragment(document, { blocks, notes });
}

/** How far a copy lies from what it was copied from; each paste of the same text one step further. */
const step = 32;
let pasted: { text: string; times: number } | undefined;

export function pasteFragment(text: string): boolean {
  const fragment = readFragment(text);
  if (!fragment) return false;
  pasted = { text, times: pasted?.text === text ? pasted.times + 1 : 1 };
  const by = { x: step * pasted.times, y: step * pasted.times };
  selected().select(adding((document) => paste(document, fragment, by, shownTrail())));
  return true;
}

export function duplicate(): void {
  const { blocks, notes } = selected();
  const fragment = readFragment(fragmentOf(useDocument.getState().document, blocks, notes));
  if (fragment) selected().select(adding((document) => paste(document, fragment, { x: step, y: step }, shownTrail())));
}

type Line = "left" | "centre" | "right" | "top" | "middle" | "bottom";

export function align(to: Line): void {
  const chosen = [...selected().blocks].flatMap((id) => presentDrawing().blocks.get(id) ?? []);
  const across = to === "left" || to === "centre" || to === "right";
  const share = to === "left" || to === "top" ? 0 : to === "centre" || to === "middle" ? 0.5 : 1;
  const place = (block: (typeof chosen)[number]) =>
    across ? block.at.x + block.shape.width * share : block.at.y + block.shape.height * share;
  const places = chosen.map(place);
  const goal =
    share === 0
      ? Math.min(...places)
      : share === 1
        ? Math.max(...places)
        : snap((Math.min(...places) + Math.max(...places)) / 2);
  edit((document) =>
    chosen.reduce((d, block) => {
      const by = snap(goal - place(block));
      return change.move(d, { blocks: new Set([block.id]) }, across ? { x: by, y: 0 } : { x: 0, y: by });
    }, document),
  );
}

/** The same gap between neighbours; the outermost stay. */
export function distribute(along: "across" | "down"): void {
  const axis = along === "across" ? "x" : "y";
  const size = along === "across" ? "width" : "height";
  const chosen = [...selected().blocks]
    .flatMap((id) => presentDrawing().blocks.get(id) ?? [])
    .sort((a, b) => a.at[axis] - b.at[axis]);
  const first = chosen[0];
  const last = chosen.at(-1);
  if (!first || !last || chosen.length < 3) return;
  const total = chosen.reduce((sum, block) => sum + block.shape[size], 0);
  const gap = (last.at[axis] + last.shape[size] - first.at[axis] - total) / (chosen.length - 1);
  let next = first.at[axis];
  edit((document) =>
    chosen.reduce((d, block) => {
      const by = snap(next - block.at[axis]);
      next += block.shape[size] + gap;
      return change.move(d, { blocks: new Set([block.id]) }, axis === "x" ? { x: by, y: 0 } : { x: 0, y: by });
    }, document),
  );
}
