/**
 * Every change of the drawing: (document, ...) -> document. What did not change is shared with the document before; where nothing
 * changes, or a change is not allowed, that very document comes back. Variables are changed in variables.ts.
 */
import { blockOf } from "../blocks/index.ts";
import { nameProblem } from "./check.ts";
import { tablesOf } from "./data.ts";
import type { Block, LazoDocument, Note, Point, PortRef, RunSettings, Sheet, Wire } from "./document.ts";
import { type Fragment, fragmentShapeVersion, parseFragment } from "./fragment.ts";
import { evaluateVariables } from "./parameters.ts";
import { portsOf } from "./ports.ts";
import { expressionNames, missingVariables } from "./variables.ts";

type Ids = ReadonlySet<string>;
const none: Ids = new Set();

/** Ids of what is meant; sets that are left out are empty. */
export interface Items {
  readonly blocks?: Ids;
  readonly wires?: Ids;
  readonly notes?: Ids;
}

const withRoot = (document: LazoDocument, change: Partial<Sheet>): LazoDocument => ({
  ...document,
  root: { ...document.root, ...change },
});

/** The list itself when no element changed. */
function mapSame<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  const next = list.map(change);
  return next.every((item, i) => item === list[i]) ? list : next;
}
function filterSame<T>(list: readonly T[], keep: (item: T) => boolean): readonly T[] {
  const next = list.filter(keep);
  return next.length === list.length ? list : next;
}
/** The sheet's lists as changed; the document itself when none is. */
function changed(document: LazoDocument, { blocks, wires, notes }: Sheet): LazoDocument {
  const { root } = document;
  if (blocks === root.blocks && wires === root.wires && notes === root.notes) return document;
  return withRoot(document, { blocks, wires, notes });
}

/** Ids not used yet anywhere in the document: b1, b2 ... for blocks, w for wires, n for notes. No chance is involved. */
function freshIds(document: LazoDocument): (letter: "b" | "w" | "n") => string {
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

/** The name itself if it is free, else with the first number that makes it so: Gain, Gain 2, Gain 3. */
export function freeName(taken: Ids, name: string): string {
  if (!taken.has(name)) return name;
  const base = name.replace(/ \d{1,9}$/, "").slice(0, 190);
  let n = 2;
  while (taken.has(`${base} ${n}`)) n++;
  return `${base} ${n}`;
}

const namesOf = (document: LazoDocument): Set<string> => new Set(document.root.blocks.map((block) => block.name));

/** Named after its type unless a name is given. Throws on a type that is not in the library. */
export function addBlock(
  document: LazoDocument,
  type: string,
  at: Point,
  params: Block["params"] = {},
  name?: string,
): LazoDocument {
  const definition = blockOf(type);
  if (!definition) throw new Error(`There is no block of type ${type}.`);
  const block: Block = {
    id: freshIds(document)("b"),
    name: freeName(namesOf(document), name ?? definition.title),
    type,
    version: definition.version,
    params,
    at,
  };
  return withRoot(document, { blocks: [...document.root.blocks, block] });
}

/** Does a port of that side exist? Of blocks of an unknown type all is believed. */
function portExists(document: LazoDocument, ref: PortRef, side: "in" | "out"): boolean {
  const block = document.root.blocks.find(({ id }) => id === ref.block);
  if (!block) return false;
  const ports = portsOf(block, evaluateVariables(document.variables).scope, tablesOf(document.data));
  return !ports || Object.hasOwn(ports[side] ?? {}, ref.port);
}

const sameEnd = (a: PortRef, b: PortRef): boolean => a.block === b.block && a.port === b.port;

/**
 * A wire from an output to an input, beside those that are there already: they add up. A second one between the same two
 * ports is not added, since it would double the signal unseen.
 */
export function connect(document: LazoDocument, from: PortRef, to: PortRef): LazoDocument {
  const { wires } = document.root;
  if (wires.some((wire) => sameEnd(wire.from, from) && sameEnd(wire.to, to))) return document;
  if (!portExists(document, from, "out") || !portExists(document, to, "in")) return document;
  const wire: Wire = { id: freshIds(document)("w"), from: end(from), to: end(to) };
  return withRoot(document, { wires: [...wires, wire] });
}

const end = ({ block, port }: PortRef): PortRef => ({ block, port });

/** Moves one end of a wire; its bends no longer fit and go. */
export function reconnect(document: LazoDocument, wire: string, which: "from" | "to", to: PortRef): LazoDocument {
  const held = document.root.wires.find(({ id }) => id === wire);
  if (!held || sameEnd(held[which], to) || !portExists(document, to, which === "from" ? "out" : "in")) return document;
  const next: Wire = { ...held, [which]: end(to) };
  if (
    document.root.wires.some(
      (other) => other.id !== wire && sameEnd(other.from, next.from) && sameEnd(other.to, next.to),
    )
  )
    return document;
  return changed(document, {
    ...document.root,
    wires: document.root.wires.map((other) => (other.id === wire ? without(next, "bends") : other)),
  });
}

function without<T extends object, K extends keyof T>(of: T, key: K): T {
  if (!(key in of)) return of;
  const next = { ...of };
  delete next[key];
  return next;
}

/** undefined, an empty text and an empty list take a field out again; fields not mentioned stay. */
export function setWire(
  document: LazoDocument,
  wire: string,
  change: {
    readonly gain?: string | undefined;
    readonly label?: string | undefined;
    readonly bends?: readonly Point[] | undefined;
  },
): LazoDocument {
  const wires = mapSame(document.root.wires, (held) => {
    if (held.id !== wire) return held;
    let next = held;
    for (const key of ["gain", "label", "bends"] as const) {
      if (!(key in change)) continue;
      const value = change[key];
      if (value === undefined || value.length === 0) next = without(next, key);
      else if (next[key] !== value) next = { ...next, [key]: value };
    }
    return next;
  });
  return changed(document, { ...document.root, wires });
}

/** Blocks take the wires at them along. */
export function remove(document: LazoDocument, { blocks = none, wires = none, notes = none }: Items): LazoDocument {
  const { root } = document;
  return changed(document, {
    ...root,
    blocks: filterSame(root.blocks, ({ id }) => !blocks.has(id)),
    wires: filterSame(
      root.wires,
      ({ id, from, to }) => !wires.has(id) && !blocks.has(from.block) && !blocks.has(to.block),
    ),
    notes: filterSame(root.notes, ({ id }) => !notes.has(id)),
  });
}

/** Wires between blocks that both move keep their bends in place relative to them. */
export function move(document: LazoDocument, { blocks = none, notes = none }: Items, by: Point): LazoDocument {
  if (by.x === 0 && by.y === 0) return document;
  const shifted = (at: Point): Point => ({ ...at, x: at.x + by.x, y: at.y + by.y });
  const { root } = document;
  return changed(document, {
    ...root,
    blocks: mapSame(root.blocks, (block) => (blocks.has(block.id) ? { ...block, at: shifted(block.at) } : block)),
    wires: mapSame(root.wires, (wire) =>
      wire.bends && blocks.has(wire.from.block) && blocks.has(wire.to.block)
        ? { ...wire, bends: wire.bends.map(shifted) }
        : wire,
    ),
    notes: mapSame(root.notes, (note) => (notes.has(note.id) ? { ...note, at: shifted(note.at) } : note)),
  });
}

function changeBlocks(document: LazoDocument, ids: Ids, change: (block: Block) => Block): LazoDocument {
  return changed(document, {
    ...document.root,
    blocks: mapSame(document.root.blocks, (block) => (ids.has(block.id) ? change(block) : block)),
  });
}

/** Refuses a name that is taken or can't be one. */
export function renameBlock(document: LazoDocument, id: string, name: string): LazoDocument {
  const wanted = name.trim();
  if (
    nameProblem(wanted) !== undefined ||
    document.root.blocks.some((block) => block.id !== id && block.name === wanted)
  )
    return document;
  return changeBlocks(document, new Set([id]), (block) => (block.name === wanted ? block : { ...block, name: wanted }));
}

export function setParam(document: LazoDocument, blocks: Ids, param: string, text: string): LazoDocument {
  return changeBlocks(document, blocks, (block) =>
    Object.hasOwn(block.params, param) && block.params[param] === text
      ? block
      : { ...block, params: { ...block.params, [param]: text } },
  );
}

export function setBlockNote(document: LazoDocument, block: string, note: string): LazoDocument {
  return changeBlocks(document, new Set([block]), (held) =>
    note === "" ? without(held, "note") : held.note === note ? held : { ...held, note },
  );
}

/** A quarter turn clockwise for each. Bends no longer fit and go. */
export function rotateBlocks(document: LazoDocument, blocks: Ids): LazoDocument {
  const turned = changeBlocks(document, blocks, (block) => {
    const turn = (((block.turn ?? 0) + 90) % 360) as 0 | 90 | 180 | 270;
    return turn === 0 ? without(block, "turn") : { ...block, turn };
  });
  const wires = mapSame(turned.root.wires, (wire) =>
    blocks.has(wire.from.block) || blocks.has(wire.to.block) ? without(wire, "bends") : wire,
  );
  return changed(turned, { ...turned.root, wires });
}

/** Cuts a wire in two with a block between: the first part keeps id, gain and label. */
export function insertOnWire(
  document: LazoDocument,
  wire: string,
  block: string,
  input: string,
  output: string,
): LazoDocument {
  const held = document.root.wires.find(({ id }) => id === wire);
  if (!held || held.from.block === block || held.to.block === block) return document;
  const begin = { block, port: input };
  const finish = { block, port: output };
  if (!portExists(document, begin, "in") || !portExists(document, finish, "out")) return document;
  const second: Wire = { id: freshIds(document)("w"), from: finish, to: held.to };
  const wires = document.root.wires.map((other) =>
    other.id === wire ? { ...without(other, "bends"), to: begin } : other,
  );
  return withRoot(document, { wires: [...wires, second] });
}

export function addNote(document: LazoDocument, at: Point, text: string): LazoDocument {
  const note: Note = { id: freshIds(document)("n"), at, text };
  return withRoot(document, { notes: [...document.root.notes, note] });
}

export function setNote(document: LazoDocument, id: string, text: string): LazoDocument {
  return changed(document, {
    ...document.root,
    notes: mapSame(document.root.notes, (note) => (note.id === id && note.text !== text ? { ...note, text } : note)),
  });
}

/** The chosen blocks and notes, the wires among them, and the variables that they stand on, as JSON. */
export function copyFragment(document: LazoDocument, { blocks = none, notes = none }: Items): string {
  const { root } = document;
  const part: Sheet = {
    blocks: root.blocks.filter(({ id }) => blocks.has(id)),
    wires: root.wires.filter(({ from, to }) => blocks.has(from.block) && blocks.has(to.block)),
    notes: root.notes.filter(({ id }) => notes.has(id)),
  };
  const variables = missingVariables(expressionNames(part), document.variables, []);
  const fragment: Fragment = { format: "lazo-fragment", version: fragmentShapeVersion, ...part, variables };
  return JSON.stringify(fragment);
}

/** Undefined when the text is anything else than a fragment. */
export function readFragment(text: string): Fragment | undefined {
  return parseFragment(text);
}

/** Adds copies with ids and names of their own, and the variables that are not there yet. */
export function paste(document: LazoDocument, fragment: Fragment, by: Point): LazoDocument {
  if (fragment.blocks.length === 0 && fragment.notes.length === 0) return document;
  const fresh = freshIds(document);
  const names = namesOf(document);
  const ids = new Map<string, string>();
  const shifted = (at: Point): Point => ({ ...at, x: at.x + by.x, y: at.y + by.y });
  const blocks = fragment.blocks.map((block): Block => {
    const id = fresh("b");
    const name = freeName(names, block.name);
    ids.set(block.id, id);
    names.add(name);
    return { ...block, id, name, at: shifted(block.at), ...(block.sheet && { sheet: renumbered(block.sheet, fresh) }) };
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
  const { root } = document;
  const pasted = withRoot(document, {
    blocks: [...root.blocks, ...blocks],
    wires: [...root.wires, ...wires],
    notes: [...root.notes, ...notes],
  });
  const missing = missingVariables(expressionNames(fragment), fragment.variables, document.variables);
  return missing.length === 0 ? pasted : { ...pasted, variables: [...document.variables, ...missing] };
}

function renumbered(sheet: Sheet, fresh: (letter: "b" | "w" | "n") => string): Sheet {
  const ids = new Map(sheet.blocks.map((block) => [block.id, fresh("b")]));
  const there = (ref: PortRef): PortRef => ({ ...ref, block: ids.get(ref.block) ?? ref.block });
  return {
    ...sheet,
    blocks: sheet.blocks.map((block) => ({
      ...block,
      id: ids.get(block.id)!,
      ...(block.sheet && { sheet: renumbered(block.sheet, fresh) }),
    })),
    wires: sheet.wires.map((wire) => ({ ...wire, id: fresh("w"), from: there(wire.from), to: there(wire.to) })),
    notes: sheet.notes.map((note) => ({ ...note, id: fresh("n") })),
  };
}

export function setName(document: LazoDocument, name: string): LazoDocument {
  return document.name === name ? document : { ...document, name };
}

export function setDescription(document: LazoDocument, description: string): LazoDocument {
  if ((document.description ?? "") === description) return document;
  return description === "" ? without(document, "description") : { ...document, description };
}

/** An empty text takes an optional setting out again. */
export function setRun<K extends keyof RunSettings>(
  document: LazoDocument,
  setting: K,
  value: NonNullable<RunSettings[K]>,
): LazoDocument {
  const { run } = document;
  if ((run[setting] ?? "") === value) return document;
  const optional = setting === "rtol" || setting === "atol" || setting === "maxStep";
  return { ...document, run: optional && value === "" ? without(run, setting) : { ...run, [setting]: value } };
}
