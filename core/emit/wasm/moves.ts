/**
 * How states move from one regular event to the next (beats.ts): by the updates of the one task, or by the propagator of a linear
 * flow. Next values are computed first and taken over when they have been looked at, since an event may turn out not to be regular.
 */
import type { Expr } from "../../expr/expr.ts";
import type { Ir } from "../../ir/ir.ts";
import type { Body, F64, Local } from "../../wasm/encoder.ts";
import type { Forcing } from "./forcing.ts";
import {
  abs,
  absV,
  add,
  addI,
  addV,
  call,
  extractLane,
  f64,
  i32,
  load,
  loadV,
  ltI,
  mul,
  splat,
  store,
  storeV,
  sub,
} from "../../wasm/instructions.ts";
import { createColumnProducts } from "./matvec.ts";
import { lineProgram, placeProgram, type Item, type Room } from "./program.ts";
import { values, type Cells } from "./room.ts";

export interface Moves {
  /** What is read on the way, as it is before the states move. */
  readonly reads: readonly Expr[];
  /** Code that computes the next values, from time `t` in memory to `then`; some expressions are `given` as they are then. */
  write(body: Body, t: Local<"f64">, then: Local<"f64">, given: Given): NextValues;
}

type Given = (e: Expr) => F64 | undefined;

export interface NextValues {
  /** The sum of their absolute values: large or no number where one of them is. */
  readonly size: F64;
  /** Code that puts them into the states' slots. */
  take(): void;
}

/** So many numbers are kept in locals: pairs read from memory would wait for what was just written there one by one. */
const mostSingle = 16;
/** Products of a propagator that is written out without a call. */
const mostWrittenOut = 32;
/** Places in which states may stand apart and still be read there. */
const mostRuns = 3;

/** By the updates of a task. */
export function sampledMoves(room: Room, ir: Ir, cells: Cells): Moves {
  const { updates } = ir.tasks[0]!;
  const puts = values(updates.map(({ expr }) => expr));
  const slots = updates.map(({ slot }) => slot);
  const reads = updates.map(({ expr }) => expr);
  const inLine = updates.length <= mostSingle ? lineProgram(room, puts, { storeAll: false }) : undefined;
  if (inLine) {
    return {
      reads,
      write(body) {
        const next = slots.map(() => body.local("f64"));
        inLine(body, i32(0), { put: (offset, value) => body.set(next[offset / 8]!, value) });
        return nextInLocals(body, slots, next);
      },
    };
  }
  const program = placeProgram(room, puts, { storeAll: false });
  return {
    reads,
    write(body) {
      program(body, i32(8 * cells.next));
      return nextInMemory(body, slots, 8 * cells.next);
    },
  };
}

/** By [E P Q] times the states, the drivers at the start and, where they move on straight lines, their change. */
export function propagatedMoves(room: Room, ir: Ir, cells: Cells, forcing: Forcing, straight: boolean): Moves {
  const places = cells.beats!;
  const slots = ir.flow.map(({ slot }) => slot);
  const n = slots.length;
  const m = forcing.count;
  const cols = n + (straight ? 2 : 1) * m;
  const now = numbersOf(room, forcing.here, m, 8 * places.drivers);
  const later = straight ? numbersOf(room, forcing.items, m, 8 * places.later) : undefined;

  /** Drivers now, then their changes. */
  function drivers(body: Body, t: Local<"f64">, then: Local<"f64">, given: Given): readonly F64[] {
    const first = now(body, t);
    return [...first, ...(later?.(body, then, given).map((last, d) => sub(last, first[d]!)) ?? [])];
  }

  if (n * cols <= mostWrittenOut) {
    const padded = n + (n % 2);
    const entry = (i: number, j: number): F64 => load(i32(0), 8 * (places.propagator + j * padded + i));
    return {
      reads: forcing.reads,
      write(body, t, then, given) {
        const driving = drivers(body, t, then, given).map((value) => kept(body, value));
        const factors = [...slots.map((slot) => load(i32(0), 8 * slot)), ...driving];
        const next = slots.map(() => body.local("f64"));
        next.forEach((local, i) => {
          const terms = factors.map((factor, j) => mul(entry(i, j), factor));
          body.set(
            local,
            terms.reduce((sum, term) => add(sum, term)),
          );
        });
        return nextInLocals(body, slots, next);
      },
    };
  }
  const runs = runsOf(slots);
  const inPlace = runs.length <= mostRuns;
  const parts = inPlace ? runs : [{ first: places.x, count: n }];
  const all = m > 0 ? [...parts, { first: places.drivers, count: cols - n }] : parts;
  const product = createColumnProducts(room.module)(
    n,
    all.map(({ count }) => count),
  );
  return {
    reads: forcing.reads,
    write(body, t, then, given) {
      const driving = drivers(body, t, then, given);
      driving.forEach((value, d) => body.run(store(i32(0), 8 * (places.drivers + d), value)));
      if (!inPlace)
        copy(
          body,
          slots.map((slot) => 8 * slot),
          slots.map((_, i) => 8 * (places.x + i)),
        );
      const vectors = all.map(({ first }) => i32(8 * first));
      body.run(call(product, i32(8 * places.propagator), i32(8 * places.y), ...vectors));
      return nextInMemory(body, slots, 8 * places.y);
    },
  };
}

/**
 * The numbers that items put at an address, bytes: in locals where the code is in line, else there. At the time in memory, or at
 * another for which something may be `given`, time among it.
 */
function numbersOf(room: Room, items: readonly Item[], count: number, base: number) {
  const options = { storeAll: false };
  const inLine = lineProgram(room, items, options);
  const program = inLine ? undefined : placeProgram(room, items, options);
  return (body: Body, time: Local<"f64">, given?: Given): readonly F64[] => {
    if (inLine) {
      const numbers = Array.from({ length: count }, () => body.local("f64"));
      inLine(body, i32(0), { put: (offset, value) => body.set(numbers[offset / 8]!, value), ...(given && { given }) });
      return numbers;
    }
    const before = kept(body, load(i32(0), 0));
    body.run(store(i32(0), 0, time));
    program?.(body, i32(base));
    body.run(store(i32(0), 0, before));
    return Array.from({ length: count }, (_, k) => load(i32(0), base + 8 * k));
  };
}

function kept(body: Body, value: F64): Local<"f64"> {
  const local = body.local("f64");
  body.set(local, value);
  return local;
}

function nextInLocals(body: Body, slots: readonly number[], next: readonly Local<"f64">[]): NextValues {
  return { size: sizeOf(next), take: () => slots.forEach((slot, i) => body.run(store(i32(0), 8 * slot, next[i]!))) };
}

function nextInMemory(body: Body, slots: readonly number[], next: number): NextValues {
  return {
    size: sizeInMemory(body, next, slots.length),
    take: () =>
      copy(
        body,
        slots.map((_, i) => next + 8 * i),
        slots.map((slot) => 8 * slot),
      ),
  };
}

/** Slots that follow each other. */
function runsOf(slots: readonly number[]): readonly { readonly first: number; readonly count: number }[] {
  const runs: { first: number; count: number }[] = [];
  for (const slot of slots) {
    const last = runs.at(-1);
    if (last && slot === last.first + last.count) last.count++;
    else runs.push({ first: slot, count: 1 });
  }
  return runs;
}

/** Doubles from addresses to addresses, pair by pair where both stand side by side. */
function copy(body: Body, from: readonly number[], to: readonly number[]): void {
  for (let i = 0; i < from.length; i++) {
    const paired = from[i + 1] === from[i]! + 8 && to[i + 1] === to[i]! + 8;
    if (paired) body.run(storeV(i32(0), to[i]!, loadV(i32(0), from[i]!)));
    else body.run(store(i32(0), to[i]!, load(i32(0), from[i]!)));
    if (paired) i++;
  }
}

const sizeOf = (numbers: readonly F64[]): F64 => numbers.map(abs).reduce((sum, one) => add(sum, one), f64(0));

/** The same of doubles from an address on. */
function sizeInMemory(body: Body, first: number, count: number): F64 {
  const single = (i: number): F64 => load(i32(0), first + 8 * i);
  if (count < 8) return sizeOf(Array.from({ length: count }, (_, i) => single(i)));
  const sums = [body.local("v128"), body.local("v128")];
  const at = body.local("i32");
  const together = count - (count % 4);
  for (const sum of sums) body.set(sum, splat(f64(0)));
  body.set(at, i32(0));
  body.loop((again) => {
    sums.forEach((sum, k) => body.set(sum, addV(sum, absV(loadV(at, first + 16 * k)))));
    body.set(at, addI(at, i32(32)));
    body.branch(again, ltI(at, i32(8 * together)));
  });
  const rest = Array.from({ length: count - together }, (_, i) => single(together + i));
  return add(
    sums.flatMap((sum) => [extractLane(sum, 0), extractLane(sum, 1)]).reduce((sum, one) => add(sum, one)),
    sizeOf(rest),
  );
}
