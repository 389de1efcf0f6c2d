/**
 * LU factors and solutions with many right-hand sides by halves: most of the work is products, several times as fast as row by row where
 * the matrix is large. Toledo, "Locality of reference in LU decomposition with partial pivoting" (1997). What lu.ts says of factors holds.
 */
import { norm1, type Lu } from "./lu.ts";
import { subtractProduct, type Block } from "./product.ts";

/** Columns that are factored, and rows that are solved, one by one. */
const narrow = 16;

/** Factors of the n x n matrix a, which is left as it was. */
export function luByBlocks(a: Float64Array, n: number): Lu {
  const factors = a.slice(0, n * n);
  const pivots = new Int32Array(n);
  const regular = factorColumns(factors, n, pivots, 0, n);
  return { n, factors, pivots, norm: norm1(a, n, n), singular: !regular };
}

/** Columns `from` to `to` on and below the diagonal, the ones before them being done; false where a pivot is 0 or not a number. */
function factorColumns(f: Float64Array, n: number, pivots: Int32Array, from: number, to: number): boolean {
  if (to - from <= narrow) return factorNarrow(f, n, pivots, from, to);
  const middle = (from + to) >> 1;
  const first = factorColumns(f, n, pivots, from, middle);
  exchangeRows(f, n, middle, to, pivots, from, middle);
  solveLower(f, n, from, middle, part(f, n, from, middle, middle, to));
  subtractProduct(
    part(f, n, middle, n, middle, to),
    part(f, n, middle, n, from, middle),
    part(f, n, from, middle, middle, to),
  );
  const second = factorColumns(f, n, pivots, middle, to);
  exchangeRows(f, n, from, middle, pivots, middle, to);
  return first && second;
}

function factorNarrow(f: Float64Array, n: number, pivots: Int32Array, from: number, to: number): boolean {
  let regular = true;
  for (let k = from; k < to; k++) {
    let p = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(f[i * n + k]!) > Math.abs(f[p * n + k]!)) p = i;
    pivots[k] = p;
    exchangeRows(f, n, from, to, pivots, k, k + 1);
    const pivot = f[k * n + k]!;
    if (!(Math.abs(pivot) > 0) || !Number.isFinite(pivot)) {
      regular = false;
      continue;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = f[i * n + k]! / pivot;
      f[i * n + k] = factor;
      if (factor === 0) continue;
      for (let j = k + 1, p = i * n + j, q = k * n + j; j < to; j++, p++, q++) f[p]! -= factor * f[q]!;
    }
  }
  return regular;
}

/** In columns left to right, the exchanges of steps `from` to `to`. */
function exchangeRows(
  f: Float64Array,
  width: number,
  left: number,
  right: number,
  pivots: Int32Array,
  from: number,
  to: number,
): void {
  for (let k = from; k < to; k++) {
    const p = pivots[k]!;
    if (p === k) continue;
    for (let c = left, u = k * width + left, v = p * width + left; c < right; c++, u++, v++) {
      const held = f[u]!;
      f[u] = f[v]!;
      f[v] = held;
    }
  }
}

/** Solves A X = B in place, B having `cols` columns, row-major. */
export function solveByBlocks({ n, factors, pivots }: Lu, b: Float64Array, cols: number): void {
  exchangeRows(b, cols, 0, cols, pivots, 0, n);
  const all: Block = { data: b, at: 0, stride: cols, rows: n, cols };
  solveLower(factors, n, 0, n, all);
  solveUpper(factors, n, 0, n, all);
}

/** L X = B for rows `from` to `to` of L, which are those of the block x. */
function solveLower(f: Float64Array, n: number, from: number, to: number, x: Block): void {
  if (to - from > narrow) {
    const middle = (from + to) >> 1;
    const [top, bottom] = halves(x, middle - from);
    solveLower(f, n, from, middle, top);
    subtractProduct(bottom, part(f, n, middle, to, from, middle), top);
    return solveLower(f, n, middle, to, bottom);
  }
  for (let i = from + 1; i < to; i++) for (let j = from; j < i; j++) subtractRow(x, i - from, f[i * n + j]!, j - from);
}

/** U X = B likewise. */
function solveUpper(f: Float64Array, n: number, from: number, to: number, x: Block): void {
  if (to - from > narrow) {
    const middle = (from + to) >> 1;
    const [top, bottom] = halves(x, middle - from);
    solveUpper(f, n, middle, to, bottom);
    subtractProduct(top, part(f, n, from, middle, middle, to), bottom);
    return solveUpper(f, n, from, middle, top);
  }
  for (let i = to - 1; i >= from; i--) {
    for (let j = i + 1; j < to; j++) subtractRow(x, i - from, f[i * n + j]!, j - from);
    const diagonal = f[i * n + i]!;
    for (let p = x.at + (i - from) * x.stride, end = p + x.cols; p < end; p++) x.data[p]! /= diagonal;
  }
}

/** Row i of the block less a multiple of its row j. */
function subtractRow({ data, at, stride, cols }: Block, i: number, factor: number, j: number): void {
  if (factor === 0) return;
  for (let p = at + i * stride, q = at + j * stride, end = p + cols; p < end; p++, q++) data[p]! -= factor * data[q]!;
}

function part(f: Float64Array, n: number, top: number, bottom: number, left: number, right: number): Block {
  return { data: f, at: top * n + left, stride: n, rows: bottom - top, cols: right - left };
}

function halves(x: Block, rows: number): [Block, Block] {
  return [
    { ...x, rows },
    { ...x, at: x.at + rows * x.stride, rows: x.rows - rows },
  ];
}
