/** A piece of a drawing on its way through the clipboard, where any program may have put anything: copied, read, pasted. */
import { blockOf } from "../blocks/index.ts";
import type { Block, LazoDocument, Note, Point, PortRef, Sheet, Variable, Wire } from "./document.ts";
import { freeName, type Items, namesOf } from "./edit.ts";
import { parseJson } from "./schema.ts";
import { fragmentShape } from "./shape.ts";
import { freshIds, sheetAt, type Trail, trailOf, variablesAt, withSheet } from "./trail.ts";
import { expressionNames, missingVariables } from "./variables.ts";

export interface Fragment {
  readonly format: "lazo-fragment";
  readonly version: 1;
  readonly blocks: readonly Block[];
  readonly wires: readonly Wire[];
  readonly notes: readonly Note[];
  /** What its expressions stand on. */
  readonly variables: readonly Variable[];
}

const none: ReadonlySet<string> = new Set();
const longest = 16 * 1024 * 1024;

/** Undefined when the text is anything else. */
export function readFragment(text: string): Fragment | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  const parsed = parseJson(text, longest);
  if (!parsed.ok) return undefined;
  const checked = fragmentShape.safeParse(parsed.raw);
  return checked.success ? (checked.data as Fragment) : undefined;
}

/** The chosen blocks and notes, the wires among them, and the variables that they stand on, as JSON. */
export function copyFragment(document: LazoDocument, { blocks = none, notes = none }: Items): string {
  const [first] = [...blocks, ...notes];
  const trail = (first !== undefined && trailOf(document, first)) || [];
  const sheet = sheetAt(document, trail);
  const part: Sheet = {
    blocks: sheet.blocks.filter(({ id }) => blocks.has(id)),
    wires: sheet.wires.filter(({ from, to }) => blocks.has(from.block) && blocks.has(to.block)),
    notes: sheet.notes.filter(({ id }) => notes.has(id)),
  };
  const variables = missingVariables(expressionNames(part), variablesAt(document, trail), []);
  const fragment: Fragment = { format: "lazo-fragment", version: 1, ...part, variables };
  return JSON.stringify(fragment);
}

/** Adds copies with ids and names of their own, and the variables that are not there yet. */
export function paste(document: LazoDocument, fragment: Fragment, by: Point, trail: Trail = []): LazoDocument {
  if (fragment.blocks.length === 0 && fragment.notes.length === 0) return document;
  const fresh = freshIds(document);
  const names = namesOf(sheetAt(document, trail));
  const ids = new Map<string, string>();
  const shifted = (at: Point): Point => ({ ...at, x: at.x + by.x, y: at.y + by.y });
  const blocks = fragment.blocks.map((block): Block => {
    const id = fresh("b");
    const name = freeName(names, block.name);
    ids.set(block.id, id);
    names.add(name);
    return {
      ...block,
      id,
      name,
      at: shifted(block.at),
      ...(block.sheet && { sheet: renumbered(block.sheet, fresh, ids) }),
    };
  });
  const wires = fragment.wires.flatMap((wire): Wire[] => {
    const [from, to] = [ids.get(wire.from.block), ids.get(wire.to.block)];
    if (from === undefined || to === undefined) return [];
    return [
      {
        ...wire,
        id: fresh("w"),
        from: { ...wire.from, block: from },
        to: { ...wire.to, block: to },
        ...(wire.bends && { bends: wire.bends.map(shifted) }),
      },
    ];
  });
  const notes = fragment.notes.map((note): Note => ({ ...note, id: fresh("n"), at: shifted(note.at) }));
  const paired = blocks.map((block) => referring(block, ids));
  const pasted = withSheet(document, trail, (sheet) => ({
    ...sheet,
    blocks: [...sheet.blocks, ...paired],
    wires: [...sheet.wires, ...wires],
    notes: [...sheet.notes, ...notes],
  }));
  const missing = missingVariables(expressionNames(fragment), fragment.variables, variablesAt(document, trail));
  return missing.length === 0 ? pasted : { ...pasted, variables: [...document.variables, ...missing] };
}

/** What refers to a block that is copied with it (what it was made of, the plant it estimates) refers to the copy. */
function referring(block: Block, ids: ReadonlyMap<string, string>): Block {
  const { design, sheet } = block;
  const copies = (names: readonly string[], of: { readonly [name: string]: string } = {}) =>
    names.flatMap((name): [string, string][] => {
      const copy = ids.get(of[name] ?? "");
      return copy === undefined ? [] : [[name, copy]];
    });
  const params = Object.entries(blockOf(block.type)?.params ?? {});
  const plants = copies(
    params.filter(([, { kind }]) => kind === "plant").map(([name]) => name),
    block.params,
  );
  const named = Object.fromEntries(copies(["source", "open"], design?.fields));
  return {
    ...block,
    ...(plants.length > 0 && { params: { ...block.params, ...Object.fromEntries(plants) } }),
    ...(design && { design: { ...design, fields: { ...design.fields, ...named } } }),
    ...(sheet && { sheet: { ...sheet, blocks: sheet.blocks.map((inner) => referring(inner, ids)) } }),
  };
}

/** `ids` takes what every block was called before and is called now. */
function renumbered(sheet: Sheet, fresh: (letter: "b" | "w" | "n") => string, ids: Map<string, string>): Sheet {
  for (const { id } of sheet.blocks) ids.set(id, fresh("b"));
  const there = (ref: PortRef): PortRef => ({ ...ref, block: ids.get(ref.block) ?? ref.block });
  return {
    ...sheet,
    blocks: sheet.blocks.map((block) => ({
      ...block,
      id: ids.get(block.id)!,
      ...(block.sheet && { sheet: renumbered(block.sheet, fresh, ids) }),
    })),
    wires: sheet.wires.map((wire) => ({ ...wire, id: fresh("w"), from: there(wire.from), to: there(wire.to) })),
    notes: sheet.notes.map((note) => ({ ...note, id: fresh("n") })),
  };
}
