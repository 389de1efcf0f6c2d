/**
 * Controllers and observers placed at a wire into a plant: new blocks with their intent, wired to what they see and give. The plant, and
 * so their numbers, are the drawing's (design.ts, observed.ts).
 */
import { blockOf } from "../blocks/index.ts";
import { designFields } from "./design.ts";
import type { Block, Design, LazoDocument, Point, PortRef, Sheet, Wire } from "./document.ts";
import { freeName, move, namesOf, without } from "./edit.ts";
import { roughSize } from "./group.ts";
import { freshIds, sheetAt, trailOf, withSheet } from "./trail.ts";

/** Those with `discrete` sample a continuous plant. */
export type ControllerKind =
  | "feedback"
  | "integral"
  | "observer"
  | "kalman"
  | "lqg"
  | "pid"
  | "discreteFeedback"
  | "discreteIntegral"
  | "discreteObserver"
  | "discreteKalman"
  | "discreteLqg"
  | "discretePid";

/** What wires bring to one port, so wide together. */
export interface Signal {
  readonly wires: readonly Pick<Wire, "from" | "gain" | "label">[];
  readonly width: number;
}

/** Where a controller goes. */
export interface Site {
  /** The wire into the plant. */
  readonly wire: string;
  /** Of what it carries, before its gain. */
  readonly width: number;
  /** What shows the plant's states. */
  readonly states: readonly Signal[];
  readonly measured: readonly Signal[];
  /** Sample time as it is typed; undefined: continuous. */
  readonly period: string | undefined;
  /** Sample time of a discrete controller before a continuous plant. */
  readonly step: string;
}

export type Placed =
  | {
      readonly ok: true;
      readonly document: LazoDocument;
      /** Id of the block that is designed. */ readonly designed: string;
    }
  /** WIDTH: what is measured is not as wide as what the wire brings, or not one signal for a PID. */
  | { readonly ok: false; readonly why: "NO_WIRE" | "NO_STATES" | "NOT_MEASURED" | "WIDTH" };

/** `names`: what the designed block and a block beside it are called. */
export function placeController(
  document: LazoDocument,
  kind: ControllerKind,
  site: Site,
  names: { readonly block: string; readonly scope: string },
): Placed {
  const trail = trailOf(document, site.wire);
  const sheet = trail && sheetAt(document, trail);
  const held = sheet?.wires.find(({ id }) => id === site.wire);
  if (!trail || !sheet || !held) return { ok: false, why: "NO_WIRE" };
  const integrates = kind === "integral" || kind === "discreteIntegral";
  const needsStates = kind === "feedback" || kind === "discreteFeedback" || integrates;
  if (needsStates && site.states.length === 0) return { ok: false, why: "NO_STATES" };
  if (kind !== "feedback" && kind !== "discreteFeedback" && site.measured.length === 0)
    return { ok: false, why: "NOT_MEASURED" };
  const seen = total(site.measured);
  if (integrates && seen !== site.width) return { ok: false, why: "WIDTH" };
  if ((kind === "pid" || kind === "discretePid") && (seen !== 1 || site.width !== 1))
    return { ok: false, why: "WIDTH" };
  const at = { document, sheet, held, site, names, add: additions(document, sheet) };
  const designed = placing[kind](at);
  const { blocks, wires, changed, room } = at.add;
  // What is drawn to the right makes room for what goes into the wire.
  const roomy = room > 0 ? move(document, rightOf(sheet, held), { x: room, y: 0 }) : document;
  const next = withSheet(roomy, trail, (before) => ({
    ...before,
    blocks: [...before.blocks, ...blocks],
    wires: [...before.wires.map((wire) => changed.get(wire.id) ?? wire), ...wires],
  }));
  return { ok: true, document: next, designed };
}

interface Additions {
  readonly blocks: Block[];
  readonly wires: Wire[];
  readonly changed: Map<string, Wire>;
  /** How far what stands right of the wire moves. */
  room: number;
  block(type: string, name: string, params: Block["params"], at: Point, more?: Pick<Block, "turn" | "design">): Block;
  wire(from: PortRef, to: PortRef, like?: Pick<Wire, "gain" | "label">): void;
}

interface At {
  readonly document: LazoDocument;
  readonly sheet: Sheet;
  readonly held: Wire;
  readonly site: Site;
  readonly names: { readonly block: string; readonly scope: string };
  readonly add: Additions;
}

function additions(document: LazoDocument, sheet: Sheet): Additions {
  const fresh = freshIds(document);
  const taken = namesOf(sheet);
  const blocks: Block[] = [];
  const wires: Wire[] = [];
  return {
    blocks,
    wires,
    changed: new Map(),
    room: 0,
    block(type, name, params, at, more) {
      const own = freeName(taken, name);
      taken.add(own);
      const block = { id: fresh("b"), name: own, type, version: blockOf(type)!.version, params, at, ...more };
      blocks.push(block);
      return block;
    },
    wire(from, to, like = {}) {
      const { gain, label } = like;
      const ends = { from: { block: from.block, port: from.port }, to: { block: to.block, port: to.port } };
      wires.push({
        id: fresh("w"),
        ...ends,
        ...(gain !== undefined && { gain }),
        ...(label !== undefined && { label }),
      });
    },
  };
}

const total = (signals: readonly Signal[]): number => signals.reduce((sum, { width }) => sum + width, 0);
const zeros = (rows: number, cols: number): string =>
  rows * cols === 1
    ? "0"
    : `[${Array.from({ length: rows }, () => new Array<string>(cols).fill("0").join(", ")).join("; ")}]`;
const intent = (method: Design["method"], fields: Design["fields"] = designFields[method]): Pick<Block, "design"> => ({
  design: { method, fields },
});
const overTime = { ...designFields.lqr, cost: "time" };
const titleOf = (type: string): string => blockOf(type)!.title;

/** Sampled with the plant, or where that is continuous at the step. */
const clocked = (at: At): At => ({ ...at, site: { ...at.site, period: at.site.period ?? at.site.step } });

const placing: { readonly [K in ControllerKind]: (at: At) => string } = {
  feedback: placeFeedback,
  integral: (at) => placeIntegral(at),
  observer: (at) => placeObserver(at, "observer"),
  kalman: (at) => placeObserver(at, "kalman"),
  lqg: placeLqg,
  discreteFeedback: (at) => (isSampled(at) ? placeFeedback(at) : placeHeldFeedback(at)),
  discreteIntegral: (at) => placeIntegral(clocked(at), !isSampled(at)),
  discreteObserver: (at) => placeObserver(clocked(at), "observer"),
  discreteKalman: (at) => placeObserver(clocked(at), "kalman"),
  discreteLqg: (at) => placeLqg(clocked(at)),
  pid: (at) => placePid(at, "pid"),
  discretePid: (at) => placePid(at, "discrete-pid"),
};

const gap = 48;

function sizeOf(type: string): { readonly width: number; readonly height: number } {
  const [width, height] = blockOf(type)?.glyph.size ?? [10, 6];
  return { width: 8 * width, height: 8 * height };
}

/** Below all that is on the sheet, where a loop comes back. */
const bottomOf = ({ blocks }: Sheet): number =>
  Math.max(...blocks.map((block) => block.at.y + roughSize(block).height));

const blockAt = (sheet: Sheet, id: string): Block => sheet.blocks.find((block) => block.id === id)!;

/** A Gain that sees all states and adds to what the wire brings, by the same gain. */
function placeFeedback({ sheet, held, site, names, add }: At): string {
  const bottom = bottomOf(sheet);
  const x = Math.max(blockAt(sheet, held.to.block).at.x, 0);
  const params = { gain: zeros(site.width, total(site.states)) };
  const gain = add.block("gain", names.block, params, { x, y: bottom + 64 }, { turn: 180, ...intent("lqr") });
  bring(add, site.states, { block: gain.id, port: "in" }, { x: x + 128, y: bottom + 48 }, 180);
  const given = { block: gain.id, port: "out" };
  add.wire(given, held.to, held);
  knownToo({ sheet, site, add }, given);
  return gain.id;
}

/** Whether the plant, or the observer of its states, works at samples already. */
function isSampled({ sheet, site }: At): boolean {
  const periods = site.states.flatMap(({ wires }) =>
    wires.map(({ from }) => blockAt(sheet, from.block).params["period"] ?? "continuous"),
  );
  return site.period !== undefined || periods.some((period) => period !== "continuous");
}

/** Its gain goes through a hold; what happens between samples counts too. */
function placeHeldFeedback(at: At): string {
  const { site, add } = at;
  const id = placeFeedback(at);
  const gain = add.blocks.find((block) => block.id === id)!;
  const out = { block: id, port: "out" };
  const x = gain.at.x - sizeOf("zero-order-hold").width - gap;
  const middle = gain.at.y + sizeOf("gain").height / 2;
  const y = grid(middle - sizeOf("zero-order-hold").height / 2);
  const hold = add.block("zero-order-hold", titleOf("zero-order-hold"), { period: site.step }, { x, y }, { turn: 180 });
  const given = { block: hold.id, port: "out" };
  const wires = add.wires.map((wire) => (wire.from.block === id ? { ...wire, from: given } : wire));
  add.wires.splice(0, add.wires.length, ...wires);
  add.wire(out, { block: hold.id, port: "in" });
  const place = add.blocks.indexOf(gain);
  add.blocks[place] = { ...gain, ...intent("lqr", overTime) };
  return id;
}

/** An observer whose estimate is fed back knows what is fed back. */
function knownToo({ sheet, site, add }: Pick<At, "sheet" | "site" | "add">, given: PortRef): void {
  for (const { wires } of site.states)
    for (const { from } of wires) {
      const method = blockAt(sheet, from.block).design?.method;
      const into = sheet.wires.find(({ to }) => to.block === from.block);
      if (into && (method === "observer" || method === "kalman"))
        add.wire(given, { block: into.from.block, port: "in1" });
    }
}

/** Signals to one port: by a Mux where they are several. */
function bring(add: Additions, signals: readonly Signal[], to: PortRef, at: Point, turn?: 180): void {
  const [only] = signals;
  if (signals.length === 1 && only) {
    for (const wire of only.wires) add.wire(wire.from, to, wire);
    return;
  }
  const mux = add.block("mux", titleOf("mux"), { count: String(signals.length) }, at, turn && { turn });
  signals.forEach(({ wires }, i) => {
    for (const wire of wires) add.wire(wire.from, { block: mux.id, port: `in${i + 1}` }, wire);
  });
  add.wire({ block: mux.id, port: "out" }, to);
}

/** What the wire brings is what the measurement shall become: u = K [x; the integral of r - y], `held` from sample to sample. */
function placeIntegral(at: At, held = false): string {
  const { sheet, site, names, add } = at;
  const target = blockAt(sheet, at.held.to.block);
  const level = target.at.y + roughSize(target).height / 2;
  let x = startOfRoom(at);
  /** One after the other along the wire. */
  const on = (type: string, name: string, params: Block["params"], more?: Pick<Block, "design">): Block => {
    const { width, height } = sizeOf(type);
    const block = add.block(type, name, params, { x, y: grid(level - height / 2) }, more);
    x += width + gap;
    return block;
  };
  const integral = site.period === undefined ? "integrator" : "discrete-integrator";
  const error = on("sum", titleOf("sum"), { signs: "+-" });
  const z = on(integral, titleOf(integral), site.period === undefined ? {} : { period: site.period });
  const mux = on("mux", titleOf("mux"), { count: String(site.states.length + 1) });
  const params = { gain: zeros(site.width, total(site.states) + site.width) };
  const gain = on("gain", names.block, params, intent("lqr", held ? overTime : designFields.lqr));
  const hold = held ? on("zero-order-hold", titleOf("zero-order-hold"), { period: site.period! }) : undefined;
  if (hold) add.wire({ block: gain.id, port: "out" }, { block: hold.id, port: "in" });
  const given = { block: (hold ?? gain).id, port: "out" };
  makeRoom(at, x);
  intoWire(at, { block: error.id, port: "in1" }, given);
  bring(add, site.measured, { block: error.id, port: "in2" }, { x: error.at.x - 24, y: level + 64 });
  add.wire({ block: error.id, port: "out" }, { block: z.id, port: "in" });
  const all = [...site.states, { wires: [{ from: { block: z.id, port: "out" } }], width: site.width }];
  all.forEach(({ wires }, i) => {
    for (const wire of wires) add.wire(wire.from, { block: mux.id, port: `in${i + 1}` }, wire);
  });
  add.wire({ block: mux.id, port: "out" }, { block: gain.id, port: "in" });
  knownToo(at, given);
  return gain.id;
}

/** Its reference is what the wire brings. */
function placePid(at: At, type: "pid" | "discrete-pid"): string {
  const { sheet, held, site, names, add } = at;
  const target = blockAt(sheet, held.to.block);
  const x = startOfRoom(at);
  const params = {
    inputs: "r and y",
    ...(type === "discrete-pid" && { period: site.period ?? site.step }),
  };
  const size = sizeOf(type);
  const y = grid(target.at.y + (roughSize(target).height - size.height) / 2);
  // The frequency is left to the engine, which knows the plant.
  const design = intent("tune", { ...designFields.tune, frequency: "" });
  const pid = add.block(type, names.block, params, { x, y }, design);
  makeRoom(at, x + size.width + gap);
  intoWire(at, { block: pid.id, port: "r" }, { block: pid.id, port: "u" });
  bring(add, site.measured, { block: pid.id, port: "y" }, { x: x - 24, y: y + 64 });
  return pid.id;
}

/** LQR on the state that a Kalman filter estimates from what is measured; it adds to what the wire brings. */
function placeLqg({ sheet, held, site, names, add }: At): string {
  const bottom = bottomOf(sheet);
  const x = Math.max(blockAt(sheet, held.to.block).at.x, 0);
  const [seen, given] = [total(site.measured), site.width];
  const params = {
    A: "0",
    B: zeros(1, seen),
    C: zeros(given, 1),
    D: zeros(given, seen),
    period: site.period ?? "continuous",
  };
  const block = add.block("state-space", names.block, params, { x, y: bottom + 64 }, { turn: 180, ...intent("lqg") });
  bring(add, site.measured, { block: block.id, port: "u" }, { x: x + 192, y: bottom + 48 }, 180);
  add.wire({ block: block.id, port: "y" }, held.to, held);
  return block.id;
}

/** It knows all that adds up in the plant's input with the wire, by the same gain, and what is measured; a scope shows what it finds. */
function placeObserver({ sheet, held, site, names, add }: At, method: "observer" | "kalman"): string {
  const bottom = bottomOf(sheet);
  const x = Math.max(blockAt(sheet, held.to.block).at.x, 0);
  const params = {
    A: "0",
    B: zeros(1, site.width + total(site.measured)),
    C: "1",
    D: "0",
    period: site.period ?? "continuous",
  };
  const mux = add.block("mux", titleOf("mux"), { count: String(site.measured.length + 1) }, { x, y: bottom + 56 });
  const at = { x: x + 80, y: bottom + 72 };
  const block = add.block("state-space", names.block, params, at, intent(method));
  const scope = add.block("scope", names.scope, {}, { x: at.x + 128 + 80, y: bottom + 72 });
  for (const { from, to, gain } of sheet.wires)
    if (to.block === held.to.block && to.port === held.to.port && gain === held.gain)
      add.wire(from, { block: mux.id, port: "in1" });
  site.measured.forEach(({ wires }, i) => {
    for (const wire of wires) add.wire(wire.from, { block: mux.id, port: `in${i + 2}` }, wire);
  });
  add.wire({ block: mux.id, port: "out" }, { block: block.id, port: "u" });
  add.wire({ block: block.id, port: "y" }, { block: scope.id, port: "in1" });
  return block.id;
}

const grid = (value: number): number => Math.round(value / 8) * 8 + 0;

/** Where what goes into the wire begins. */
function startOfRoom({ sheet, held }: At): number {
  const source = blockAt(sheet, held.from.block);
  return grid(source.at.x + roughSize(source).width + gap);
}

/** What goes into the wire ends at x: all from the wire's end on moves right, where that is too near. */
function makeRoom({ sheet, held, add }: At, end: number): void {
  const source = blockAt(sheet, held.from.block);
  const target = blockAt(sheet, held.to.block);
  // A wire that runs back has no room to be made.
  if (target.at.x <= source.at.x) return;
  add.room = Math.max(0, grid(end - target.at.x));
}

function rightOf(sheet: Sheet, held: Wire): { readonly blocks: ReadonlySet<string> } {
  const from = blockAt(sheet, held.to.block).at.x;
  return { blocks: new Set(sheet.blocks.filter(({ at }) => at.x >= from).map(({ id }) => id)) };
}

/** The wire ends at `begin`; from `end` another goes on, with its gain. */
function intoWire({ held, add }: At, begin: PortRef, end: PortRef): void {
  const first = without(without(without(held, "gain"), "label"), "bends");
  add.changed.set(held.id, { ...first, to: begin });
  add.wire(end, held.to, held);
}

/** Blocks whose one output is all of their state. */
const showsState: ReadonlySet<string> = new Set([
  "state",
  "integrator",
  "first-order",
  "discrete-integrator",
  "unit-delay",
]);

/** Of a sheet, what shows states: the estimate of an observer where there is one, else the blocks that do, from left to right. */
export function stateBlocks(sheet: Pick<Sheet, "blocks">): readonly Block[] {
  const observers = sheet.blocks.filter(({ design }) => design?.method === "observer" || design?.method === "kalman");
  if (observers.length > 0) return observers.slice(0, 1);
  return sheet.blocks.filter(({ type }) => showsState.has(type)).toSorted((a, b) => a.at.x - b.at.x || a.at.y - b.at.y);
}

/** Of a sheet, wires by the port of an Output they end at, or where none is reached from the wire, of a scope. */
export function measuredAt(sheet: Sheet, wire: Wire): readonly (readonly Wire[])[] {
  const reached = new Set([wire.to.block]);
  for (let before = 0; before !== reached.size;) {
    before = reached.size;
    for (const { from, to } of sheet.wires) if (reached.has(from.block)) reached.add(to.block);
  }
  const ends = (type: string): readonly (readonly Wire[])[] => {
    const ports = new Map<string, Wire[]>();
    for (const one of sheet.wires) {
      if (blockAt(sheet, one.to.block).type !== type || !reached.has(one.from.block)) continue;
      // What goes into the plant is no measurement of it.
      if (one.from.block === wire.from.block) continue;
      const key = JSON.stringify([one.to.block, one.to.port]);
      ports.set(key, [...(ports.get(key) ?? []), one]);
    }
    return [...ports.values()];
  };
  const outputs = ends("output");
  return outputs.length > 0 ? outputs : ends("scope");
}
