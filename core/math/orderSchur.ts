/**
 * Brings chosen eigenvalues of a real Schur form to the top, by exchanging neighbouring blocks of order 1 or 2: Bai & Demmel, "On
 * swapping diagonal blocks in real Schur form" (1993). An exchange that would not be orthogonal to rounding is refused.
 */
import { luFactor, luSolve } from "./lu.ts";
import { standardize } from "./schur.ts";
import type { Schur } from "./schur.ts";

/**
 * Overwrites T and Z of `schur`, which must have Z. Gives back how many eigenvalues stand at the top, in pairs where they are
 * complex; undefined where two blocks are too close to be exchanged.
 */
export function orderSchur(schur: Schur, wanted: (re: number, im: number) => boolean): number | undefined {
  const { n, T: t, Z: z } = schur;
  let top = 0;
  for (let k = 0; k < n;) {
    const size = blockSize(t, n, k);
    const im = size === 2 ? Math.sqrt(Math.abs(t[k * n + k + 1]! * t[(k + 1) * n + k]!)) : 0;
    if (wanted(t[k * n + k]!, im)) {
      for (let at = k; at > top;) {
        const before = at > 1 && t[(at - 1) * n + at - 2] !== 0 ? 2 : 1;
        if (!exchange(t, z, n, at - before, before, blockSize(t, n, at))) return undefined;
        at -= before;
      }
      top += size;
    }
    k += size;
  }
  return top;
}

const blockSize = (t: Float64Array, n: number, k: number): number => (k + 1 < n && t[(k + 1) * n + k] !== 0 ? 2 : 1);

/** Blocks of order p at k and q behind it. */
function exchange(t: Float64Array, z: Float64Array | undefined, n: number, k: number, p: number, q: number): boolean {
  const size = p + q;
  const entry = (i: number, j: number): number => t[(k + i) * n + k + j]!;
  // T11 X - X T22 = -T12: the columns of [X; I] span what belongs to T22.
  const system = new Float64Array(p * q * p * q);
  const x = new Float64Array(p * q);
  for (let r = 0; r < p; r++) {
    for (let c = 0; c < q; c++) {
      const row = (r * q + c) * p * q;
      for (let l = 0; l < p; l++) system[row + l * q + c]! += entry(r, l);
      for (let d = 0; d < q; d++) system[row + r * q + d]! -= entry(p + d, p + c);
      x[r * q + c] = -entry(r, p + c);
    }
  }
  const lu = luFactor(system, p * q);
  if (lu.singular) return false;
  luSolve(lu, x);
  if (!x.every(Number.isFinite)) return false;
  const basis = new Float64Array(size * q);
  basis.set(x);
  for (let c = 0; c < q; c++) basis[(p + c) * q + c] = 1;
  const o = orthogonal(basis, size, q);
  const block = new Float64Array(size * size);
  let norm = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      norm = Math.max(norm, Math.abs(entry(i, j)));
      for (let a = 0; a < size; a++)
        for (let b = 0; b < size; b++) block[i * size + j]! += o[a * size + i]! * entry(a, b) * o[b * size + j]!;
    }
  }
  for (let i = q; i < size; i++) {
    for (let j = 0; j < q; j++)
      if (!(Math.abs(block[i * size + j]!) <= 20 * 2.220446049250313e-16 * norm)) return false;
  }
  rotate(t, n, k, o, size);
  for (let i = q; i < size; i++) for (let j = 0; j < q; j++) t[(k + i) * n + k + j] = 0;
  if (z) rotateColumns(z, n, k, o, size);
  if (q === 2) standardize(t, z, n, k);
  if (p === 2) standardize(t, z, n, k + q);
  return true;
}

/** O' T O on rows and columns from k. */
function rotate(t: Float64Array, n: number, k: number, o: Float64Array, size: number): void {
  const held = new Float64Array(size);
  for (let j = k; j < n; j++) {
    for (let a = 0; a < size; a++) held[a] = t[(k + a) * n + j]!;
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let a = 0; a < size; a++) sum += o[a * size + i]! * held[a]!;
      t[(k + i) * n + j] = sum;
    }
  }
  rotateColumns(t, k + size, k, o, size, n);
}

function rotateColumns(t: Float64Array, rows: number, k: number, o: Float64Array, size: number, n = rows): void {
  const held = new Float64Array(size);
  for (let i = 0; i < rows; i++) {
    const row = i * n + k;
    for (let a = 0; a < size; a++) held[a] = t[row + a]!;
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let a = 0; a < size; a++) sum += held[a]! * o[a * size + j]!;
      t[row + j] = sum;
    }
  }
}

/** A square orthogonal matrix whose first columns span those of a (rows x cols), by Householder reflections. */
function orthogonal(a: Float64Array, rows: number, cols: number): Float64Array {
  const o = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) o[i * rows + i] = 1;
  for (let c = 0; c < cols; c++) {
    let length = 0;
    for (let i = c; i < rows; i++) length = Math.hypot(length, a[i * cols + c]!);
    if (length === 0) continue;
    const v = new Float64Array(rows);
    for (let i = c; i < rows; i++) v[i] = a[i * cols + c]!;
    v[c]! += v[c]! >= 0 ? length : -length;
    const squares = v.reduce((sum, w) => sum + w * w, 0);
    for (let j = c; j < cols; j++) {
      let along = 0;
      for (let i = c; i < rows; i++) along += v[i]! * a[i * cols + j]!;
      for (let i = c; i < rows; i++) a[i * cols + j]! -= (2 * along * v[i]!) / squares;
    }
    for (let i = 0; i < rows; i++) {
      let along = 0;
      for (let j = c; j < rows; j++) along += o[i * rows + j]! * v[j]!;
      for (let j = c; j < rows; j++) o[i * rows + j]! -= (2 * along * v[j]!) / squares;
    }
  }
  return o;
}
