/**
 * The sheet as it is to be drawn: every block with its outline, ports and texts, every wire with its line. Derived from
 * the document and nothing else; what did not change keeps its identity, so that React draws only what did.
 */
import { attachedTo } from "../../core/diagram/attached.ts";
import type { Block, LazoDocument, Point, Sheet, Wire } from "../../core/diagram/document.ts";
import type { BlockDefinition } from "../../core/blocks/block.ts";
import { blocks as library } from "../../core/blocks/index.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { portsOf } from "../../core/diagram/ports.ts";
import { prefixAt, scopeAt, sheetAt } from "../../core/diagram/trail.ts";
import type { Trail } from "../../core/diagram/trail.ts";
import { withSame } from "../store/same.ts";
import type { Face } from "./caption.ts";
import { captionSize, faceOf, portMark } from "./caption.ts";
import { shapeOf } from "./geometry.ts";
import type { DrawnWire, PlacedBlock } from "./wiring.ts";
import { drawWires } from "./wiring.ts";

/** All that a block shows is in its other parts: what else stands in `block` may change without its being drawn again. */
export interface DrawnBlock extends PlacedBlock {
  readonly block: Block;
  readonly definition: BlockDefinition | undefined;
  readonly face: Face;
  /** What is written beside its ports, in their order. */
  readonly marks: readonly string[];
  /** "in:u", "out:y": ports that a wire touches. */
  readonly wired: readonly string[];
}

/** Whether one may stand for the other on the screen. Parts that are equal are the same. */
export const looksLike = (a: DrawnBlock, b: DrawnBlock): boolean =>
  a.definition === b.definition &&
  a.at === b.at &&
  a.shape === b.shape &&
  a.face === b.face &&
  a.marks === b.marks &&
  a.wired === b.wired &&
  a.block.name === b.block.name &&
  a.block.type === b.block.type &&
  (a.block.sheet === undefined) === (b.block.sheet === undefined);

export interface Drawing {
  readonly sheet: Sheet;
  /** Before the names of its blocks in the paths that results know: "" or "Controller/". */
  readonly prefix: string;
  readonly blocks: ReadonlyMap<string, DrawnBlock>;
  readonly wires: ReadonlyMap<string, DrawnWire>;
  readonly scope: Scope;
}

interface Remembered {
  readonly scope: Scope;
  readonly data: LazoDocument["data"];
  readonly key: string;
  readonly drawn: DrawnBlock;
}
const looksOf = ({ at, shape, face, marks, wired, caption }: DrawnBlock) => ({
  at,
  shape,
  face,
  marks,
  wired,
  caption,
});

const remembered = new WeakMap<Block, Remembered>();

function drawBlock(
  block: Block,
  wires: readonly Wire[],
  document: LazoDocument,
  scope: Scope,
  previous: DrawnBlock | undefined,
): DrawnBlock {
  const wired = new Set<string>();
  for (const wire of wires) {
    if (wire.from.block === block.id) wired.add(`out:${wire.from.port}`);
    if (wire.to.block === block.id) wired.add(`in:${wire.to.port}`);
  }
  const key = [...wired].join("\n");
  const before = remembered.get(block);
  if (before && before.scope === scope && before.data === document.data && before.key === key) return before.drawn;
  const definition = library.get(block.type);
  const face = before?.drawn.face ?? faceOf(block, definition);
  const shape = shapeOf(
    block,
    definition,
    portsOf(block, scope, attachedTo(document.data)) ?? {},
    wires,
    face.mathWidth,
  );
  // Another value of a variable is seldom another shape: a thousand blocks need not be drawn again for it.
  if (before && before.key === key && JSON.stringify(before.drawn.shape) === JSON.stringify(shape)) {
    remembered.set(block, { scope, data: document.data, key, drawn: before.drawn });
    return before.drawn;
  }
  const ports = shape.ports.map(({ name, direction }) => ({ name, direction }));
  const count = (direction: "in" | "out"): number => ports.filter((port) => port.direction === direction).length;
  const looks = {
    at: block.at,
    shape,
    face,
    marks: ports.map(({ name, direction }) => portMark(block, definition, name, direction, count(direction))),
    wired: [...wired],
    caption: captionSize(block.name, face.below),
  };
  const drawn: DrawnBlock = { ...withSame(previous && looksOf(previous), looks), id: block.id, block, definition };
  remembered.set(block, { scope, data: document.data, key, drawn });
  return drawn;
}

/** Wires depend on places, sizes and connections only: a changed number keeps every line. */
function sameGeometry(a: Drawing, blocks: ReadonlyMap<string, DrawnBlock>, sheet: Sheet): boolean {
  if (a.blocks.size !== blocks.size) return false;
  if (a.sheet.wires !== sheet.wires) {
    if (a.sheet.wires.length !== sheet.wires.length) return false;
    for (const [index, wire] of sheet.wires.entries()) {
      const old = a.sheet.wires[index];
      if (!old || old === wire) continue;
      if (old.id !== wire.id || old.bends !== wire.bends || !sameRef(old.from, wire.from) || !sameRef(old.to, wire.to))
        return false;
    }
  }
  for (const [id, block] of blocks) {
    const old = a.blocks.get(id);
    if (!old) return false;
    if (old === block) continue;
    if (old.at.x !== block.at.x || old.at.y !== block.at.y) return false;
    if (old.caption.width !== block.caption.width || old.caption.height !== block.caption.height) return false;
    if (old.shape !== block.shape && JSON.stringify(old.shape) !== JSON.stringify(block.shape)) return false;
  }
  return true;
}

const sameRef = (a: Wire["from"], b: Wire["from"]): boolean => a.block === b.block && a.port === b.port;

export function drawSheet(document: LazoDocument, trail: Trail = [], previous?: Drawing): Drawing {
  const sheet = sheetAt(document, trail);
  const scope = scopeAt(document, trail);
  const prefix = prefixAt(document, trail);
  if (previous && previous.sheet === sheet && previous.scope === scope)
    return previous.prefix === prefix ? previous : { ...previous, prefix };
  const touching = new Map<string, Wire[]>();
  const note = (id: string, wire: Wire) => {
    const list = touching.get(id);
    if (list) list.push(wire);
    else touching.set(id, [wire]);
  };
  for (const wire of sheet.wires) {
    note(wire.from.block, wire);
    if (wire.to.block !== wire.from.block) note(wire.to.block, wire);
  }
  const blocks = new Map<string, DrawnBlock>();
  for (const block of sheet.blocks)
    blocks.set(
      block.id,
      drawBlock(block, touching.get(block.id) ?? [], document, scope, previous?.blocks.get(block.id)),
    );
  const wires =
    previous && sameGeometry(previous, blocks, sheet)
      ? previous.wires
      : keepSame(drawWires(blocks, sheet.wires), previous?.wires);
  return { sheet, prefix, scope, blocks, wires };
}

function keepSame(
  now: ReadonlyMap<string, DrawnWire>,
  before: ReadonlyMap<string, DrawnWire> | undefined,
): ReadonlyMap<string, DrawnWire> {
  if (!before) return now;
  const kept = new Map<string, DrawnWire>();
  for (const [id, wire] of now) {
    const old = before.get(id);
    kept.set(id, old && JSON.stringify(old) === JSON.stringify(wire) ? old : wire);
  }
  return kept;
}

/** The drawing while some blocks are dragged: their wires follow, those between them move along, the rest stands still. */
export function dragged(drawing: Drawing, ids: ReadonlySet<string>, by: Point): Drawing {
  const blocks = new Map(drawing.blocks);
  for (const id of ids) {
    const block = blocks.get(id);
    if (block) blocks.set(id, { ...block, at: { x: block.at.x + by.x, y: block.at.y + by.y } });
  }
  const loose = new Set<string>();
  const before = new Map(drawing.wires);
  const shift = (point: Point): Point => ({ x: point.x + by.x, y: point.y + by.y });
  for (const wire of drawing.sheet.wires) {
    const from = ids.has(wire.from.block);
    const to = ids.has(wire.to.block);
    const old = before.get(wire.id);
    if (from && to && old) before.set(wire.id, { ...old, points: old.points.map(shift) });
    else if (from || to) loose.add(wire.id);
  }
  return { ...drawing, blocks, wires: keepSame(drawWires(blocks, drawing.sheet.wires, before, loose), drawing.wires) };
}
