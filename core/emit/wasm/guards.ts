/** How far modes are from changing: the code of modes.ts's distanceToChange. */
import type { Latch } from "../../ir/ir.ts";
import type { Body, F64, I32 } from "./encoder.ts";
import type { SeriesPlace } from "./expressions.ts";
import {
  add,
  addI,
  and,
  eq,
  f64,
  gt,
  i32,
  load,
  lt,
  min,
  ne,
  neg,
  select,
  shiftLeft,
  sub,
  toI32,
} from "./instructions.ts";

/** `held` and `arg` are cheap to repeat: locals. */
export function distanceCode(body: Body, latch: Latch, held: F64, arg: F64, series: SeriesPlace | undefined): F64 {
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
