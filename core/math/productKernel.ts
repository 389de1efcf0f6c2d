/**
 * The product of two matrices as WebAssembly: both are copied into strips, of four rows and of four columns, and the 4 x 4 sums of two
 * strips stay in eight SIMD registers. That is 20 GFlop/s where loops in JavaScript reach 4. After Goto & van de Geijn, "Anatomy of
 * high-performance matrix multiplication" (2008). Every entry is summed from its first term on, so that the bits are those of multiply.ts.
 */
import { createModule, type Body } from "../wasm/encoder.ts";
import {
  addI,
  addV,
  f64,
  i32,
  load,
  loadSplat,
  loadV,
  ltI,
  mulI,
  mulV,
  shiftLeft,
  splat,
  store,
  storeV,
  subI,
} from "../wasm/instructions.ts";

/** Rows and columns of a strip. */
export const tile = 4;

/** `rows` and `cols` are multiples of `tile`, `width` is how long a row of B is; all row-major, numbers one after the other. */
export type ProductCall = (
  /** Addresses in bytes: of A, B, C. Three numbers beyond B's end are read, and A has `rows` rows though the last ones be anything. */
  a: number,
  b: number,
  c: number,
  rows: number,
  inner: number,
  cols: number,
  width: number,
  /** Address of room for inner (rows + tile) numbers. */
  strips: number,
  /** 1: tiles above the diagonal are left as they were; else 0. */
  lower: number,
) => void;

/** Bytes of a module that exports `product`, a ProductCall, and its `memory`. */
export function productModule(): Uint8Array<ArrayBuffer> {
  const module = createModule();
  const params = Array.from({ length: 9 }, () => "i32" as const);
  module.exportFunction("product", module.add(params, [], writeProduct));
  return module.finish(0);
}

function writeProduct(body: Body): void {
  const a = body.param(0, "i32");
  const b = body.param(1, "i32");
  const c = body.param(2, "i32");
  const rows = body.param(3, "i32");
  const inner = body.param(4, "i32");
  const cols = body.param(5, "i32");
  const width = body.param(6, "i32");
  const strips = body.param(7, "i32");
  const lower = body.param(8, "i32");
  const at = body.local("i32");
  const to = body.local("i32");
  const end = body.local("i32");
  const stride = body.local("i32");
  const left = body.local("i32");
  const strip = body.local("i32");
  const panel = body.local("i32");
  const panelEnd = body.local("i32");
  const panels = body.local("i32");
  const first = body.local("i32");
  const out = body.local("i32");
  const sums = Array.from({ length: 2 * tile }, () => body.local("v128"));
  const one = body.local("v128");
  const other = body.local("v128");
  const factor = body.local("v128");

  // A's strips: of each column the four numbers together.
  body.set(stride, shiftLeft(inner, i32(3)));
  body.set(to, strips);
  body.set(left, rows);
  body.loop((again) => {
    body.set(at, a);
    body.set(end, addI(a, stride));
    body.loop((next) => {
      for (let r = 0; r < tile; r++) body.run(store(to, 8 * r, load(addI(at, mulI(stride, i32(r))))));
      body.set(to, addI(to, i32(8 * tile)));
      body.set(at, addI(at, i32(8)));
      body.branch(next, ltI(at, end));
    });
    body.set(a, addI(a, mulI(stride, i32(tile))));
    body.set(left, subI(left, i32(tile)));
    body.branch(again, left);
  });

  body.set(panel, to);
  body.set(panelEnd, addI(panel, shiftLeft(inner, i32(5))));
  body.set(first, i32(0));
  body.set(panels, cols);
  body.loop((nextPanel) => {
    body.set(stride, shiftLeft(width, i32(3)));
    body.set(at, b);
    body.set(to, panel);
    body.loop((next) => {
      body.run(storeV(to, 0, loadV(at)));
      body.run(storeV(to, 16, loadV(at, 16)));
      body.set(to, addI(to, i32(8 * tile)));
      body.set(at, addI(at, stride));
      body.branch(next, ltI(to, panelEnd));
    });
    body.set(stride, shiftLeft(cols, i32(3)));
    body.set(strip, addI(strips, mulI(first, shiftLeft(inner, i32(3)))));
    body.set(out, addI(c, mulI(first, stride)));
    body.set(left, subI(rows, first));
    body.loop((nextStrip) => {
      for (const sum of sums) body.set(sum, splat(f64(0)));
      body.set(at, panel);
      body.loop((next) => {
        body.set(one, loadV(at));
        body.set(other, loadV(at, 16));
        for (let r = 0; r < tile; r++) {
          const [p, q] = [sums[2 * r]!, sums[2 * r + 1]!];
          body.set(factor, loadSplat(strip, 8 * r));
          body.set(p, addV(p, mulV(one, factor)));
          body.set(q, addV(q, mulV(other, factor)));
        }
        body.set(strip, addI(strip, i32(8 * tile)));
        body.set(at, addI(at, i32(8 * tile)));
        body.branch(next, ltI(at, panelEnd));
      });
      for (let r = 0; r < tile; r++) {
        body.run(storeV(out, 0, sums[2 * r]!));
        body.run(storeV(out, 16, sums[2 * r + 1]!));
        body.set(out, addI(out, stride));
      }
      body.set(left, subI(left, i32(tile)));
      body.branch(nextStrip, left);
    });
    body.set(b, addI(b, i32(8 * tile)));
    body.set(c, addI(c, i32(8 * tile)));
    body.when(lower, () => body.set(first, addI(first, i32(tile))));
    body.set(panels, subI(panels, i32(tile)));
    body.branch(nextPanel, panels);
  });
}
