/**
 * Steps of a model as functions of a module. A long program becomes several functions, because engines are slow on very long
 * ones; between functions values pass through the model's memory, within one through locals.
 */
import type { Expr } from "../../expr/expr.ts";
import { postorder } from "../../expr/walk.ts";
import { slotsRead, slotsWritten } from "../../ir/dependence.ts";
import type { Delay, Latch, Matvec, Solve, Step } from "../../ir/ir.ts";
import type { Bytes } from "../../wasm/bytes.ts";
import type { Body, F64, Func, I32, Module } from "../../wasm/encoder.ts";
import { countUses, createTranslator, type Surroundings, type Translator } from "./expressions.ts";
import {
  call,
  div,
  f64,
  floor,
  fromI32,
  i32,
  load,
  le,
  lt,
  ne,
  not,
  select,
  store,
  sub,
  eq,
  and,
} from "../../wasm/instructions.ts";

/** A value for whoever called: stored at the function's base address + `offset`, bytes. */
export interface Put {
  readonly do: "put";
  readonly offset: number;
  readonly expr: Expr;
}

export type Item = Step | Put;

/** Code that leaves nothing. */
type Statement = (to: Bytes) => void;

/** What the functions of one model share. */
export interface Room {
  readonly module: Module;
  readonly around: Surroundings;
  /** Bytes where task k's flag stands: a double, not 0 where it samples now. */
  due(task: number): number;
  /** Solves a loop over the memory: it is left to JavaScript. */
  solve(step: Solve): Statement;
  /** Notes that a loop of one equation has no solution, with its residual and slope at 0. */
  failed(step: Solve, residual: F64, slope: F64): Statement;
  /** Value of a delayed signal. */
  delay(step: Delay, initial: F64): F64;
  multiply(step: Matvec): Statement;
}

export interface ProgramOptions {
  /** Every slot written is stored; otherwise only what other functions of the program read. */
  readonly storeAll: boolean;
  /** Beside those: slots that somebody else reads. */
  readonly alsoStored?: ReadonlySet<number>;
  /** Values that are to be had elsewhere than in the model's memory. */
  readonly given?: (e: Expr) => F64 | undefined;
}

/** Nodes of expressions in one function, at most (one step may have more). */
const longest = 1500;

/** A loop of one linear equation needs no call. */
export const isInline = (step: Solve): boolean => step.linear && step.unknowns.length === 1 && step.task === undefined;

function rootsOf(item: Item): readonly Expr[] {
  switch (item.do) {
    case "assign":
    case "put":
      return [item.expr];
    case "latch":
      return [item.arg];
    case "delay":
      return [item.initial];
    case "solve":
      return isInline(item) ? [...item.residual, ...item.jacobian] : [];
    case "matvec":
      return [];
  }
}

/** Slots that an item reads from memory outside the function's own code. */
function readElsewhere(item: Item): readonly number[] {
  if (item.do === "matvec") return item.from;
  if (item.do === "solve" && !isInline(item))
    return [...slotsRead(item), ...item.jacobian.flatMap((e) => slotsIn([e]))];
  return [];
}

function slotsIn(roots: readonly Expr[]): number[] {
  return postorder(roots).flatMap((e) => (e.op === "slot" ? [e.value] : []));
}

const writtenBy = (item: Item): readonly number[] => (item.do === "put" ? [] : slotsWritten(item));

export interface Chunk {
  readonly items: readonly Item[];
  readonly reads: ReadonlySet<number>;
  readonly elsewhere: ReadonlySet<number>;
  readonly writes: ReadonlySet<number>;
}

/** A chunk ends when it is long, and after an item that writes a slot which the chunk has read: what was computed is stale. */
export function split(items: readonly Item[]): Chunk[] {
  const chunks: Chunk[] = [];
  let own: Item[] = [];
  let seen = new Set<Expr>();
  let reads = new Set<number>();
  let elsewhere = new Set<number>();
  let writes = new Set<number>();
  const end = (): void => {
    if (own.length > 0) chunks.push({ items: own, reads, elsewhere, writes });
    own = [];
    seen = new Set();
    reads = new Set();
    elsewhere = new Set();
    writes = new Set();
  };
  for (const item of items) {
    const added = postorder(rootsOf(item), (e) => seen.has(e));
    if (own.length > 0 && seen.size + added.length > longest) end();
    own.push(item);
    for (const e of seen.size === 0 ? postorder(rootsOf(item)) : added) {
      seen.add(e);
      if (e.op === "slot") reads.add(e.value);
    }
    for (const slot of readElsewhere(item)) elsewhere.add(slot);
    const written = writtenBy(item);
    const inlineSolve = item.do === "solve" && isInline(item);
    const stale = written.some((slot) => (reads.has(slot) && !writes.has(slot) && !inlineSolve) || elsewhere.has(slot));
    for (const slot of written) writes.add(slot);
    if (stale) end();
  }
  end();
  return chunks;
}

/** One function (base address) -> nothing that runs all items. */
export function writeProgram(room: Room, items: readonly Item[], options: ProgramOptions): Func {
  const chunks = split(items);
  const stored = storedBy(chunks, options);
  const functions = chunks.map((chunk) =>
    room.module.add(["i32"], [], (body) =>
      writeItems(room, body, chunk.items, body.param(0, "i32"), stored, options.given),
    ),
  );
  if (functions.length === 1) return functions[0]!;
  return room.module.add(["i32"], [], (body) => {
    for (const func of functions) body.run(call(func, body.param(0, "i32")));
  });
}

/** Where code in line has values from and leaves values that are put. */
export interface Ends {
  readonly given?: (e: Expr) => F64 | undefined;
  readonly put?: (offset: number, value: F64) => void;
}

type Placed = (body: Body, base: I32, given?: Ends["given"]) => void;

/** The same as code for one place: in line where it is one function's worth, else a call, which knows nothing of what is given. */
export function placeProgram(room: Room, items: readonly Item[], options: ProgramOptions): Placed {
  const inLine = lineProgram(room, items, options);
  if (inLine) return (body, base, given) => inLine(body, base, { ...(given && { given }) });
  const func = writeProgram(room, items, options);
  return (body, base) => body.run(call(func, base));
}

/** Code in line; undefined where it is more than one function's worth. */
export function lineProgram(
  room: Room,
  items: readonly Item[],
  options: ProgramOptions,
): ((body: Body, base: I32, ends?: Ends) => void) | undefined {
  const chunks = split(items);
  if (chunks.length !== 1) return undefined;
  const stored = storedBy(chunks, options);
  return (body, base, { given, put } = {}) => writeItems(room, body, items, base, stored, given ?? options.given, put);
}

function storedBy(chunks: readonly Chunk[], { storeAll, alsoStored }: ProgramOptions): (slot: number) => boolean {
  const crossing = crossings(chunks);
  return (slot) => storeAll || crossing.has(slot) || alsoStored?.has(slot) === true;
}

/** Slots that one chunk writes and another, or a call, reads. */
function crossings(chunks: readonly Chunk[]): Set<number> {
  const writer = new Map<number, Chunk>();
  const crossing = new Set<number>();
  for (const chunk of chunks) {
    for (const slot of chunk.reads) if (writer.has(slot) && writer.get(slot) !== chunk) crossing.add(slot);
    for (const slot of chunk.writes) writer.set(slot, chunk);
    for (const slot of chunk.elsewhere) crossing.add(slot);
  }
  return crossing;
}

/** Items as straight-line code in a function. */
export function writeItems(
  room: Room,
  body: Body,
  items: readonly Item[],
  base: I32,
  stored: (slot: number) => boolean,
  given?: (e: Expr) => F64 | undefined,
  put: (offset: number, value: F64) => void = (offset, value) => body.run(store(base, offset, value)),
): void {
  const t = createTranslator(body, room.around, countUses(items.flatMap(rootsOf)), given);
  const reads = new Set(slotsIn(items.flatMap(rootsOf)));

  /** Sets a slot, where it is needed: in a local, in memory. */
  function assign(slot: number, value: F64): void {
    let code = value;
    if (reads.has(slot)) {
      const local = body.local("f64");
      body.set(local, value);
      t.slotIs(slot, local);
      code = local;
      if (!stored(slot)) return;
    }
    body.run(store(i32(0), 8 * slot, code));
  }

  for (const item of items) {
    switch (item.do) {
      case "assign":
        assign(item.slot, t.value(item.expr));
        break;
      case "put":
        put(item.offset, t.value(item.expr));
        break;
      case "latch":
        assign(item.slot, latchValue(room, item, t));
        break;
      case "delay":
        assign(item.slot, room.delay(item, t.value(item.initial)));
        break;
      case "matvec":
        body.run(room.multiply(item));
        break;
      case "solve":
        if (isInline(item)) assign(item.unknowns[0]!, solveInline(room, item, body, t));
        else if (item.task === undefined) body.run(room.solve(item));
        else body.when(ne(load(i32(0), room.due(item.task)), f64(0)), () => body.run(room.solve(item)));
        break;
    }
  }
}

/** The value that a latch takes (modes.ts's modeValue). */
function latchValue(room: Room, latch: Latch, t: Translator): F64 {
  const arg = t.value(latch.arg);
  if (latch.test !== "sample") return modeCode(room.around, latch, arg);
  return select(ne(load(i32(0), room.due(latch.task!)), f64(0)), arg, load(i32(0), 8 * latch.slot));
}

/** A mode's value from that of its argument. */
export function modeCode(around: Surroundings, latch: Latch, arg: F64): F64 {
  switch (latch.test) {
    case "above":
      return fromI32(lt(f64(0), arg));
    case "atLeast":
      return fromI32(le(f64(0), arg));
    case "floor":
      return floor(arg);
    case "find": {
      const { at, length } = around.series[latch.series ?? 0]!;
      return call(around.find, arg, i32(at), i32(length));
    }
    case "sample":
      return arg;
  }
}

/** One Newton step from 0, as newton.ts does it for one linear equation; not a number where that has no answer. */
function solveInline(room: Room, step: Solve, body: Body, t: Translator): F64 {
  const inner = t.withSlots(new Map([[step.unknowns[0]!, f64(0)]]));
  const residual = body.local("f64");
  const slope = body.local("f64");
  const z = body.local("f64");
  body.set(residual, inner.value(step.residual[0]!));
  body.set(slope, inner.value(step.jacobian[0]!));
  body.set(z, sub(f64(0), div(residual, slope)));
  // x - x is 0 for finite numbers only.
  const finite = and(eq(sub(z, z), f64(0)), and(eq(sub(slope, slope), f64(0)), ne(slope, f64(0))));
  body.when(not(finite), () => {
    body.set(z, f64(Number.NaN));
    body.run(room.failed(step, residual, slope));
  });
  return z;
}
