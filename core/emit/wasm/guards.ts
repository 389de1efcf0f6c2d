/** How far modes are from changing: the code of modes.ts's distanceToChange, and an instant's argument at another time. */
import type { Expr } from "../../expr/expr.ts";
import type { Latch } from "../../ir/ir.ts";
import type { Body, F64, Func, I32, Module } from "../../wasm/encoder.ts";
import { countUses, createTranslator, type SeriesPlace, type Surroundings } from "./expressions.ts";
import {
  add,
  addI,
  and,
  call,
  eq,
  f64,
  gt,
  i32,
  load,
  lt,
  min,
  ne,
  neg,
  or,
  select,
  shiftLeft,
  store,
  sub,
  toI32,
} from "../../wasm/instructions.ts";
import type { Mode } from "./room.ts";

/** Modes in one function, at most. */
const most = 100;

function parts(modes: readonly Mode[]): { readonly first: number; readonly modes: readonly Mode[] }[] {
  const count = Math.ceil(modes.length / most);
  return Array.from({ length: count }, (_, i) => ({ first: i * most, modes: modes.slice(i * most, (i + 1) * most) }));
}

/** Calls `use` with the distance of each mode that has to be searched for. */
function eachDistance(
  body: Body,
  around: Surroundings,
  modes: readonly Mode[],
  use: (k: number, distance: F64) => void,
): void {
  const t = createTranslator(body, around, countUses(modes.flatMap((m) => (m.closed ? [] : [m.latch.arg]))));
  modes.forEach(({ latch, closed }, k) => {
    if (closed) return;
    const held = body.local("f64");
    const arg = body.local("f64");
    body.set(held, load(i32(0), 8 * latch.slot));
    body.set(arg, t.value(latch.arg));
    use(k, distanceCode(body, latch, held, arg, around.series[latch.series ?? -1]));
  });
}

/** (address): the distances, one a mode, from a settled memory; Infinity where the change is a closed-form instant. */
export function addGuards(module: Module, around: Surroundings, modes: readonly Mode[]): Func {
  const functions = parts(modes).map((part) =>
    module.add(["i32"], [], (body) => {
      const offset = (k: number): number => 8 * (part.first + k);
      const base = body.param(0, "i32");
      part.modes.forEach(({ closed }, k) => {
        if (closed) body.run(store(base, offset(k), f64(Number.POSITIVE_INFINITY)));
      });
      eachDistance(body, around, part.modes, (k, distance) => body.run(store(base, offset(k), distance)));
    }),
  );
  return module.add(["i32"], [], (body) => {
    for (const part of functions) body.run(call(part, body.param(0, "i32")));
  });
}

/** () -> 1 where a mode no longer holds in a settled memory, else 0. */
export function addBroken(module: Module, around: Surroundings, modes: readonly Mode[]): Func {
  const functions = parts(modes).map((part) =>
    module.add([], ["i32"], (body) => {
      const broken = body.local("i32");
      eachDistance(body, around, part.modes, (_, distance) => body.set(broken, or(broken, lt(distance, f64(0)))));
      body.leave(broken);
    }),
  );
  return module.add([], ["i32"], (body) => {
    body.leave(functions.map((part): I32 => call(part)).reduce((a, b) => or(a, b), i32(0)));
  });
}

/** `held` and `arg` are cheap to repeat: locals. */
function distanceCode(body: Body, latch: Latch, held: F64, arg: F64, series: SeriesPlace | undefined): F64 {
  const below = f64(-Number.MIN_VALUE);
  const zero = f64(0);
  const on: I32 = ne(held, zero);
  switch (latch.test) {
    case "above":
      return select(on, select(eq(arg, zero), below, arg), neg(arg));
    case "atLeast":
      return select(on, arg, select(eq(arg, zero), below, neg(arg)));
    case "floor": {
      const next = add(held, f64(1));
      return select(eq(arg, next), below, min(sub(arg, held), sub(next, arg)));
    }
    case "find": {
      if (!series) throw new Error("find without a series");
      const last = Math.max(series.length - 1, 0);
      // Reads stay within the row whatever is held; what is read there is not used beyond its ends.
      const index = body.local("i32");
      const high = body.local("f64");
      const clamped = toI32(min(select(gt(held, zero), held, zero), f64(Math.max(last - 1, 0))));
      body.set(index, addI(i32(series.at), shiftLeft(clamped, i32(3))));
      const above = lt(held, f64(series.length - 2));
      body.set(high, select(above, sub(load(index, last > 0 ? 8 : 0), arg), f64(Number.POSITIVE_INFINITY)));
      const low = select(gt(held, zero), sub(arg, load(index)), f64(Number.POSITIVE_INFINITY));
      return select(and(eq(high, zero), above), below, min(low, high));
    }
    case "sample":
      return f64(Number.POSITIVE_INFINITY);
  }
}

/** (t) -> the argument of an instant's mode at that time, aside from memory's. */
export function addProbe(module: Module, around: Surroundings, arg: Expr): Func {
  return module.add(["f64"], ["f64"], (body) => {
    const time = body.param(0, "f64");
    const given = (e: Expr): F64 | undefined => (e.op === "slot" && e.value === 0 ? time : undefined);
    body.leave(createTranslator(body, around, countUses([arg]), given).value(arg));
  });
}
