/**
 * Householder reflections I - tau v v' of matrices that stay in one array while many are applied to them: in WebAssembly's memory where
 * there is such and they are large enough, which is four times as fast, else in an array of our own. The bits are the same.
 */
import { exportsOf } from "../wasm/api.ts";
import { reflectionModule, type ReflectionCalls } from "./reflectionKernel.ts";

/** Places and strides count numbers in `all`. */
export interface Reflections {
  /** As many numbers as were asked for, 0 at first; another's after the next call of `reflections`. */
  readonly all: Float64Array;
  /** (I - tau v v') M of rows x cols, v being `rows` numbers from `v` on; `sums` is the place of `cols` numbers to work with. */
  rows(at: number, stride: number, rows: number, cols: number, v: number, tau: number, sums: number): void;
  /** M (I - tau v v') of rows x cols, v being `cols` numbers. */
  columns(at: number, stride: number, rows: number, cols: number, v: number, tau: number): void;
  /** Of three rows, with v = (1, v1, v2). */
  rows3(at: number, stride: number, cols: number, tau: number, v1: number, v2: number): void;
  /** Of three columns. */
  columns3(at: number, stride: number, rows: number, tau: number, v1: number, v2: number): void;
}

/** Numbers below which calls cost more than they save: a matrix of order 12. */
const worthwhile = 144;

type Kernel = ReflectionCalls & { readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number } };
/** Made when it is first worth it; false where it can't be. */
let kernel: Kernel | false | undefined;

/** Room for `size` numbers and the reflections in it. */
export function reflections(size: number): Reflections {
  if (size >= worthwhile) kernel ??= (exportsOf(reflectionModule()) as Kernel | undefined) ?? false;
  return size >= worthwhile && kernel ? inWebAssembly(kernel, size) : inArray(new Float64Array(size));
}

function inWebAssembly({ memory, rows, columns, rows3, columns3 }: Kernel, size: number): Reflections {
  const missing = 8 * size - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  return {
    all: new Float64Array(memory.buffer, 0, size).fill(0),
    rows: (at, stride, height, cols, v, tau, sums) => rows(8 * at, 8 * stride, height, cols, 8 * v, tau, 8 * sums),
    columns: (at, stride, height, cols, v, tau) => columns(8 * at, 8 * stride, height, cols, 8 * v, tau),
    rows3: (at, stride, cols, tau, v1, v2) => rows3(8 * at, 8 * stride, cols, tau, v1, v2),
    columns3: (at, stride, height, tau, v1, v2) => columns3(8 * at, 8 * stride, height, tau, v1, v2),
  };
}

/** In JavaScript. Four rows at a time keep the registers busy; even and odd columns are summed apart, as two lanes do. */
function inArray(m: Float64Array): Reflections {
  return {
    all: m,
    rows(at, stride, rows, cols, v, tau, sums) {
      m.fill(0, sums, sums + cols);
      let i = 0;
      for (; i + 3 < rows; i += 4) {
        const [e, f, g, h] = [tau * m[v + i]!, tau * m[v + i + 1]!, tau * m[v + i + 2]!, tau * m[v + i + 3]!];
        for (let j = sums, p = at + i * stride, q = p + stride, r = q + stride, s = r + stride; j < sums + cols; j++) {
          m[j]! += e * m[p++]! + f * m[q++]! + g * m[r++]! + h * m[s++]!;
        }
      }
      for (; i < rows; i++) {
        const factor = tau * m[v + i]!;
        for (let j = sums, p = at + i * stride; j < sums + cols; j++) m[j]! += factor * m[p++]!;
      }
      for (i = 0; i < rows; i++) {
        const factor = m[v + i]!;
        for (let j = sums, p = at + i * stride; j < sums + cols; j++, p++) m[p]! -= factor * m[j]!;
      }
    },
    columns(at, stride, rows, cols, v, tau) {
      const pairs = v + cols - (cols % 2);
      for (let i = 0, row = at; i < rows; i++, row += stride) {
        let even = 0;
        let odd = 0;
        for (let j = v, p = row; j < pairs; j += 2, p += 2) {
          even += m[p]! * m[j]!;
          odd += m[p + 1]! * m[j + 1]!;
        }
        let sum = even + odd;
        if (cols % 2 === 1) sum += m[row + cols - 1]! * m[pairs]!;
        sum *= tau;
        for (let j = v, p = row; j < v + cols; j++, p++) m[p]! -= sum * m[j]!;
      }
    },
    rows3(at, stride, cols, tau, v1, v2) {
      const t1 = tau * v1;
      const t2 = tau * v2;
      for (let p = at, q = p + stride, r = q + stride; p < at + cols; p++, q++, r++) {
        const sum = m[p]! + v1 * m[q]! + v2 * m[r]!;
        m[p]! -= sum * tau;
        m[q]! -= sum * t1;
        m[r]! -= sum * t2;
      }
    },
    columns3(at, stride, rows, tau, v1, v2) {
      const t1 = tau * v1;
      const t2 = tau * v2;
      for (let i = 0, p = at; i < rows; i++, p += stride) {
        const sum = m[p]! + v1 * m[p + 1]! + v2 * m[p + 2]!;
        m[p]! -= sum * tau;
        m[p + 1]! -= sum * t1;
        m[p + 2]! -= sum * t2;
      }
    },
  };
}
