/** Going in and out of subsystems, making one of what is selected, and taking one apart. */
import type { Refusal } from "../../core/diagram/expand.ts";
import { expand } from "../../core/diagram/expand.ts";
import type { LazoDocument, PortRef } from "../../core/diagram/document.ts";
import { move } from "../../core/diagram/edit.ts";
import { group, groupable } from "../../core/diagram/group.ts";
import { sheetAt } from "../../core/diagram/trail.ts";
import { blockOf } from "../../core/blocks/index.ts";
import type { Trail } from "../../core/diagram/trail.ts";
import { blockTitle } from "../store/blockTitle.ts";
import { useDocument } from "../store/document.ts";
import { useNotices } from "../store/notices.ts";
import { useSelection } from "../store/selection.ts";
import { shownSheet, shownTrail, useSheet } from "../store/sheet.ts";
import { t } from "../ui/i18n.ts";
import type { TextKey } from "../ui/i18n.ts";
import { drawSheet } from "./drawing.ts";
import { portOf } from "./geometry.ts";
import { useSession } from "./session.ts";

/** The one selected subsystem. */
export function selectedSubsystem(): string | undefined {
  const { blocks, wires, notes } = useSelection.getState();
  const [id] = blocks;
  if (blocks.size !== 1 || wires.size + notes.size > 0) return undefined;
  return shownSheet().blocks.find((block) => block.id === id)?.sheet && id;
}

/** Gestures begun on one sheet end with it. Coming out of a subsystem, it is what is selected. */
export function showSheet(trail: Trail): void {
  const before = shownTrail();
  useSession.setState({ editing: undefined, inserting: undefined, wiringFrom: undefined, drag: undefined });
  useSheet.getState().show(trail);
  const left = before[trail.length];
  if (left !== undefined && trail.every((id, i) => id === before[i]))
    useSelection.getState().select({ blocks: [left] });
}

export function enter(id: string): void {
  showSheet([...shownTrail(), id]);
}

export function goUp(): void {
  if (shownTrail().length > 0) showSheet(shownTrail().slice(0, -1));
}

export const canGroup = (): boolean => groupable(shownSheet(), useSelection.getState().blocks).length > 0;

export function groupSelected(): void {
  const { blocks, notes, select } = useSelection.getState();
  const before = new Set(shownSheet().blocks.map((block) => block.id));
  const name = blockTitle(blockOf("subsystem")!);
  useDocument.getState().edit((document) => {
    const grouped = group(document, { blocks, notes }, name);
    const made = sheetAt(grouped, shownTrail()).blocks.find((block) => !before.has(block.id));
    return made ? levelled(grouped, made.id) : grouped;
  });
  select({
    blocks: shownSheet()
      .blocks.filter((block) => !before.has(block.id))
      .map((block) => block.id),
  });
}

/** A little up or down, so that as many of its wires as can be are straight. */
export function levelled(document: LazoDocument, id: string): LazoDocument {
  const { blocks, sheet } = drawSheet(document, shownTrail());
  const votes = new Map<number, number>();
  for (const { from, to } of sheet.wires) {
    if ((from.block === id) === (to.block === id)) continue;
    const level = (ref: PortRef, direction: "in" | "out") => {
      const drawn = blocks.get(ref.block);
      const port = drawn && portOf(drawn.shape, direction, ref.port);
      return port && (port.side === "left" || port.side === "right") ? drawn.at.y + port.at.y : undefined;
    };
    const [begin, end] = [level(from, "out"), level(to, "in")];
    if (begin === undefined || end === undefined) continue;
    const by = from.block === id ? end - begin : begin - end;
    if (Math.abs(by) <= furthest) votes.set(by, (votes.get(by) ?? 0) + 1);
  }
  const [best] = [...votes].sort(([a, m], [b, n]) => n - m || Math.abs(a) - Math.abs(b));
  return best ? move(document, { blocks: new Set([id]) }, { x: 0, y: best[0] }) : document;
}

/** Px that a new subsystem may stand off the middle of what it was made of. */
const furthest = 32;

const why: { readonly [R in Refusal]: TextKey } = {
  conditional: "canvas.expandConditional",
  parameters: "canvas.expandParameters",
  tags: "canvas.expandTags",
  loop: "canvas.expandLoop",
};

export function expandSelected(): void {
  const id = selectedSubsystem();
  if (id === undefined) return;
  const expanded = expand(useDocument.getState().document, id);
  if (!expanded.ok) {
    useNotices.getState().show({ id: "expand", tone: "warning", text: t(why[expanded.why]), expires: 8000 });
    return;
  }
  useDocument.getState().edit(() => expanded.document);
  useSelection.getState().select({ blocks: expanded.blocks });
}
