/** Rows of numbers in a module: looking up a segment and a sample, as evaluate.ts does. */
import type { Body, F64, Func, Module } from "../../wasm/encoder.ts";
import {
  addI,
  eq,
  eqI,
  f64,
  fromI32,
  gtI,
  i32,
  le,
  load,
  ltI,
  select,
  shiftLeft,
  shiftRight,
  subI,
  toI32,
} from "../../wasm/instructions.ts";

/** (x, at, length) -> index of the last sample <= x, clamped to 0 .. length - 2. */
export function addFind(module: Module): Func {
  return module.add(["f64", "i32", "i32"], ["f64"], (body) => {
    const x = body.param(0, "f64");
    const at = body.param(1, "i32");
    const length = body.param(2, "i32");
    const low = body.local("i32");
    const high = body.local("i32");
    const middle = body.local("i32");
    body.set(high, select(gtI(length, i32(1)), subI(length, i32(1)), i32(1)));
    body.block((out) =>
      body.loop((again) => {
        body.branch(out, eqI(subI(high, low), i32(1)));
        body.set(middle, shiftRight(addI(low, high), i32(1)));
        body.when(
          le(load(addI(at, shiftLeft(middle, i32(3)))), x),
          () => body.set(low, middle),
          () => body.set(high, middle),
        );
        body.branch(again);
      }),
    );
    body.leave(fromI32(low));
  });
}

/** The sample at an index, which is clamped to the series; not a number where the index or the series is none. In line. */
export function cellAt(body: Body, index: F64, { at, length }: { readonly at: number; readonly length: number }): F64 {
  if (length === 0) return f64(Number.NaN);
  const given = body.local("f64");
  const whole = body.local("i32");
  const low = body.local("i32");
  const last = i32(length - 1);
  // Not negative; what is no number is 0 as an integer.
  const fromZero = select(gtI(whole, i32(0)), body.tee(whole, toI32(body.tee(given, index))), i32(0));
  const clamped = select(ltI(low, last), body.tee(low, fromZero), last);
  return select(eq(given, given), load(shiftLeft(clamped, i32(3)), at), f64(Number.NaN));
}
