/** Dense maps: y = M x over the memory, each row summed from its first column on, as the interpreter does. */
import type { Matvec } from "../../ir/ir.ts";
import { columnBlocks } from "../../sim/wasmProgram.ts";
import type { Bytes } from "./bytes.ts";
import type { Func, I32, Module } from "./encoder.ts";
import {
  add,
  addI,
  addV,
  call,
  f64,
  i32,
  load,
  loadSplat,
  loadV,
  ltI,
  mul,
  mulI,
  mulV,
  not,
  shiftLeft,
  splat,
  store,
  storeV,
} from "./instructions.ts";

/** (matrix, rows, cols, x, y): M row-major, four rows at a time, so that four sums are under way at once. */
export function addMultiply(module: Module): Func {
  return module.add(["i32", "i32", "i32", "i32", "i32"], [], (body) => {
    const row = body.param(0, "i32");
    const rows = body.param(1, "i32");
    const cols = body.param(2, "i32");
    const x = body.param(3, "i32");
    const y = body.param(4, "i32");
    const stride = body.local("i32");
    const end = body.local("i32");
    const at = body.local("i32");
    const factor = body.local("f64");
    const sums = [0, 1, 2, 3].map(() => body.local("f64"));
    const lines = [0, 1, 2, 3].map(() => body.local("i32"));
    body.set(stride, shiftLeft(cols, i32(3)));

    const block = (width: number): void => {
      const used = sums.slice(0, width);
      lines.slice(0, width).forEach((line, k) => body.set(line, k === 0 ? row : addI(lines[k - 1]!, stride)));
      for (const sum of used) body.set(sum, f64(0));
      body.set(at, i32(0));
      body.set(end, stride);
      body.block((out) =>
        body.loop((again) => {
          body.branch(out, not(ltI(at, end)));
          body.set(factor, load(addI(x, at)));
          used.forEach((sum, k) => body.set(sum, add(sum, mul(load(addI(lines[k]!, at)), factor))));
          body.set(at, addI(at, i32(8)));
          body.branch(again);
        }),
      );
      used.forEach((sum, k) => body.run(store(y, 8 * k, sum)));
      body.set(row, addI(row, mulI(stride, i32(width))));
      body.set(y, addI(y, i32(8 * width)));
      body.set(rows, addI(rows, i32(-width)));
    };
    for (const width of [4, 1]) {
      body.block((out) =>
        body.loop((again) => {
          body.branch(out, ltI(rows, i32(width)));
          block(width);
          body.branch(again);
        }),
      );
    }
  });
}

/** Gathers, multiplies, scatters: `matrix` is where M stands, `x` and `y` are areas that are nobody's in between; bytes. */
export function multiplySlots(
  step: Matvec,
  multiply: Func,
  matrix: number,
  rows: number,
  x: number,
  y: number,
): (to: Bytes) => void {
  const zero: I32 = i32(0);
  return (to) => {
    step.from.forEach((slot, j) => store(zero, x + 8 * j, load(zero, 8 * slot))(to));
    call(multiply, i32(matrix), i32(rows), i32(step.cols), i32(x), i32(y))(to);
    step.to.forEach((slot, i) => store(zero, 8 * slot, load(zero, y + 8 * i))(to));
  };
}

/**
 * (matrix, rows, cols, x, y): the same with M in blocks of columns (sim/wasmBeats.ts lays them out), two rows a SIMD register and
 * up to sixteen at once, read from front to back. Rows are even in number.
 */
export function addMultiplyColumns(module: Module): Func {
  return module.add(["i32", "i32", "i32", "i32", "i32"], [], (body) => {
    const matrix = body.param(0, "i32");
    const rows = body.param(1, "i32");
    const cols = body.param(2, "i32");
    const x = body.param(3, "i32");
    const y = body.param(4, "i32");
    const at = body.local("i32");
    const end = body.local("i32");
    const factor = body.local("v128");
    const sums = Array.from({ length: columnBlocks[0] / 2 }, () => body.local("v128"));
    body.set(end, addI(x, shiftLeft(cols, i32(3))));
    for (const width of columnBlocks) {
      const used = sums.slice(0, width / 2);
      body.block((out) =>
        body.loop((again) => {
          body.branch(out, ltI(rows, i32(width)));
          for (const sum of used) body.set(sum, splat(f64(0)));
          body.set(at, x);
          body.block((done) =>
            body.loop((more) => {
              body.branch(done, not(ltI(at, end)));
              body.set(factor, loadSplat(at));
              used.forEach((sum, k) => body.set(sum, addV(sum, mulV(loadV(matrix, 16 * k), factor))));
              body.set(matrix, addI(matrix, i32(8 * width)));
              body.set(at, addI(at, i32(8)));
              body.branch(more);
            }),
          );
          used.forEach((sum, k) => body.run(storeV(y, 16 * k, sum)));
          body.set(y, addI(y, i32(8 * width)));
          body.set(rows, addI(rows, i32(-width)));
          body.branch(again);
        }),
      );
    }
  });
}
