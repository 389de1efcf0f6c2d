/**
 * The register tape: expressions flattened to a row of fixed-width instructions over one Float64Array (slots first, then
 * constants and intermediate values), and the loop that executes them. What the steps of a model mean is interpret.ts's.
 */
import { cellAt, findIndex } from "../expr/evaluate.ts";
import type { Expr, Op } from "../expr/expr.ts";
import { postorder } from "../expr/walk.ts";
import { uniform } from "../math/random.ts";
import type { DelayLine, LoopFailure } from "./engine.ts";

const codes: readonly Op[] = [
  "add",
  "sub",
  "mul",
  "div",
  "neg",
  "pow",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "atan2",
  "sinh",
  "cosh",
  "tanh",
  "exp",
  "log",
  "sqrt",
  "lt",
  "le",
  "eq",
  "and",
  "or",
  "not",
  "if",
  "floor",
  "find",
  "cell",
  "uniform",
];
const codeOf = new Map(codes.map((op, i) => [op, i]));
const MOVE = codes.length;
const CALL = MOVE + 1;
/** Instruction: operation, destination, and up to three sources. */
const WIDTH = 5;

/** What an engine keeps beside its registers while a tape runs. */
export interface Host {
  failure: LoopFailure | undefined;
  /** Evaluations of loops' equations so far. */
  tries: number;
  readonly delays: readonly DelayLine[];
}

type TapeSeries = readonly { readonly values: Float64Array }[];
type Call = (r: Float64Array, host: Host, series: TapeSeries) => void;

/** Collects constants and temporaries of all tapes of one engine, whose registers are laid out when all are known. */
export interface TapeRoom {
  readonly slots: number;
  readonly constants: Map<string, number>;
  readonly initial: number[];
}

/** Slots 0 .. slots - 1 are the model's memory. */
export function createTapeRoom(slots: number): TapeRoom {
  return { slots, constants: new Map(), initial: [] };
}

export function newRegister(room: TapeRoom, value: number): number {
  room.initial.push(value);
  return room.slots + room.initial.length - 1;
}

/** Writes one tape. Common subexpressions are computed once as long as no slot that was read has been assigned since. */
export interface TapeWriter {
  /** Register that holds the value of e. */
  read(e: Expr): number;
  /** slot = e. */
  assign(slot: number, e: Expr): void;
  /** slot = e where the register `when` is not 0, else as it was. */
  hold(slot: number, when: number, e: Expr): void;
  /** slot = the value of a mode for e. */
  latch(slot: number, test: "above" | "atLeast" | "floor" | "find", e: Expr, series: number): void;
  /** Call back in the middle of the tape; `writes` are the slots it assigns. */
  call(action: Call, writes: readonly number[]): void;
  /** Let later reads of a slot come from a register instead. */
  redirect(slot: number, register: number): void;
  finish(): TapeCode;
}

export interface TapeCode {
  readonly code: Int32Array;
  readonly calls: readonly Call[];
}

export function createTapeWriter(room: TapeRoom): TapeWriter {
  const code: number[] = [];
  const calls: Call[] = [];
  let registers = new Map<Expr, number>();
  const slotsRead = new Set<number>();
  const redirected = new Map<number, number>();

  function constant(value: number): number {
    const key = Object.is(value, -0) ? "-0" : String(value);
    let register = room.constants.get(key);
    if (register === undefined) room.constants.set(key, (register = newRegister(room, value)));
    return register;
  }

  function read(root: Expr): number {
    const pending = postorder([root], (e) => registers.has(e));
    for (const e of pending) {
      if (e.op === "num") registers.set(e, constant(e.value));
      else if (e.op === "slot") {
        slotsRead.add(e.value);
        registers.set(e, redirected.get(e.value) ?? e.value);
      } else {
        const [a = 0, b = 0, c = 0] = e.args.map((arg) => registers.get(arg)!);
        const to = newRegister(room, 0);
        const series = e.op === "find" || e.op === "cell";
        code.push(codeOf.get(e.op)!, to, a, series ? e.value : b, c);
        registers.set(e, to);
      }
    }
    return registers.get(root)!;
  }

  function written(slot: number): void {
    // A slot read before it is assigned (a mode that reads itself): what was computed from the old value is stale.
    if (slotsRead.has(slot)) {
      registers = new Map();
      slotsRead.clear();
    }
  }

  return {
    read,
    assign(slot, e) {
      const before = code.length;
      const from = read(e);
      // The last instruction may write the slot itself, which then serves as the register of e (slots are assigned once).
      if (code.length > before && code[code.length - WIDTH + 1] === from) {
        code[code.length - WIDTH + 1] = slot;
        registers.set(e, slot);
      } else code.push(MOVE, slot, from, 0, 0);
      written(slot);
    },
    hold(slot, when, e) {
      code.push(codeOf.get("if")!, slot, when, read(e), slot);
      written(slot);
    },
    latch(slot, test, e, series) {
      const from = read(e);
      if (test === "above") code.push(codeOf.get("lt")!, slot, constant(0), from, 0);
      else if (test === "atLeast") code.push(codeOf.get("le")!, slot, constant(0), from, 0);
      else code.push(codeOf.get(test)!, slot, from, series, 0);
      written(slot);
    },
    call(action, writes) {
      code.push(CALL, 0, calls.length, 0, 0);
      calls.push(action);
      for (const slot of writes) written(slot);
    },
    redirect(slot, register) {
      redirected.set(slot, register);
    },
    finish: () => ({ code: Int32Array.from(code), calls }),
  };
}

/** Executes a tape once. */
export function runTape(tape: TapeCode, r: Float64Array, series: TapeSeries, host: Host): void {
  const { code, calls } = tape;
  for (let at = 0; at < code.length; at += WIDTH) {
    const to = code[at + 1]!;
    const a = r[code[at + 2]!]!;
    const b = code[at + 3]!;
    switch (code[at]) {
      case 0:
        r[to] = a + r[b]!;
        break;
      case 1:
        r[to] = a - r[b]!;
        break;
      case 2:
        r[to] = a * r[b]!;
        break;
      case 3:
        r[to] = a / r[b]!;
        break;
      case 4:
        r[to] = -a;
        break;
      case 5:
        r[to] = Math.pow(a, r[b]!);
        break;
      case 6:
        r[to] = Math.sin(a);
        break;
      case 7:
        r[to] = Math.cos(a);
        break;
      case 8:
        r[to] = Math.tan(a);
        break;
      case 9:
        r[to] = Math.asin(a);
        break;
      case 10:
        r[to] = Math.acos(a);
        break;
      case 11:
        r[to] = Math.atan(a);
        break;
      case 12:
        r[to] = Math.atan2(a, r[b]!);
        break;
      case 13:
        r[to] = Math.sinh(a);
        break;
      case 14:
        r[to] = Math.cosh(a);
        break;
      case 15:
        r[to] = Math.tanh(a);
        break;
      case 16:
        r[to] = Math.exp(a);
        break;
      case 17:
        r[to] = Math.log(a);
        break;
      case 18:
        r[to] = Math.sqrt(a);
        break;
      case 19:
        r[to] = a < r[b]! ? 1 : 0;
        break;
      case 20:
        r[to] = a <= r[b]! ? 1 : 0;
        break;
      case 21:
        r[to] = a === r[b]! ? 1 : 0;
        break;
      case 22:
        r[to] = a !== 0 && r[b] !== 0 ? 1 : 0;
        break;
      case 23:
        r[to] = a !== 0 || r[b] !== 0 ? 1 : 0;
        break;
      case 24:
        r[to] = a === 0 ? 1 : 0;
        break;
      case 25:
        r[to] = a !== 0 ? r[b]! : r[code[at + 4]!]!;
        break;
      case 26:
        r[to] = Math.floor(a);
        break;
      case 27:
        r[to] = findIndex(series[b]!.values, a);
        break;
      case 28:
        r[to] = cellAt(series[b]!.values, a);
        break;
      case 29:
        r[to] = uniform(a, r[b]!);
        break;
      case 30:
        r[to] = a;
        break;
      // `a` was read as a register above, which is harmless; the index itself is wanted here.
      default:
        calls[code[at + 2]!]!(r, host, series);
    }
  }
}
