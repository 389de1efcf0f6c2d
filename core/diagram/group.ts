/**
 * A subsystem made of chosen blocks, so that the model stays what it was: wires that cross its border go through In and Out
 * blocks. The way back is expand.ts's.
 */
import { blockOf } from "../blocks/index.ts";
import type { Block, LazoDocument, Point, PortRef, Sheet, Wire } from "./document.ts";
import { freeName, type Items, namesOf, without } from "./edit.ts";
import { portSide } from "./ports.ts";
import { freshIds, mapSame, sheetAt, trailOf, withSheet } from "./trail.ts";

const none: ReadonlySet<string> = new Set();
const grid = 8;
/** Between a port block and what it is wired to, and from one port block to the next. */
const aside = 160;
const apart = 72;

// Adding 0 turns −0 into 0, which a file would not keep apart.
const snap = (value: number): number => Math.round(value / grid) * grid + 0;

/** About as large as it is drawn. */
export function roughSize(block: Block): { readonly width: number; readonly height: number } {
  const [width, height] = blockOf(block.type)?.glyph.size ?? [10, 6];
  return { width: width * grid, height: height * grid };
}

export function boundsOf(blocks: readonly Block[]): { from: Point; to: Point } {
  const sizes = blocks.map((block) => ({ ...block.at, ...roughSize(block) }));
  return {
    from: { x: Math.min(...sizes.map(({ x }) => x)), y: Math.min(...sizes.map(({ y }) => y)) },
    to: {
      x: Math.max(...sizes.map(({ x, width }) => x + width)),
      y: Math.max(...sizes.map(({ y, height }) => y + height)),
    },
  };
}

/** The tag of a Goto or From block. */
export function tagOf(block: Block, type: "goto" | "from"): string | undefined {
  if (block.type !== type) return undefined;
  const fallback = blockOf(type)?.params["tag"]?.default ?? "";
  return (Object.hasOwn(block.params, "tag") ? block.params["tag"]! : fallback).trim();
}

/** Tags of a sheet and of the sheets in it. */
export function tagsIn(blocks: readonly Block[], type: "goto" | "from"): Set<string> {
  const tags = new Set<string>();
  for (const block of blocks) {
    const tag = tagOf(block, type);
    if (tag !== undefined) tags.add(tag);
    for (const inner of block.sheet ? tagsIn(block.sheet.blocks, type) : []) tags.add(inner);
  }
  return tags;
}

/**
 * Of the chosen blocks those that can go: ports of the sheet itself stay, and so does a Goto that somebody outside listens to.
 */
export function groupable(sheet: Sheet, chosen: ReadonlySet<string>): readonly Block[] {
  const blocks = sheet.blocks.filter((block) => chosen.has(block.id) && portSide(block) === undefined);
  const heard = tagsIn(
    sheet.blocks.filter((block) => !blocks.includes(block)),
    "from",
  );
  return blocks.filter((block) => !heard.has(tagOf(block, "goto") ?? "\n"));
}

interface Crossing {
  readonly source: PortRef;
  readonly wires: Wire[];
}

/** Blocks and notes of one sheet; the subsystem stands where their middle was. Nothing changes when no block can go. */
export function group(document: LazoDocument, { blocks = none, notes = none }: Items, name?: string): LazoDocument {
  const [first] = blocks;
  const trail = first === undefined ? undefined : trailOf(document, first);
  if (!trail) return document;
  const sheet = sheetAt(document, trail);
  const moved = groupable(sheet, blocks);
  if (moved.length === 0) return document;
  const definition = blockOf("subsystem")!;
  const fresh = freshIds(document);
  const id = fresh("b");
  const inside = new Set(moved.map((block) => block.id));
  const names = new Set(moved.map((block) => block.name));
  const byId = new Map(sheet.blocks.map((block) => [block.id, block]));
  const { from: low, to: high } = boundsOf(moved);

  const entering = new Map<string, Crossing>();
  const leaving = new Map<string, Crossing>();
  const kept: Wire[] = [];
  const taken: Wire[] = [];
  for (const wire of sheet.wires) {
    const [out, in_] = [inside.has(wire.from.block), inside.has(wire.to.block)];
    if (out && in_) taken.push(wire);
    else if (!out && !in_) kept.push(wire);
    else {
      // What a gain makes of a signal enters as a signal of its own: gains stay outside, where their labels are seen.
      const factor = in_ ? [wire.gain ?? "", wire.label ?? ""] : [];
      const key = JSON.stringify([wire.from.block, wire.from.port, ...factor]);
      const crossings = in_ ? entering : leaving;
      const crossing = crossings.get(key);
      if (crossing) crossing.wires.push(wire);
      else crossings.set(key, { source: wire.from, wires: [wire] });
    }
  }

  /** Port blocks beside what they are wired to, from top to bottom without overlapping. */
  const place = (type: "in" | "out", crossings: Iterable<Crossing>): { crossing: Crossing; port: Block }[] => {
    const level = (crossing: Crossing): number =>
      Math.min(
        ...(type === "in" ? crossing.wires.map(({ to }) => to) : [crossing.source]).map(
          ({ block }) => byId.get(block)?.at.y ?? 0,
        ),
      );
    let lowest = -Infinity;
    return [...crossings]
      .map((crossing, i) => ({ crossing, y: level(crossing), i }))
      .sort((a, b) => a.y - b.y || a.i - b.i)
      .map(({ crossing, y }) => {
        lowest = Math.max(snap(y), lowest + apart);
        const { block, port } = crossing.source;
        const source = byId.get(block)?.name ?? port;
        const several = sheet.wires.some((wire) => wire.from.block === block && wire.from.port !== port);
        const free = freeName(names, (type === "in" && !several ? source : `${source} ${port}`).slice(0, 190));
        names.add(free);
        const at = { x: type === "in" ? low.x - aside : snap(high.x) + aside - 80, y: lowest };
        return {
          crossing,
          port: { id: fresh("b"), name: free, type, version: blockOf(type)!.version, params: {}, at },
        };
      });
  };
  const ins = place("in", entering.values());
  const outs = place("out", leaving.values());

  const crossed = ins.map(({ crossing, port }): Wire => {
    const [outer] = crossing.wires;
    return { ...without(outer!, "bends"), to: { block: id, port: port.name } };
  });
  for (const { crossing, port } of ins) {
    for (const { to } of crossing.wires) taken.push({ id: fresh("w"), from: { block: port.id, port: "out" }, to });
  }
  for (const { crossing, port } of outs) {
    taken.push({ id: fresh("w"), from: crossing.source, to: { block: port.id, port: "in" } });
    for (const wire of crossing.wires)
      crossed.push({ ...without(wire, "bends"), from: { block: id, port: port.name } });
  }

  const subsystem: Block = {
    id,
    name: freeName(
      namesOf({ ...sheet, blocks: sheet.blocks.filter((b) => !inside.has(b.id)) }),
      name ?? definition.title,
    ),
    type: "subsystem",
    version: definition.version,
    params: {},
    at: { x: 0, y: 0 },
    sheet: {
      blocks: [...ins.map(({ port }) => port), ...moved, ...outs.map(({ port }) => port)],
      wires: taken,
      notes: sheet.notes.filter((note) => notes.has(note.id)),
    },
  };
  const size = roughSize(subsystem);
  const at = { x: snap((low.x + high.x - size.width) / 2), y: snap((low.y + high.y - size.height) / 2) };
  const here = sheet.blocks.findIndex((block) => inside.has(block.id));
  const left = mapSame(sheet.blocks, (block) => (block === sheet.blocks[here] ? { ...subsystem, at } : block));
  return withSheet(document, trail, (now) => ({
    ...now,
    blocks: left.filter((block) => !inside.has(block.id)),
    wires: [...kept, ...crossed],
    notes: now.notes.filter((note) => !notes.has(note.id)),
  }));
}
