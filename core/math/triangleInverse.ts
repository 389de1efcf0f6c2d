/** What is well conditioned needs no singular values. */
import { frobenius } from "./dense.ts";

/** The inverse of a lower triangular matrix, n x n, whose condition (by Frobenius norms, so no less than by singular values) is below `limit`. */
export function triangleInverse(T: Float64Array, n: number, limit: number): Float64Array | undefined {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const pivot = T[i * n + i]!;
    if (pivot === 0) return undefined;
    for (let k = 0; k < i; k++) {
      const factor = T[i * n + k]!;
      for (let j = 0; j <= k; j++) inverse[i * n + j]! -= factor * inverse[k * n + j]!;
    }
    for (let j = 0; j < i; j++) inverse[i * n + j]! /= pivot;
    inverse[i * n + i] = 1 / pivot;
  }
  return frobenius(T) * frobenius(inverse) < limit ? inverse : undefined;
}
