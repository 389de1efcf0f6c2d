/**
 * Every change of the drawing: (document, ...) -> document. What did not change is shared with the document before; where nothing
 * changes, or a change is not allowed, that very document comes back. Ids are unique among all sheets, so what is there is found
 * by its id; what is new needs the way to its sheet (trail.ts). Variables are changed in variables.ts, subsystems made in group.ts.
 */
import { blockOf } from "../blocks/index.ts";
import { nameProblem } from "./check.ts";
import { attachedTo } from "./attached.ts";
import type { Block, LazoDocument, Note, Point, PortRef, RunSettings, Sheet, Wire } from "./document.ts";
import { portSide, portsOf } from "./ports.ts";
import { portBlocks } from "./sheets.ts";
import { everySheet, freshIds, mapSame, scopeAt, sheetAt, type Trail, trailOf, withSheet } from "./trail.ts";

type Ids = ReadonlySet<string>;
const none: Ids = new Set();
const root: Trail = [];

/** Ids of what is meant; sets that are left out are empty. */
export interface Items {
  readonly blocks?: Ids;
  readonly wires?: Ids;
  readonly notes?: Ids;
}

function filterSame<T>(list: readonly T[], keep: (item: T) => boolean): readonly T[] {
  const next = list.filter(keep);
  return next.length === list.length ? list : next;
}
/** The sheet itself when none of its lists changed. */
function changed(sheet: Sheet, { blocks, wires, notes }: Pick<Sheet, "blocks" | "wires" | "notes">): Sheet {
  if (blocks === sheet.blocks && wires === sheet.wires && notes === sheet.notes) return sheet;
  return { ...sheet, blocks, wires, notes };
}
const changeWires = (document: LazoDocument, change: (wire: Wire) => Wire): LazoDocument =>
  everySheet(document, (sheet) => changed(sheet, { ...sheet, wires: mapSame(sheet.wires, change) }));

/** The name itself if it is free, else with the first number that makes it so: Gain, Gain 2, Gain 3. */
export function freeName(taken: Ids, name: string): string {
  if (!taken.has(name)) return name;
  const base = name.replace(/ \d{1,9}$/, "").slice(0, 190);
  let n = 2;
  while (taken.has(`${base} ${n}`)) n++;
  return `${base} ${n}`;
}

export const namesOf = (sheet: Pick<Sheet, "blocks">): Set<string> => new Set(sheet.blocks.map((block) => block.name));

/** Named after its type unless a name is given. Throws on a type that is not in the library. */
export function addBlock(
  document: LazoDocument,
  type: string,
  at: Point,
  params: Block["params"] = {},
  name?: string,
  trail: Trail = root,
): LazoDocument {
  const definition = blockOf(type);
  if (!definition) throw new Error(`There is no block of type ${type}.`);
  const fresh = freshIds(document);
  const block: Block = {
    id: fresh("b"),
    name: freeName(namesOf(sheetAt(document, trail)), name ?? definition.title),
    type,
    version: definition.version,
    params,
    at,
    ...(type === "subsystem" && { sheet: throughSheet(fresh) }),
  };
  return withSheet(document, trail, (sheet) => ({ ...sheet, blocks: [...sheet.blocks, block] }));
}

/** What a new subsystem holds: one port in, one out, and a wire between. */
export function throughSheet(fresh: ReturnType<typeof freshIds>): Sheet {
  const port = (type: "in" | "out", name: string, x: number): Block => ({
    id: fresh("b"),
    name,
    type,
    version: blockOf(type)?.version ?? 1,
    params: {},
    at: { x, y: 0 },
  });
  const [u, y] = [port("in", "u", 0), port("out", "y", 320)];
  const from = { block: u.id, port: "out" };
  return { blocks: [u, y], wires: [{ id: fresh("w"), from, to: { block: y.id, port: "in" } }], notes: [] };
}

/** Does a port of that side exist on that sheet? Of blocks of an unknown type all is believed. */
function portExists(document: LazoDocument, trail: Trail, ref: PortRef, side: "in" | "out"): boolean {
  const block = sheetAt(document, trail).blocks.find(({ id }) => id === ref.block);
  if (!block) return false;
  const ports = portsOf(block, scopeAt(document, trail), attachedTo(document.data));
  return !ports || Object.hasOwn(ports[side] ?? {}, ref.port);
}

const sameEnd = (a: PortRef, b: PortRef): boolean => a.block === b.block && a.port === b.port;

/**
 * A wire from an output to an input, beside those that are there already: they add up. A second one between the same two
 * ports is not added, since it would double the signal unseen.
 */
export function connect(document: LazoDocument, from: PortRef, to: PortRef): LazoDocument {
  const trail = trailOf(document, from.block);
  if (!trail) return document;
  if (sheetAt(document, trail).wires.some((wire) => sameEnd(wire.from, from) && sameEnd(wire.to, to))) return document;
  if (!portExists(document, trail, from, "out") || !portExists(document, trail, to, "in")) return document;
  const wire: Wire = { id: freshIds(document)("w"), from: end(from), to: end(to) };
  return withSheet(document, trail, (sheet) => ({ ...sheet, wires: [...sheet.wires, wire] }));
}

const end = ({ block, port }: PortRef): PortRef => ({ block, port });

/** Moves one end of a wire; its bends no longer fit and go. */
export function reconnect(document: LazoDocument, wire: string, which: "from" | "to", to: PortRef): LazoDocument {
  const trail = trailOf(document, wire) ?? root;
  const { wires } = sheetAt(document, trail);
  const held = wires.find(({ id }) => id === wire);
  if (!held || sameEnd(held[which], to)) return document;
  if (!portExists(document, trail, to, which === "from" ? "out" : "in")) return document;
  const next: Wire = { ...held, [which]: end(to) };
  const twin = wires.some((other) => other.id !== wire && sameEnd(other.from, next.from) && sameEnd(other.to, next.to));
  return twin ? document : changeWires(document, (other) => (other.id === wire ? without(next, "bends") : other));
}

export function without<T extends object, K extends keyof T>(of: T, key: K): T {
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
  return changeWires(document, (held) => {
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
}

/** Blocks take the wires at them along, and a block that is a port of the subsystem around it those outside at that port. */
export function remove(document: LazoDocument, { blocks = none, wires = none, notes = none }: Items): LazoDocument {
  const gone = (owner: Block | undefined, side: "in" | "out", port: string): boolean =>
    owner?.sheet?.blocks.some((inner) => inner.name === port && blocks.has(inner.id) && portSide(inner) === side) ??
    false;
  const portsGo = new Map<Sheet["wires"], ReadonlySet<string>>();
  const look = (sheet: Sheet): void => {
    const owners = new Map(sheet.blocks.flatMap((block) => (block.sheet ? [[block.id, block] as const] : [])));
    const lost = sheet.wires.filter(
      ({ from, to }) => gone(owners.get(from.block), "out", from.port) || gone(owners.get(to.block), "in", to.port),
    );
    if (lost.length > 0) portsGo.set(sheet.wires, new Set(lost.map(({ id }) => id)));
    for (const owner of owners.values()) look(owner.sheet!);
  };
  look(document.root);
  return everySheet(document, (sheet) => {
    const lost = portsGo.get(sheet.wires) ?? none;
    return changed(sheet, {
      blocks: filterSame(sheet.blocks, ({ id }) => !blocks.has(id)),
      wires: filterSame(
        sheet.wires,
        ({ id, from, to }) => !wires.has(id) && !lost.has(id) && !blocks.has(from.block) && !blocks.has(to.block),
      ),
      notes: filterSame(sheet.notes, ({ id }) => !notes.has(id)),
    });
  });
}

/** Wires between blocks that both move keep their bends in place relative to them. */
export function move(document: LazoDocument, { blocks = none, notes = none }: Items, by: Point): LazoDocument {
  if (by.x === 0 && by.y === 0) return document;
  const shifted = (at: Point): Point => ({ ...at, x: at.x + by.x, y: at.y + by.y });
  return everySheet(document, (sheet) =>
    changed(sheet, {
      blocks: mapSame(sheet.blocks, (block) => (blocks.has(block.id) ? { ...block, at: shifted(block.at) } : block)),
      wires: mapSame(sheet.wires, (wire) =>
        wire.bends && blocks.has(wire.from.block) && blocks.has(wire.to.block)
          ? { ...wire, bends: wire.bends.map(shifted) }
          : wire,
      ),
      notes: mapSame(sheet.notes, (note) => (notes.has(note.id) ? { ...note, at: shifted(note.at) } : note)),
    }),
  );
}

export function changeBlocks(document: LazoDocument, ids: Ids, change: (block: Block) => Block): LazoDocument {
  return everySheet(document, (sheet) =>
    changed(sheet, {
      ...sheet,
      blocks: mapSame(sheet.blocks, (block) => (ids.has(block.id) ? change(block) : block)),
    }),
  );
}

/** Refuses a name that is taken or can't be one. Where the block is a port, the wires outside follow. */
export function renameBlock(document: LazoDocument, id: string, name: string): LazoDocument {
  const wanted = name.trim();
  const trail = trailOf(document, id);
  const { blocks } = sheetAt(document, trail ?? root);
  const held = blocks.find((block) => block.id === id);
  if (!trail || !held || held.name === wanted || nameProblem(wanted) !== undefined) return document;
  if (blocks.some((block) => block.id !== id && block.name === wanted)) return document;
  const renamed = changeBlocks(document, new Set([id]), (block) => ({ ...block, name: wanted }));
  const side = portSide(held);
  const owner = trail.at(-1);
  if (owner === undefined || side === undefined) return renamed;
  const which = side === "in" ? "to" : "from";
  return changeWires(renamed, (wire) =>
    wire[which].block === owner && wire[which].port === held.name
      ? { ...wire, [which]: { ...wire[which], port: wanted } }
      : wire,
  );
}

/** Changes places with its neighbour of the same kind, since ports stand in the order in which their blocks do. */
export function movePort(document: LazoDocument, id: string, by: -1 | 1): LazoDocument {
  const { blocks } = sheetAt(document, trailOf(document, id) ?? root);
  const type = blocks.find((block) => block.id === id)?.type;
  if (type !== "in" && type !== "out") return document;
  const order = portBlocks({ blocks }, type);
  const place = order.findIndex((block) => block.id === id);
  const [one, other] = [order[place], order[place + by]];
  if (!one || !other) return document;
  const [upper, lower] = by === 1 ? [one, other] : [other, one];
  const apart = upper.at.y < lower.at.y ? lower.at : { ...lower.at, y: upper.at.y + 64 };
  return changeBlocks(document, new Set([upper.id, lower.id]), (block) => ({
    ...block,
    at: block.id === upper.id ? apart : upper.at,
  }));
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
  return changeWires(turned, (wire) =>
    blocks.has(wire.from.block) || blocks.has(wire.to.block) ? without(wire, "bends") : wire,
  );
}

/** Cuts a wire in two with a block between: the first part keeps id, gain and label. */
export function insertOnWire(
  document: LazoDocument,
  wire: string,
  block: string,
  input: string,
  output: string,
): LazoDocument {
  const trail = trailOf(document, wire) ?? root;
  const held = sheetAt(document, trail).wires.find(({ id }) => id === wire);
  if (!held || held.from.block === block || held.to.block === block) return document;
  const begin = { block, port: input };
  const finish = { block, port: output };
  if (!portExists(document, trail, begin, "in") || !portExists(document, trail, finish, "out")) return document;
  const second: Wire = { id: freshIds(document)("w"), from: finish, to: held.to };
  return withSheet(document, trail, (sheet) => ({
    ...sheet,
    wires: [
      ...sheet.wires.map((other) => (other.id === wire ? { ...without(other, "bends"), to: begin } : other)),
      second,
    ],
  }));
}

export function addNote(document: LazoDocument, at: Point, text: string, trail: Trail = root): LazoDocument {
  const note: Note = { id: freshIds(document)("n"), at, text };
  return withSheet(document, trail, (sheet) => ({ ...sheet, notes: [...sheet.notes, note] }));
}

function changeNote(document: LazoDocument, id: string, change: (note: Note) => Note): LazoDocument {
  return everySheet(document, (sheet) =>
    changed(sheet, { ...sheet, notes: mapSame(sheet.notes, (note) => (note.id === id ? change(note) : note)) }),
  );
}

export function setNote(document: LazoDocument, id: string, text: string): LazoDocument {
  return changeNote(document, id, (note) => (note.text === text ? note : { ...note, text }));
}

/** In canvas units, where its lines are broken; undefined: as wide as its text. */
export function setNoteWidth(document: LazoDocument, id: string, width: number | undefined): LazoDocument {
  return changeNote(document, id, (note) =>
    note.width === width ? note : width === undefined ? without(note, "width") : { ...note, width },
  );
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
