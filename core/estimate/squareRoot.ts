/**
 * One step of the covariance of a Kalman filter on factors, P = F'F with F upper triangular: orthogonal transformations only, so that P is
 * positive whatever the rounding, and its condition counts by its root. Kailath, Sayed, Hassibi, "Linear Estimation" (2000), 12.
 */
import { ldl } from "../math/ldl.ts";
import { triangle } from "../math/qr.ts";

/** F (n x n, row-major) with F'F = A for the semidefinite A at `at`; undefined where A is not semidefinite. */
export function factorOf(a: Float64Array, at: number, n: number): Float64Array | undefined {
  const l = new Float64Array(n * n);
  const d = new Float64Array(n);
  if (ldl(a, at, n, l, d) < 0) return undefined;
  const f = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) f[j * n + i] = l[i * n + j]! * Math.sqrt(d[j]!);
  return f;
}

/** F'F. */
export function squareOf(F: Float64Array, n: number, out: Float64Array): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += F[k * n + i]! * F[k * n + j]!;
      out[i * n + j] = sum;
      out[j * n + i] = sum;
    }
  }
}

/** The factor after q measurements with C (q x n) and the factor of R; L and K' as `updateCovariance` gives them. */
export function updateFactor(
  n: number,
  q: number,
  C: Float64Array,
  rootR: Float64Array,
  F: Float64Array,
  out: { readonly L: Float64Array; readonly K: Float64Array },
): Float64Array | undefined {
  const w = q + n;
  const stack = new Float64Array(w * w);
  for (let i = 0; i < q; i++) for (let j = 0; j < q; j++) stack[i * w + j] = rootR[i * q + j]!;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < q; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += F[i * n + k]! * C[j * n + k]!;
      stack[(q + i) * w + j] = sum;
    }
    for (let j = 0; j < n; j++) stack[(q + i) * w + q + j] = F[i * n + j]!;
  }
  const r = triangle(stack, w, w);
  const { L, K } = out;
  for (let i = 0; i < q; i++) {
    const sign = r[i * w + i]! < 0 ? -1 : 1;
    if (r[i * w + i] === 0 || Number.isNaN(r[i * w + i])) return undefined;
    for (let j = 0; j < q; j++) L[j * q + i] = j < i ? 0 : sign * r[i * w + j]!;
    for (let j = 0; j < n; j++) K[i * n + j] = sign * r[i * w + q + j]!;
  }
  for (let i = q - 1; i >= 0; i--) {
    for (let k = i + 1; k < q; k++) {
      const l = L[k * q + i]!;
      for (let j = 0; j < n; j++) K[i * n + j]! -= l * K[k * n + j]!;
    }
    for (let j = 0; j < n; j++) K[i * n + j]! /= L[i * q + i]!;
  }
  const kept = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) kept[i * n + j] = r[(q + i) * w + q + j]!;
  return kept;
}

/** The factor of A F'F A' + Q. */
export function predictFactor(n: number, A: Float64Array, F: Float64Array, rootQ: Float64Array): Float64Array {
  const stack = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += F[i * n + k]! * A[j * n + k]!;
      stack[i * n + j] = sum;
    }
  }
  stack.set(rootQ, n * n);
  return triangle(stack, 2 * n, n);
}
