/** Rows of numbers in a module: looking up a segment and a sample, as evaluate.ts does. */
import type { Func, Module } from "./encoder.ts";
import {
  addI,
  eqI,
  f64,
  gtI,
  i32,
  le,
  load,
  max,
  min,
  ne,
  select,
  shiftLeft,
  shiftRight,
  sub,
  subI,
  toI32,
  fromI32,
  trunc,
} from "./instructions.ts";

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

/** (index, at, length) -> that sample, the index clamped to the series; not a number where the index or the series is none. */
export function addCell(module: Module): Func {
  return module.add(["f64", "i32", "i32"], ["f64"], (body) => {
    const index = body.param(0, "f64");
    const at = body.param(1, "i32");
    const length = body.param(2, "i32");
    body.when(ne(index, index), () => body.leave(f64(Number.NaN)));
    body.when(eqI(length, i32(0)), () => body.leave(f64(Number.NaN)));
    const clamped = min(max(trunc(index), f64(0)), sub(fromI32(length), f64(1)));
    body.leave(load(addI(at, shiftLeft(toI32(clamped), i32(3)))));
  });
}
