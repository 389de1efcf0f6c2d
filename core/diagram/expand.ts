/**
 * A subsystem taken apart: what is in it stands on the sheet around it, and the model stays what it was. Where that can't be, it
 * is said why.
 */
import type { Block, LazoDocument, Point, Sheet, Wire } from "./document.ts";
import { freeName, namesOf, without } from "./edit.ts";
import { boundsOf, roughSize, tagOf, tagsIn } from "./group.ts";
import { portSide } from "./ports.ts";
import { portBlocks } from "./sheets.ts";
import { freshIds, sheetAt, trailOf, withSheet } from "./trail.ts";
import { expressionNames, expressionParams, namesIn, replaceNames } from "./variables.ts";

/**
 * `conditional`: it runs only while enabled or when triggered. `parameters`: its parameters can't be written into its expressions.
 * `tags`: its Goto blocks would be heard outside. `loop`: its ports are joined in a ring without a block between.
 */
export type Refusal = "conditional" | "parameters" | "tags" | "loop";
export type Expanded =
  | { readonly ok: true; readonly document: LazoDocument; readonly blocks: readonly string[] }
  | { readonly ok: false; readonly why: Refusal };

const refuse = (why: Refusal): Expanded => ({ ok: false, why });

/** Gives back the ids of the blocks that now stand outside too. Nothing but a subsystem changes. */
export function expand(document: LazoDocument, id: string): Expanded {
  const trail = trailOf(document, id) ?? [];
  const around = sheetAt(document, trail);
  const block = around.blocks.find((candidate) => candidate.id === id);
  if (!block?.sheet) return { ok: true, document, blocks: [] };
  if (portBlocks(block.sheet, "enable").length + portBlocks(block.sheet, "trigger").length > 0)
    return refuse("conditional");
  const others = around.blocks.filter((candidate) => candidate !== block);
  const given = new Set(block.sheet.blocks.flatMap((inner) => tagOf(inner, "goto") ?? []));
  for (const tag of [...tagsIn(others, "goto"), ...tagsIn(others, "from")]) if (given.has(tag)) return refuse("tags");
  const inner = withParameters(block, block.sheet);
  if (!inner) return refuse("parameters");
  const wires = joined(around, block, inner, freshIds(document));
  if (!wires) return refuse("loop");

  const names = namesOf({ blocks: others });
  const real = inner.blocks.filter((candidate) => portSide(candidate) === undefined);
  const by = shift(block, real);
  const moved = (at: Point): Point => ({ ...at, x: at.x + by.x, y: at.y + by.y });
  const taken = real.map((candidate): Block => {
    const name = freeName(names, candidate.name);
    names.add(name);
    return { ...candidate, name, at: moved(candidate.at) };
  });
  const stays = new Set(real.map((candidate) => candidate.id));
  const result = withSheet(document, trail, (sheet) => ({
    ...sheet,
    blocks: sheet.blocks.flatMap((candidate) => (candidate === block ? taken : [candidate])),
    wires: wires.map((wire) =>
      wire.bends && stays.has(wire.from.block) && stays.has(wire.to.block)
        ? { ...wire, bends: wire.bends.map(moved) }
        : wire,
    ),
    notes: [...sheet.notes, ...inner.notes.map((note) => ({ ...note, at: moved(note.at) }))],
  }));
  return { ok: true, document: result, blocks: [...stays] };
}

/** The middle of the drawing comes to stand where the middle of the block was. */
function shift(block: Block, inner: readonly Block[]): Point {
  if (inner.length === 0) return { x: 0, y: 0 };
  const { from, to } = boundsOf(inner);
  const size = roughSize(block);
  const snap = (value: number): number => Math.round(value / 8) * 8;
  return {
    x: snap(block.at.x + size.width / 2 - (from.x + to.x) / 2),
    y: snap(block.at.y + size.height / 2 - (from.y + to.y) / 2),
  };
}

/** The drawing with the values of the subsystem's parameters in place of their names; undefined where that would mean something else. */
function withParameters(block: Block, sheet: Sheet): Sheet | undefined {
  const values = new Map<string, string>();
  for (const { name, value } of block.mask ?? []) {
    const text = Object.hasOwn(block.params, name) ? block.params[name]! : replaceNames(value, values);
    values.set(name, simple.test(text.trim()) ? text.trim() : `(${text})`);
  }
  // k = k says nothing new.
  for (const [name, text] of values) if (name === text) values.delete(name);
  return values.size === 0 ? sheet : substituted(sheet, values);
}

/** A name or a number needs no brackets. */
const simple = /^(?:[\p{L}_][\p{L}\p{N}_]*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/u;

class Captured extends Error {}

function substituted(sheet: Sheet, values: ReadonlyMap<string, string>): Sheet | undefined {
  /** `own`: names that mean something else here. */
  const write = (source: string, own: readonly string[]): string => {
    const seen = new Map([...values].filter(([name]) => !own.includes(name)));
    const used = namesIn(source).filter((name) => seen.has(name));
    if (used.length === 0) return source;
    for (const name of used) {
      if (namesIn(seen.get(name)!).some((need) => own.includes(need))) throw new Captured();
    }
    // Next to another name or number (2 k) brackets or digits may read as a call or as one number.
    const beside = new RegExp(
      `[\\p{L}\\p{N}_.)\\]']\\s*(?<![\\p{L}\\p{N}_])(?:${used.join("|")})(?![\\p{L}\\p{N}_])`,
      "u",
    );
    if (beside.test(source)) throw new Captured();
    return replaceNames(source, seen);
  };
  const visit = (inner: Sheet, own: readonly string[]): Sheet => ({
    ...inner,
    blocks: inner.blocks.map((block): Block => {
      const params = { ...block.params };
      for (const { param, own: args } of expressionParams(block))
        params[param] = write(params[param]!, [...own, ...args]);
      if (!block.sheet) return { ...block, params };
      const hidden = [...own];
      const mask = block.mask?.map((variable) => {
        const value = write(variable.value, hidden);
        hidden.push(variable.name);
        return { ...variable, value };
      });
      const needed = [...expressionNames(block.sheet)].some((name) => values.has(name));
      const sheet = needed ? visit(block.sheet, hidden) : block.sheet;
      return { ...block, params, ...(mask && { mask }), sheet };
    }),
    wires: inner.wires.map((wire) => (wire.gain === undefined ? wire : { ...wire, gain: write(wire.gain, own) })),
  });
  try {
    return visit(sheet, []);
  } catch (error) {
    if (error instanceof Captured) return undefined;
    throw error;
  }
}

/** All wires afterwards: a way through ports, however many, is one wire with the product of the gains on it. */
function joined(around: Sheet, block: Block, inner: Sheet, fresh: ReturnType<typeof freshIds>): Wire[] | undefined {
  const ports = new Map(inner.blocks.flatMap((port) => (portSide(port) ? [[port.id, port] as const] : [])));
  /** What a wire begins or ends at: a port of the subsystem by its side and name. */
  const node = (wire: Wire, which: "from" | "to"): string | undefined => {
    const ref = wire[which];
    if (ref.block === block.id) return `${which === "from" ? "out" : "in"} ${ref.port}`;
    const port = ports.get(ref.block);
    return port && `${portSide(port)} ${port.name}`;
  };
  const all = [...around.wires, ...inner.wires];
  const from = new Map<string, Wire[]>();
  for (const wire of all) {
    const key = node(wire, "from");
    if (key !== undefined) from.set(key, [...(from.get(key) ?? []), wire]);
  }
  const result: Wire[] = [];
  const used = new Set<string>();
  const walk = (way: readonly Wire[], passed: ReadonlySet<string>): boolean => {
    const last = way.at(-1)!;
    const key = node(last, "to");
    if (key === undefined) {
      if (way.length === 1) result.push(last);
      else {
        const id = way.find((wire) => !used.has(wire.id))?.id;
        result.push(merged(way, id ?? fresh("w")));
        if (id !== undefined) used.add(id);
      }
      return true;
    }
    if (passed.has(key)) return false;
    return (from.get(key) ?? []).every((next) => walk([...way, next], new Set(passed).add(key)));
  };
  const complete = all.every((wire) => node(wire, "from") !== undefined || walk([wire], new Set()));
  return complete && !ringed(from, node) ? result : undefined;
}

/** Ports joined in a ring that nothing enters are not met on the way from any block. */
function ringed(
  from: ReadonlyMap<string, readonly Wire[]>,
  node: (wire: Wire, which: "from" | "to") => string | undefined,
): boolean {
  const state = new Map<string, "open" | "done">();
  const visit = (key: string): boolean => {
    if (state.get(key) === "open") return true;
    if (state.get(key) === "done") return false;
    state.set(key, "open");
    const found = (from.get(key) ?? []).some((wire) => {
      const next = node(wire, "to");
      return next !== undefined && visit(next);
    });
    state.set(key, "done");
    return found;
  };
  return [...from.keys()].some(visit);
}

function merged(way: readonly Wire[], id: string): Wire {
  const [first, last] = [way[0]!, way.at(-1)!];
  const gained = way.filter((wire) => (wire.gain ?? "").trim() !== "");
  const [only] = gained;
  // What comes last on the way multiplies from the left.
  const gain =
    gained.length > 1
      ? [...gained]
          .reverse()
          .map((wire) => `(${wire.gain})`)
          .join("*")
      : only?.gain;
  const whole = { ...without(without(without(first, "bends"), "gain"), "label"), id, from: first.from, to: last.to };
  return {
    ...whole,
    ...(gain === undefined ? {} : { gain }),
    ...(gained.length === 1 && only?.label !== undefined ? { label: only.label } : {}),
  };
}
