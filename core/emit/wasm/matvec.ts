/** Dense maps: y = M x over the memory, each row summed from its first column on, as the interpreter does. */
import type { Matvec } from "../../ir/ir.ts";
import { columnBlocks } from "../../sim/wasmProgram.ts";
import type { Bytes } from "../../wasm/bytes.ts";
import type { Body, Func, I32, Module, V128 } from "../../wasm/encoder.ts";
import {
  add,
  addI,
  addV,
  extractLane,
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
} from "../../wasm/instructions.ts";

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

/** Multiplies with `product`, which reads at `x` and writes at `y`, bytes: gathers before and scatters after where slots are apart. */
export function multiplySlots(
  step: Matvec,
  product: (x: number, y: number) => (to: Bytes) => void,
  x: number,
  y: number,
  padded = step.rows,
): (to: Bytes) => void {
  const zero: I32 = i32(0);
  const together = (slots: readonly number[]): boolean => slots.every((slot, k) => slot === slots[0]! + k);
  const [inPlace, outInPlace] = [together(step.from), together(step.to) && padded === step.rows];
  return (to) => {
    if (!inPlace) step.from.forEach((slot, j) => store(zero, x + 8 * j, load(zero, 8 * slot))(to));
    product(inPlace ? 8 * step.from[0]! : x, outInPlace ? 8 * step.to[0]! : y)(to);
    if (!outInPlace) step.to.forEach((slot, i) => store(zero, 8 * slot, load(zero, y + 8 * i))(to));
  };
}

/** Loads of a product that is written out without loops. Engines load all that they can at once, and what finds no register is spilled. */
const mostStraight = 12;

/**
 * (matrix, y, x, ...): the same for M of one size, in blocks of columns (columnBlocks, laid out by sim/wasmBeats.ts) read from front
 * to back: two rows a SIMD register, all sums of a block in registers, narrow blocks with several sums a row so that additions
 * need not wait for each other. x may stand in several places, with so many numbers in each.
 */
export function createColumnProducts(module: Module): (rows: number, cols: readonly number[]) => Func {
  const made = new Map<string, Func>();
  return (rows, cols) => {
    const key = `${rows} ${cols.join(" ")}`;
    if (!made.has(key)) made.set(key, addColumnProduct(module, rows, cols));
    return made.get(key)!;
  };
}

function addColumnProduct(module: Module, rows: number, cols: readonly number[]): Func {
  return module.add(["i32", "i32", ...cols.map(() => "i32" as const)], [], (body) => {
    const matrix = body.param(0, "i32");
    const y = body.param(1, "i32");
    const at = body.local("i32");
    const end = body.local("i32");
    const left = body.local("i32");
    const factor = body.local("v128");
    const sums = Array.from({ length: 8 }, () => body.local("v128"));
    if (rows === 1)
      return writeDot(
        body,
        matrix,
        y,
        cols.map((count, k) => ({ count, x: body.param(2 + k, "i32") })),
      );
    const widths = columnBlocks(rows);
    for (const width of new Set(widths)) {
      const pairs = width / 2;
      // Sums, entries and factors of as many columns at once stay in sixteen registers.
      const sets = pairs >= 5 ? 1 : pairs >= 3 ? 2 : 4;
      const columns = (count: number, fresh: boolean): void => {
        for (let j = 0; j < count; j++) {
          body.set(factor, loadSplat(at, 8 * j));
          for (let k = 0; k < pairs; k++) {
            const sum = sums[(j % sets) * pairs + k]!;
            const product = mulV(loadV(matrix, 16 * (j * pairs + k)), factor);
            body.set(sum, fresh && j < sets ? product : addV(sum, product));
          }
        }
        body.set(matrix, addI(matrix, i32(8 * width * count)));
      };
      const part = (count: number, x: I32, fresh: boolean): void => {
        const first = pairs * count <= mostStraight ? count : count % sets || Math.min(count, sets);
        body.set(at, x);
        columns(first, fresh);
        if (fresh) for (let k = pairs * Math.min(first, sets); k < pairs * sets; k++) body.set(sums[k]!, splat(f64(0)));
        if (first === count) return;
        body.set(at, addI(at, i32(8 * first)));
        body.set(end, addI(x, i32(8 * count)));
        body.loop((again) => {
          columns(sets, false);
          body.set(at, addI(at, i32(8 * sets)));
          body.branch(again, ltI(at, end));
        });
      };
      const block = (): void => {
        cols.forEach((count, k) => part(count, body.param(2 + k, "i32"), k === 0));
        for (let k = 0; k < pairs; k++) {
          const parts = Array.from({ length: sets }, (_, set): V128 => sums[set * pairs + k]!);
          body.run(
            storeV(
              y,
              16 * k,
              parts.reduce((sum, part) => addV(sum, part)),
            ),
          );
        }
        body.set(y, addI(y, i32(8 * width)));
      };
      body.set(left, i32(widths.filter((one) => one === width).length));
      body.loop((again) => {
        block();
        body.set(left, addI(left, i32(-1)));
        body.branch(again, left);
      });
    }
  });
}

/** One row: pairs of columns at once, several sums of them. */
function writeDot(body: Body, row: I32, y: I32, parts: readonly { readonly count: number; readonly x: I32 }[]): void {
  const sums = Array.from({ length: 4 }, () => body.local("v128"));
  const rest = body.local("f64");
  const at = body.local("i32");
  const ahead = body.local("i32");
  body.set(at, row);
  for (const { count, x } of parts) {
    const together = count - (count % 8);
    body.set(ahead, x);
    if (together > 0) {
      const end = body.local("i32");
      body.set(end, addI(x, i32(8 * together)));
      body.loop((again) => {
        sums.forEach((sum, k) => body.set(sum, addV(sum, mulV(loadV(at, 16 * k), loadV(ahead, 16 * k)))));
        body.set(at, addI(at, i32(64)));
        body.set(ahead, addI(ahead, i32(64)));
        body.branch(again, ltI(ahead, end));
      });
    }
    for (let j = 0; j < count - together; j++) body.set(rest, add(rest, mul(load(at, 8 * j), load(ahead, 8 * j))));
    body.set(at, addI(at, i32(8 * (count - together))));
  }
  const sum = body.local("v128");
  body.set(sum, addV(addV(sums[0]!, sums[1]!), addV(sums[2]!, sums[3]!)));
  body.run(store(y, 0, add(add(extractLane(sum, 0), extractLane(sum, 1)), rest)));
}
