/**
 * Products of dense row-major matrices, the work of all methods that go by blocks: in WebAssembly where it is to be had and the
 * product is large enough to be copied there, else by `multiply`. The bits are the same.
 */
import { exportsOf } from "../wasm/api.ts";
import { multiply } from "./multiply.ts";
import { productModule, tile, type ProductCall } from "./productKernel.ts";

/** A part of a row-major matrix: `rows` rows of `cols` numbers, the first at `at`, each `stride` after the one before. */
export interface Block {
  readonly data: Float64Array;
  readonly at: number;
  readonly stride: number;
  readonly rows: number;
  readonly cols: number;
}

/** Multiplications below which copying costs more than it saves. */
const worthwhile = 400;
/** Numbers, a gigabyte of them: addresses are signed integers of 32 bits. */
const most = 2 ** 27;

interface Kernel {
  readonly product: ProductCall;
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
}
/** Made for the first product that is worth it; false where it can't be. */
let kernel: Kernel | false | undefined;

/** A B, of rows x inner and inner x cols. */
export function product(a: Float64Array, b: Float64Array, rows: number, inner: number, cols: number): Float64Array {
  return blockProduct(whole(a, rows, inner), whole(b, inner, cols), false);
}

/** A B where that is symmetric, n x n, at half the work: rounding leaves it so to the last bit. */
export function symmetricProduct(a: Float64Array, b: Float64Array, n: number, inner: number): Float64Array {
  const c = blockProduct(whole(a, n, inner), whole(b, inner, n), true);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) c[j * n + i] = c[i * n + j]!;
  return c;
}

/** C - A B in C's place. */
export function subtractProduct(c: Block, a: Block, b: Block): void {
  const ab = blockProduct(a, b, false);
  for (let i = 0, at = 0; i < c.rows; i++) {
    for (let p = c.at + i * c.stride, end = p + c.cols; p < end; p++, at++) c.data[p]! -= ab[at]!;
  }
}

const whole = (data: Float64Array, rows: number, cols: number): Block => ({ data, at: 0, stride: cols, rows, cols });

function blockProduct(a: Block, b: Block, lower: boolean): Float64Array {
  const { rows, cols: inner } = a;
  const { cols } = b;
  const [height, width] = [Math.ceil(rows / tile) * tile, Math.ceil(cols / tile) * tile];
  const atB = height * inner;
  const atC = atB + inner * cols + tile;
  const strips = atC + height * width;
  const total = strips + inner * (height + tile);
  const large = rows * inner * cols >= worthwhile && total <= most;
  if (large) kernel ??= (exportsOf(productModule()) as Kernel | undefined) ?? false;
  if (!large || !kernel) return multiply(packed(a), packed(b), rows, inner, cols, lower);
  const { memory } = kernel;
  const missing = 8 * total - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  const room = new Float64Array(memory.buffer, 0, total);
  copy(a, room, 0);
  copy(b, room, atB);
  kernel.product(0, 8 * atB, 8 * atC, height, inner, width, cols, 8 * strips, lower ? 1 : 0);
  if (width === cols) return room.slice(atC, atC + rows * cols);
  const c = new Float64Array(rows * cols);
  copy({ data: room, at: atC, stride: width, rows, cols }, c, 0);
  return c;
}

const isPacked = ({ stride, cols }: Block): boolean => stride === cols;

function packed(block: Block): Float64Array {
  const { data, at, rows, cols } = block;
  if (isPacked(block)) return at === 0 ? data : data.subarray(at, at + rows * cols);
  const all = new Float64Array(rows * cols);
  copy(block, all, 0);
  return all;
}

function copy(block: Block, target: Float64Array, to: number): void {
  const { data, at, stride, rows, cols } = block;
  if (isPacked(block)) target.set(data.subarray(at, at + rows * cols), to);
  else for (let i = 0, p = at; i < rows; i++, p += stride) target.set(data.subarray(p, p + cols), to + i * cols);
}
