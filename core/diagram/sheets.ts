/**
 * Walking the nested sheets of a document: which path their blocks have, and what their expressions see. A subsystem's drawing
 * sees the variables around it and, before them, its own parameters.
 */
import type { Block, LazoDocument, Sheet, Wire } from "./document.ts";
import { evaluateExpression, evaluateVariables, inheritScope, type Refused, type Scope } from "./parameters.ts";

export interface Place {
  readonly sheet: Sheet;
  /** Before the names of its blocks: "" or "Controller/Filter/". */
  readonly prefix: string;
  readonly scope: Scope;
  /** The subsystem it belongs to, and where that stands; undefined for the root. */
  readonly owner?: { readonly block: Block; readonly place: Place };
}

export const isSubsystem = (block: Block): block is Block & { readonly sheet: Sheet } =>
  block.type === "subsystem" && block.sheet !== undefined;

/** The root first, then each subsystem's sheet after the one it stands in. */
export function places(document: Pick<LazoDocument, "root" | "variables">, scope?: Scope): Place[] {
  const all: Place[] = [
    { sheet: document.root, prefix: "", scope: scope ?? evaluateVariables(document.variables).scope },
  ];
  for (const place of all) {
    for (const block of place.sheet.blocks) {
      if (isSubsystem(block))
        all.push({
          sheet: block.sheet,
          prefix: `${place.prefix}${block.name}/`,
          scope: insideScope(block, place.scope).scope,
          owner: { block, place },
        });
    }
  }
  return all;
}

interface Inside {
  readonly scope: Scope;
  readonly refused: readonly { readonly name: string; readonly why: Refused }[];
}
const memory = new WeakMap<Block, { readonly outer: Scope; readonly inside: Inside }>();

/** What the drawing of a subsystem sees, and which of its parameters could not be read. */
export function insideScope(block: Block, outer: Scope): Inside {
  const mask = block.mask ?? [];
  if (mask.length === 0) return { scope: outer, refused: [] };
  const held = memory.get(block);
  if (held?.outer === outer) return held.inside;
  const scope = inheritScope(outer);
  const refused: { name: string; why: Refused }[] = [];
  for (const { name, value } of mask) {
    const own = Object.hasOwn(block.params, name) ? block.params[name]! : undefined;
    // What stands in the block is of the sheet around it, so that k = k hands an outer k on; defaults see those before them.
    const read = own === undefined ? evaluateExpression(value, scope) : evaluateExpression(own, outer);
    if (read.ok) scope.set(name, read.value);
    else refused.push({ name, why: read });
  }
  const inside = { scope, refused };
  memory.set(block, { outer, inside });
  return inside;
}

/** The blocks of a sheet that are ports of the subsystem around it, in order from top to bottom, then from left to right. */
export function portBlocks(sheet: Pick<Sheet, "blocks">, type: "in" | "out" | "enable" | "trigger"): readonly Block[] {
  return sheet.blocks
    .filter((block) => block.type === type)
    .sort((a, b) => a.at.y - b.at.y || a.at.x - b.at.x || (a.id < b.id ? -1 : 1));
}

/** Wires of a sheet by the block and port that they end at. */
export function arriving(wires: readonly Wire[]): ReadonlyMap<string, readonly Wire[]> {
  const map = new Map<string, Wire[]>();
  for (const wire of wires) {
    const key = `${wire.to.block} ${wire.to.port}`;
    const list = map.get(key);
    if (list) list.push(wire);
    else map.set(key, [wire]);
  }
  return map;
}
