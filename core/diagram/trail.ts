/**
 * Finding one's way among nested sheets by ids: edits reach a block wherever it stands, and an editor remembers which sheet it
 * shows. What expressions see on the way is sheets.ts's.
 */
import type { Block, LazoDocument, Sheet, Variable } from "./document.ts";
import { evaluateVariables, type Scope } from "./parameters.ts";
import { insideScope } from "./sheets.ts";

/** Ids of the subsystems around a sheet, the outermost first; empty for the root. */
export type Trail = readonly string[];

/** The list itself when no element changed. */
export function mapSame<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  const next = list.map(change);
  return next.every((item, i) => item === list[i]) ? list : next;
}

/** The subsystems on the way, as far as they exist. */
export function ownersOf(document: LazoDocument, trail: Trail): readonly (Block & { readonly sheet: Sheet })[] {
  const owners: (Block & { readonly sheet: Sheet })[] = [];
  let sheet = document.root;
  for (const id of trail) {
    const block = sheet.blocks.find((candidate) => candidate.id === id);
    if (!block?.sheet) break;
    owners.push(block as Block & { readonly sheet: Sheet });
    sheet = block.sheet;
  }
  return owners;
}

/** As much of the way as exists: the sheet itself or its nearest ancestor. */
export function nearestTrail(document: LazoDocument, trail: Trail): Trail {
  const { length } = ownersOf(document, trail);
  return length === trail.length ? trail : trail.slice(0, length);
}

/** Of a way that exists no longer, the nearest ancestor. */
export const sheetAt = (document: LazoDocument, trail: Trail): Sheet =>
  ownersOf(document, trail).at(-1)?.sheet ?? document.root;

/** What stands before the names of its blocks in their paths: "" or "Controller/Filter/". */
export const prefixAt = (document: LazoDocument, trail: Trail): string =>
  ownersOf(document, trail)
    .map(({ name }) => `${name}/`)
    .join("");

interface Held {
  readonly outer: Scope;
  readonly params: Block["params"];
  readonly scope: Scope;
}
const outermost = new WeakMap<LazoDocument["variables"], Scope>();
const inner = new WeakMap<readonly Variable[], Held>();

/** What the expressions of that sheet see. The very same scope as long as no variable or parameter on the way changes. */
export function scopeAt(document: LazoDocument, trail: Trail): Scope {
  let scope = outermost.get(document.variables);
  if (!scope) {
    ({ scope } = evaluateVariables(document.variables));
    outermost.set(document.variables, scope);
  }
  for (const block of ownersOf(document, trail)) {
    if (!block.mask) continue;
    const held = inner.get(block.mask);
    if (held?.outer === scope && held.params === block.params) {
      ({ scope } = held);
      continue;
    }
    const outer: Scope = scope;
    ({ scope } = insideScope(block, outer));
    inner.set(block.mask, { outer, params: block.params, scope });
  }
  return scope;
}

/** Variables by name as that sheet sees them; those of a subsystem with what it has instead of its default. */
export function variablesAt(document: LazoDocument, trail: Trail): readonly Variable[] {
  const seen = new Map(document.variables.map((variable) => [variable.name, variable]));
  for (const { mask = [], params } of ownersOf(document, trail)) {
    for (const variable of mask) {
      const value = Object.hasOwn(params, variable.name) ? params[variable.name]! : variable.value;
      // k = k hands on the one outside.
      if (value.trim() !== variable.name) seen.set(variable.name, { ...variable, value });
    }
  }
  return [...seen.values()];
}

/** The way to the sheet that holds a block, wire or note; undefined when nothing has this id. */
export function trailOf(document: LazoDocument, id: string): Trail | undefined {
  const search = (sheet: Sheet, trail: Trail): Trail | undefined => {
    const same = (item: { readonly id: string }): boolean => item.id === id;
    if (sheet.blocks.some(same) || sheet.wires.some(same) || sheet.notes.some(same)) return trail;
    for (const block of sheet.blocks) {
      const inside = block.sheet && search(block.sheet, [...trail, block.id]);
      if (inside) return inside;
    }
    return undefined;
  };
  return search(document.root, []);
}

/** Changes one sheet; nothing when it is not there. */
export function withSheet(document: LazoDocument, trail: Trail, change: (sheet: Sheet) => Sheet): LazoDocument {
  const descend = (sheet: Sheet, depth: number): Sheet => {
    if (depth === trail.length) return change(sheet);
    const blocks = mapSame(sheet.blocks, (block) =>
      block.id === trail[depth] && block.sheet ? withInside(block, descend(block.sheet, depth + 1)) : block,
    );
    return blocks === sheet.blocks ? sheet : { ...sheet, blocks };
  };
  return withRoot(document, descend(document.root, 0));
}

/** Changes every sheet, inner ones before those around them. */
export function everySheet(document: LazoDocument, change: (sheet: Sheet) => Sheet): LazoDocument {
  const visit = (sheet: Sheet): Sheet => {
    const blocks = mapSame(sheet.blocks, (block) => (block.sheet ? withInside(block, visit(block.sheet)) : block));
    return change(blocks === sheet.blocks ? sheet : { ...sheet, blocks });
  };
  return withRoot(document, visit(document.root));
}

const withInside = (block: Block, sheet: Sheet): Block => (block.sheet === sheet ? block : { ...block, sheet });
const withRoot = (document: LazoDocument, root: Sheet): LazoDocument =>
  document.root === root ? document : { ...document, root };

/** Ids not used yet anywhere in the document: b1, b2 ... for blocks, w for wires, n for notes. No chance is involved. */
export function freshIds(document: LazoDocument): (letter: "b" | "w" | "n") => string {
  const used = new Set<string>();
  const visit = (sheet: Sheet): void => {
    for (const { id } of [...sheet.blocks, ...sheet.wires, ...sheet.notes]) used.add(id);
    for (const block of sheet.blocks) if (block.sheet) visit(block.sheet);
  };
  visit(document.root);
  const next = { b: 1, w: 1, n: 1 };
  return (letter) => {
    while (used.has(`${letter}${next[letter]}`)) next[letter]++;
    const id = `${letter}${next[letter]}`;
    used.add(id);
    return id;
  };
}
