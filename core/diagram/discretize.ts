/**
 * A continuous block or subsystem beside a sampled one made of it: placed, wired to the same inputs and brought to the same scopes; the
 * one in the place of the other; the continuous one by itself, to be linearized. The matrices are core/lti's.
 */
import { blockOf } from "../blocks/index.ts";
import { isContinuous } from "../blocks/elements.ts";
import { pidParams } from "../blocks/pid.ts";
import { attachedTo } from "./attached.ts";
import { designFields } from "./design.ts";
import type { Block, LazoDocument, Point, Sheet, Wire } from "./document.ts";
import { freeName, namesOf, without } from "./edit.ts";
import { freeBelow } from "./freeBelow.ts";
import { roughSize } from "./group.ts";
import type { Scope } from "./parameters.ts";
import { portsOf } from "./ports.ts";
import { portBlocks } from "./sheets.ts";
import { freshIds, scopeAt, sheetAt, trailOf, withSheet } from "./trail.ts";

/** As they are offered. `prewarp`: tustin that meets the continuous response at one frequency. */
export const sampleRules = ["zoh", "foh", "tustin", "prewarp", "forward", "backward", "impulse", "matched"] as const;
export type SampleRule = (typeof sampleRules)[number];

export const sampleRule = (text: string | undefined): SampleRule => sampleRules.find((rule) => rule === text) ?? "zoh";

/** Rules among which a sampled one may change. Dead time alone is a number of samples by any. */
export const rulesOf = ({ type }: Pick<Block, "type">): readonly SampleRule[] =>
  type === "delay" ? ["zoh"] : sampleRules;

/** Name of the block in a sampled subsystem that holds its matrices. */
export const innerName = "System";

/** Whether it is of a kind that has a sampled form; whether this very one has is told by its equations. */
export function discretizable(block: Pick<Block, "type" | "params" | "sheet">): boolean {
  if (block.type === "subsystem")
    return block.sheet !== undefined && !block.sheet.blocks.some(({ type }) => type === "enable" || type === "trigger");
  const definition = blockOf(block.type);
  return definition?.category === "continuous" && isContinuous(block.params["period"] ?? "continuous");
}

interface Side {
  readonly port: string;
  readonly width: number;
}
/** Ports with their widths; those that may stay free are no part of the linear map. */
interface Sides {
  readonly in: readonly Side[];
  readonly out: readonly Side[];
  /** Ports that are left out although something is wired to them. */
  readonly strange: readonly string[];
}

/** `widthOf`: of a port of the block, as far as it is known. */
export function sidesOf(
  document: LazoDocument,
  block: Block,
  widthOf: (port: string) => number | undefined,
): Sides | undefined {
  const trail = trailOf(document, block.id);
  const ports = trail && portsOf(block, scopeAt(document, trail), attachedTo(document.data));
  if (!ports) return undefined;
  const side = (of: typeof ports.in): readonly Side[] =>
    Object.entries(of ?? {})
      .filter(([, { optional }]) => optional !== true)
      .map(([port, { width }]) => ({ port, width: typeof width === "number" ? width : (widthOf(port) ?? 1) }));
  const { wires } = sheetAt(document, trail);
  const strange = Object.entries(ports.in ?? {})
    .filter(
      ([port, { optional }]) => optional === true && wires.some(({ to }) => to.block === block.id && to.port === port),
    )
    .map(([port]) => port);
  return { in: side(ports.in), out: side(ports.out), strange };
}

const zeros = (rows: number, cols: number): string =>
  rows * cols === 1
    ? "0"
    : `[${Array.from({ length: rows }, () => new Array<string>(cols).fill("0").join(", ")).join("; ")}]`;
const widthOfAll = (sides: readonly Side[]): number => sides.reduce((sum, { width }) => sum + width, 0);

/** The block by itself in a document of its own, all its inputs Input blocks of zeros, all its outputs Output blocks. */
export function alone(document: LazoDocument, block: Block, sides: Sides): LazoDocument {
  const trail = trailOf(document, block.id) ?? [];
  const fresh = freshIds(document);
  const taken = new Set([block.name]);
  const blocks: Block[] = [block];
  const wires: Wire[] = [];
  const make = (type: "input" | "output", label: string, params: Block["params"]): Block => {
    const name = freeName(taken, label);
    taken.add(name);
    const made = { id: fresh("b"), name, type, version: blockOf(type)!.version, params, at: block.at };
    blocks.push(made);
    return made;
  };
  for (const { port, width } of sides.in) {
    const { id } = make("input", port, { signal: zeros(width, 1) });
    wires.push({ id: fresh("w"), from: { block: id, port: "u" }, to: { block: block.id, port } });
  }
  for (const { port } of sides.out) {
    const { id } = make("output", port, {});
    wires.push({ id: fresh("w"), from: { block: block.id, port }, to: { block: id, port: "y" } });
  }
  return { ...document, variables: written(scopeAt(document, trail)), root: { blocks, wires, notes: [] } };
}

/** What a sheet sees, as variables without anything around them. */
function written(scope: Scope): LazoDocument["variables"] {
  return [...scope].map(([name, { rows, cols, data }]) => ({
    name,
    value:
      rows * cols === 1
        ? String(data[0])
        : `[${Array.from({ length: rows }, (_, i) => data.slice(i * cols, (i + 1) * cols).join(", ")).join("; ")}]`,
  }));
}

export interface Discretized {
  readonly document: LazoDocument;
  /** Id of the sampled one. */
  readonly copy: string;
}

/**
 * Beside the block, a sampled one that is to follow it: fed by copies of its wires; where its output is shown in a scope, beside it
 * there, else both in a new one. `names`: what new blocks are called. A block becomes its discrete namesake where it has one; else one in
 * and one out a Discrete State-Space, several a subsystem with the same ports; with dead time inside a subsystem too, of a Delay for
 * whole samples and the rest.
 */
export function addDiscretized(
  document: LazoDocument,
  id: string,
  rule: SampleRule,
  widthOf: (port: string) => number | undefined,
  names: { readonly copy: string; readonly scope: string },
): Discretized | undefined {
  const trail = trailOf(document, id);
  if (!trail) return undefined;
  const sheet = sheetAt(document, trail);
  const source = sheet.blocks.find((block) => block.id === id);
  const sides = source && sidesOf(document, source, widthOf);
  if (!source || !sides || sides.in.length === 0 || sides.out.length === 0) return undefined;
  const fresh = freshIds(document);
  const copy = copyOf(source, sides, rule, freeName(namesOf(sheet), names.copy), document.run.step, fresh);
  const { height } = roughSize(source);
  const at = freeBelow(sheet, { x: source.at.x, y: source.at.y + height }, roughSize(copy));
  const placed = { ...copy, at, ...(source.turn !== undefined && { turn: source.turn }) };
  const port = portsBetween(placed);
  const wires: Wire[] = sheet.wires
    .filter(({ to }) => to.block === id && sides.in.some((side) => side.port === to.port))
    .map((wire) => ({
      ...without(wire, "bends"),
      id: fresh("w"),
      to: { block: copy.id, port: port.in(wire.to.port) },
    }));
  const added: Sheet = { ...sheet, blocks: [...sheet.blocks, placed], wires: [...sheet.wires, ...wires] };
  const compared = besideIt(added, source, placed, sides, fresh, names.scope);
  return { document: withSheet(document, trail, () => compared), copy: copy.id };
}

/** Port names of the sampled one by those of the continuous one. */
export function portsBetween(copy: Pick<Block, "type">): { in(port: string): string; out(port: string): string } {
  return keepsPorts.has(copy.type) ? { in: (port) => port, out: (port) => port } : { in: () => "u", out: () => "y" };
}

/** Sampled ones whose ports are called as those of their continuous ones. */
const keepsPorts: ReadonlySet<string> = new Set(["subsystem", "discrete-pid", "delay"]);

/** Before its numbers are known. undefined: by matrices. */
function namesake({ type, params }: Block): Pick<Block, "type" | "params"> | undefined {
  switch (type) {
    case "transfer-function":
      return { type: "discrete-transfer-function", params: { num: "0", den: "1" } };
    case "zero-pole":
      return { type: "discrete-zero-pole", params: { zeros: "[]", poles: "[]", gain: "0" } };
    case "transport-delay":
      return { type: "delay", params: { samples: "1" } };
    case "pid":
      return { type: "discrete-pid", params: pidOf(params) };
    default:
      return undefined;
  }
}

/** What a continuous and a discrete PID have in common. */
export const pidOf = (params: Block["params"]): Block["params"] =>
  Object.fromEntries(Object.entries(pidParams).map(([name, spec]) => [name, params[name] ?? spec.default]));

function copyOf(
  source: Block,
  sides: Sides,
  rule: SampleRule,
  name: string,
  period: string,
  fresh: ReturnType<typeof freshIds>,
): Block {
  const [inputs, outputs] = [widthOfAll(sides.in), widthOfAll(sides.out)];
  const params = { A: "0", B: zeros(1, inputs), C: zeros(outputs, 1), D: zeros(outputs, inputs), initial: "0", period };
  const like = namesake(source);
  const asked = like?.type === "delay" ? "zoh" : rule;
  const fields = { ...designFields.discretize, source: source.id, rule: asked };
  const design = { method: "discretize", fields } as const;
  const whole = (type: string, block: Pick<Block, "name" | "params" | "at">): Block => ({
    id: fresh("b"),
    type,
    version: blockOf(type)!.version,
    ...block,
  });
  const at: Point = { x: 0, y: 0 };
  if (like) return { ...whole(like.type, { name, params: { ...like.params, period }, at }), design };
  const late = source.sheet !== undefined && waits(source.sheet);
  if (sides.in.length === 1 && sides.out.length === 1 && !late)
    return { ...whole("discrete-state-space", { name, params, at }), design };
  // Its numbers are parameters of the subsystem, so that its design writes them as it would into a block.
  const own = { ...params, ...(late && { samples: "0" }) };
  const first = sides.in.length > 1 ? 320 : 144;
  const inner = whole("discrete-state-space", {
    name: innerName,
    params: Object.fromEntries(Object.keys(params).map((key) => [key, key])),
    at: { x: first + (late ? 160 : 0), y: 0 },
  });
  const waiting = late
    ? whole("delay", {
        name: titleOf("delay"),
        params: { samples: "samples", period: "period" },
        at: { x: first, y: 0 },
      })
    : undefined;
  const ends = (type: "in" | "out", x: number, list: readonly Side[]): Block[] =>
    list.map((side, i) => whole(type, { name: side.port, params: {}, at: { x, y: 72 * i } }));
  const [ins, outs] = [
    ends("in", 0, sides.in),
    ends("out", inner.at.x + (sides.out.length > 1 ? 480 : 240), sides.out),
  ];
  const blocks = [...ins, ...(waiting ? [waiting] : []), inner, ...outs];
  const wires: Wire[] = [];
  const join = (from: Wire["from"], to: Wire["to"]) => wires.push({ id: fresh("w"), from, to });
  const into = waiting ? { block: waiting.id, port: "in" } : { block: inner.id, port: "u" };
  if (waiting) join({ block: waiting.id, port: "out" }, { block: inner.id, port: "u" });
  if (ins.length === 1) join({ block: ins[0]!.id, port: "out" }, into);
  else {
    const mux = whole("mux", { name: "Mux", params: { count: String(ins.length) }, at: { x: 208, y: 0 } });
    blocks.push(mux);
    ins.forEach((block, i) => join({ block: block.id, port: "out" }, { block: mux.id, port: `in${i + 1}` }));
    join({ block: mux.id, port: "out" }, into);
  }
  if (outs.length === 1) join({ block: inner.id, port: "y" }, { block: outs[0]!.id, port: "in" });
  else {
    const widths = sides.out.map(({ width }) => width).join(", ");
    const demux = whole("demux", { name: "Demux", params: { widths }, at: { x: inner.at.x + 336, y: 0 } });
    blocks.push(demux);
    join({ block: inner.id, port: "y" }, { block: demux.id, port: "in" });
    outs.forEach((block, i) => join({ block: demux.id, port: `out${i + 1}` }, { block: block.id, port: "in" }));
  }
  const mask = Object.entries(own).map(([key, value]) => ({ name: key, value }));
  return { ...whole("subsystem", { name, params: own, at }), design, mask, sheet: { blocks, wires, notes: [] } };
}

const titleOf = (type: string): string => blockOf(type)!.title;

/** Whether dead time stands in it, at any depth: whole samples of it become a Delay of their own. */
const waits = ({ blocks }: Sheet): boolean =>
  blocks.some(({ type, sheet }) => type === "transport-delay" || (sheet !== undefined && waits(sheet)));

const mostInputs = 16;

/** Scopes that show an output of the continuous one show that of the sampled one too; none: a new one shows both. */
function besideIt(
  sheet: Sheet,
  source: Block,
  copy: Block,
  sides: Sides,
  fresh: ReturnType<typeof freshIds>,
  name: string,
): Sheet {
  const port = portsBetween(copy);
  const scopes = new Map(sheet.blocks.filter(({ type }) => type === "scope").map((block) => [block.id, block]));
  const wires: Wire[] = [];
  for (const wire of sheet.wires.map((one) => without(one, "bends"))) {
    const scope = scopes.get(wire.to.block);
    if (wire.from.block !== source.id || !scope) continue;
    const count = Number(scope.params["count"] ?? "1") + 1;
    if (!Number.isInteger(count) || count > mostInputs) continue;
    scopes.set(scope.id, { ...scope, params: { ...scope.params, count: String(count) } });
    wires.push({
      ...wire,
      id: fresh("w"),
      from: { block: copy.id, port: port.out(wire.from.port) },
      to: { block: scope.id, port: `in${count}` },
    });
  }
  if (wires.length > 0)
    return {
      ...sheet,
      blocks: sheet.blocks.map((block) => scopes.get(block.id) ?? block),
      wires: [...sheet.wires, ...wires],
    };
  const shown = sides.out.slice(0, mostInputs / 2);
  const scope: Block = {
    id: fresh("b"),
    name: freeName(namesOf(sheet), name),
    type: "scope",
    version: blockOf("scope")!.version,
    params: { count: String(2 * shown.length) },
    at: { x: 0, y: 0 },
  };
  const right = copy.at.x + Math.max(roughSize(copy).width, roughSize(source).width) + 96;
  const at = freeBelow(sheet, { x: right, y: copy.at.y }, roughSize(scope));
  shown.forEach((side, i) => {
    const ends = [
      { block: source.id, port: side.port },
      { block: copy.id, port: port.out(side.port) },
    ];
    ends.forEach((from, k) =>
      wires.push({ id: fresh("w"), from, to: { block: scope.id, port: `in${2 * i + k + 1}` } }),
    );
  });
  return { ...sheet, blocks: [...sheet.blocks, { ...scope, at }], wires: [...sheet.wires, ...wires] };
}

const shows = (block: Block | undefined): boolean =>
  block !== undefined && (blockOf(block.type)?.category === "sinks" || block.type === "output");

/** The continuous one that a sampled one was made of, where both stand on one sheet. */
function pairOf(document: LazoDocument, id: string) {
  const trail = trailOf(document, id);
  if (!trail) return undefined;
  const sheet = sheetAt(document, trail);
  const copy = sheet.blocks.find((block) => block.id === id);
  const source = sheet.blocks.find((block) => block.id === copy?.design?.fields["source"]);
  if (copy?.design?.method !== "discretize" || !source) return undefined;
  const byId = new Map(sheet.blocks.map((block) => [block.id, block]));
  /** Wires from it that something other than a scope or an Output reads. */
  const used = (of: string): readonly Wire[] =>
    sheet.wires.filter(({ from, to }) => from.block === of && !shows(byId.get(to.block)));
  return { trail, sheet, copy, source, used };
}

/** Which of the two the drawing works with, where anything but scopes and Outputs reads one of them. */
export function inUse(document: LazoDocument, id: string): "continuous" | "sampled" | undefined {
  const pair = pairOf(document, id);
  if (!pair) return undefined;
  if (pair.used(pair.copy.id).length > 0) return "sampled";
  return pair.used(pair.source.id).length > 0 ? "continuous" : undefined;
}

/** Hands what reads the one in use over to the other; scopes keep showing both. */
export function exchange(document: LazoDocument, id: string): LazoDocument {
  const pair = pairOf(document, id);
  const now = inUse(document, id);
  if (!pair || !now) return document;
  const { trail, copy, source, used } = pair;
  const moved = new Set(used(now === "continuous" ? source.id : copy.id).map((wire) => wire.id));
  const port = portsBetween(copy);
  const first = (wire: Wire) => (keepsPorts.has(copy.type) ? wire.from.port : outOf(document, source));
  const over = (wire: Wire): Wire => ({
    ...without(wire, "bends"),
    from:
      now === "continuous"
        ? { block: copy.id, port: port.out(wire.from.port) }
        : { block: source.id, port: first(wire) },
  });
  return withSheet(document, trail, (sheet) => ({
    ...sheet,
    wires: sheet.wires.map((wire) => (moved.has(wire.id) ? over(wire) : wire)),
  }));
}

const outOf = (document: LazoDocument, block: Block): string =>
  block.sheet
    ? (portBlocks(block.sheet, "out")[0]?.name ?? "")
    : (sidesOf(document, block, () => 1)?.out[0]?.port ?? "");
