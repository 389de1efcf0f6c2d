/**
 * A = Q H Q' with Q orthogonal and H zero below its first subdiagonal, by Householder reflections. Every inner loop runs along
 * rows. Golub & Van Loan, "Matrix Computations", 7.4.2.
 */
import { identity, largest } from "./dense.ts";
import { reflections } from "./reflections.ts";

export interface Hessenberg {
  readonly H: Float64Array;
  /** Present where asked for. */
  readonly Q: Float64Array | undefined;
}

/** Of the n x n matrix a, which is left as it was. */
export function hessenberg(a: Float64Array, n: number, vectors: boolean): Hessenberg {
  // H, the sums that reflections work with, and each reflection's v: that of step k in row k, from its place k + 1 on.
  const [sums, reflectors] = [n * n, n * n + n];
  const work = reflections(reflectors + n * n);
  const h = work.all;
  h.set(a.subarray(0, n * n));
  const taus = new Float64Array(n);
  const negligible = 1e-280 * largest(a);
  for (let k = 0; k + 2 < n; k++) {
    const v = reflectors + k * n;
    let most = 0;
    for (let i = k + 2; i < n; i++) most = Math.max(most, Math.abs(h[i * n + k]!));
    // Too small for quotients to be exact, and nothing beside the rest.
    if (most <= negligible) {
      for (let i = k + 2; i < n; i++) h[i * n + k] = 0;
      continue;
    }
    const alpha = h[(k + 1) * n + k]!;
    most = Math.max(most, Math.abs(alpha));
    let squares = 0;
    for (let i = k + 1; i < n; i++) squares += (h[i * n + k]! / most) ** 2;
    const beta = -Math.sign(alpha || 1) * most * Math.sqrt(squares);
    const tau = (beta - alpha) / beta;
    for (let i = k + 2; i < n; i++) h[v + i] = h[i * n + k]! / (alpha - beta);
    h[v + k + 1] = 1;
    taus[k] = tau;
    h[(k + 1) * n + k] = beta;
    for (let i = k + 2; i < n; i++) h[i * n + k] = 0;
    const order = n - k - 1;
    work.rows((k + 1) * (n + 1), n, order, order, v + k + 1, tau, sums);
    work.columns(k + 1, n, n, order, v + k + 1, tau);
  }
  const H = h.slice(0, n * n);
  if (!vectors) return { H, Q: undefined };
  h.set(identity(n));
  for (let k = n - 3; k >= 0; k--) {
    const order = n - k - 1;
    if (taus[k] !== 0) work.rows((k + 1) * (n + 1), n, order, order, reflectors + k * n + k + 1, taus[k]!, sums);
  }
  return { H, Q: h.slice(0, n * n) };
}
