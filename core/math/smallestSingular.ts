/** The smallest singular value of a tall matrix and its right vector, by inverse iteration on a triangular factor. */
import { triangle } from "./qr.ts";

/** Of a, rows x columns, row-major, with no fewer rows than columns: value = |a right| for right of length 1. */
export function smallestSingular(
  a: Float64Array,
  rows: number,
  columns: number,
): { readonly value: number; readonly right: Float64Array } {
  const n = columns;
  const r = triangle(a, rows, columns);
  const size = r.reduce((top, v) => Math.max(top, Math.abs(v)), 0);
  if (size === 0) return { value: 0, right: Float64Array.from({ length: n }, (_, i) => (i === 0 ? 1 : 0)) };
  // A pivot of 0 would end the iteration at once; one of the size of rounding says the same.
  for (let i = 0; i < n; i++) if (Math.abs(r[i * n + i]!) < 1e-17 * size) r[i * n + i] = 1e-17 * size || 1;
  let v = Float64Array.from({ length: n }, (_, i) => 1 + ((i * 7919) % 97) / 97);
  for (let pass = 0; pass < 8; pass++) {
    const z = v;
    // R'R z = v.
    for (let i = 0; i < n; i++) {
      z[i]! /= r[i * n + i]!;
      for (let j = i + 1; j < n; j++) z[j]! -= r[i * n + j]! * z[i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let j = i + 1; j < n; j++) z[i]! -= r[i * n + j]! * z[j]!;
      z[i]! /= r[i * n + i]!;
    }
    const largest = z.reduce((top, c) => Math.max(top, Math.abs(c)), 0);
    const scaled = z.map((c) => c / largest);
    const length = Math.sqrt(scaled.reduce((sum, c) => sum + c * c, 0));
    v = scaled.map((c) => c / length);
  }
  // |a right| itself: the quotients of the iteration square the rounding.
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    let along = 0;
    for (let j = 0; j < n; j++) along += a[i * n + j]! * v[j]!;
    sum += along * along;
  }
  return { value: Math.sqrt(sum), right: v };
}
