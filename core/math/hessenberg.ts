/**
 * A = Q H Q' with Q orthogonal and H zero below its first subdiagonal, by Householder reflections. Every inner loop runs along
 * rows. Golub & Van Loan, "Matrix Computations", 7.4.2.
 */
import { identity } from "./dense.ts";

export interface Hessenberg {
  readonly H: Float64Array;
  /** Present where asked for. */
  readonly Q: Float64Array | undefined;
}

/** Of the n x n matrix a, which is left as it was. */
export function hessenberg(a: Float64Array, n: number, vectors: boolean): Hessenberg {
  const h = a.slice(0, n * n);
  // Reflection k is I - tau v v' on rows k + 1 and on; v is kept in row k of `reflectors`.
  const reflectors = new Float64Array(vectors ? n * n : n);
  const taus = new Float64Array(n);
  const sums = new Float64Array(n);
  const negligible = 1e-280 * h.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  for (let k = 0; k + 2 < n; k++) {
    const v = vectors ? reflectors.subarray(k * n, k * n + n) : reflectors;
    let largest = 0;
    for (let i = k + 2; i < n; i++) largest = Math.max(largest, Math.abs(h[i * n + k]!));
    // Too small for quotients to be exact, and nothing beside the rest.
    if (largest <= negligible) {
      for (let i = k + 2; i < n; i++) h[i * n + k] = 0;
      continue;
    }
    const alpha = h[(k + 1) * n + k]!;
    largest = Math.max(largest, Math.abs(alpha));
    let squares = 0;
    for (let i = k + 1; i < n; i++) squares += (h[i * n + k]! / largest) ** 2;
    const beta = -Math.sign(alpha || 1) * largest * Math.sqrt(squares);
    const tau = (beta - alpha) / beta;
    for (let i = k + 2; i < n; i++) v[i] = h[i * n + k]! / (alpha - beta);
    v[k + 1] = 1;
    taus[k] = tau;
    h[(k + 1) * n + k] = beta;
    for (let i = k + 2; i < n; i++) h[i * n + k] = 0;
    reflectRows(h, n, v, tau, k + 1, k + 1, sums);
    reflectColumns(h, n, v, tau, k + 1);
  }
  if (!vectors) return { H: h, Q: undefined };
  const q = identity(n);
  for (let k = n - 3; k >= 0; k--) {
    if (taus[k] !== 0) reflectRows(q, n, reflectors.subarray(k * n, k * n + n), taus[k]!, k + 1, k + 1, sums);
  }
  return { H: h, Q: q };
}

/** (I - tau v v') M for rows from `top` and columns from `left`. */
function reflectRows(
  m: Float64Array,
  n: number,
  v: Float64Array,
  tau: number,
  top: number,
  left: number,
  sums: Float64Array,
): void {
  sums.fill(0);
  // Three rows at a time, which is what keeps the registers busy.
  let i = top;
  for (; i + 2 < n; i += 3) {
    const [f, g, h] = [tau * v[i]!, tau * v[i + 1]!, tau * v[i + 2]!];
    for (let j = left, p = i * n + left, q = p + n, r = q + n; j < n; j++, p++, q++, r++) {
      sums[j]! += f * m[p]! + g * m[q]! + h * m[r]!;
    }
  }
  for (; i < n; i++) {
    const factor = tau * v[i]!;
    for (let j = left, p = i * n + left; j < n; j++, p++) sums[j]! += factor * m[p]!;
  }
  for (i = top; i + 2 < n; i += 3) {
    const [f, g, h] = [v[i]!, v[i + 1]!, v[i + 2]!];
    for (let j = left, p = i * n + left, q = p + n, r = q + n; j < n; j++, p++, q++, r++) {
      const sum = sums[j]!;
      m[p]! -= f * sum;
      m[q]! -= g * sum;
      m[r]! -= h * sum;
    }
  }
  for (; i < n; i++) {
    const factor = v[i]!;
    for (let j = left, p = i * n + left; j < n; j++, p++) m[p]! -= factor * sums[j]!;
  }
}

/** M (I - tau v v'), v beginning at `left`. */
function reflectColumns(m: Float64Array, n: number, v: Float64Array, tau: number, left: number): void {
  for (let i = 0; i + 2 < n; i += 3) {
    const first = i * n + left;
    let f = 0;
    let g = 0;
    let h = 0;
    for (let j = left, p = first, q = p + n, r = q + n; j < n; j++, p++, q++, r++) {
      const along = v[j]!;
      f += m[p]! * along;
      g += m[q]! * along;
      h += m[r]! * along;
    }
    f *= tau;
    g *= tau;
    h *= tau;
    for (let j = left, p = first, q = p + n, r = q + n; j < n; j++, p++, q++, r++) {
      const along = v[j]!;
      m[p]! -= f * along;
      m[q]! -= g * along;
      m[r]! -= h * along;
    }
  }
  for (let i = n - (n % 3); i < n; i++) {
    let sum = 0;
    for (let j = left, p = i * n + left; j < n; j++, p++) sum += m[p]! * v[j]!;
    sum *= tau;
    for (let j = left, p = i * n + left; j < n; j++, p++) m[p]! -= sum * v[j]!;
  }
}
