/** Integrals of the matrix exponential over a step: of what is held, and of what is weighed or made by noise. Van Loan (1978). */
import { expm } from "./expm.ts";

/**
 * Phi = e^(A h), Gamma = the integral of e^(A s) B and W = that of e^(A s) Q e^(A' s), 0 to h. One exponential of [-A Q; 0 A'] for a short
 * part of h in which e^(-A s) is harmless, then doubled: W(2h) = W + Phi W Phi' only adds what is positive.
 */
export function vanLoan(
  A: Float64Array,
  B: Float64Array | undefined,
  Q: Float64Array,
  n: number,
  m: number,
  h: number,
): { readonly Phi: Float64Array; readonly Gamma: Float64Array; readonly W: Float64Array } {
  let size = 0;
  for (const v of A) size = Math.max(size, Math.abs(v));
  const halvings = Math.max(0, Math.ceil(Math.log2(n * size * h)));
  const s = h / 2 ** halvings;
  const w = 2 * n;
  const big = new Float64Array(w * w);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      big[i * w + j] = -A[i * n + j]! * s;
      big[i * w + n + j] = Q[i * n + j]! * s;
      big[(n + i) * w + n + j] = A[j * n + i]! * s;
    }
  }
  const e = expm(big, w);
  const wide = n + m;
  const held = new Float64Array(wide * wide);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) held[i * wide + j] = A[i * n + j]! * s;
    for (let j = 0; j < m; j++) held[i * wide + n + j] = B![i * m + j]! * s;
  }
  const both = expm(held, wide);
  let Phi = new Float64Array(n * n);
  let Gamma = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) Phi[i * n + j] = both[i * wide + j]!;
    for (let j = 0; j < m; j++) Gamma[i * m + j] = both[i * wide + n + j]!;
  }
  // The upper right block is e^(-A s) W.
  let W = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) W[i * n + j]! += Phi[i * n + k]! * e[k * w + n + j]!;
  }
  for (let half = 0; half < halvings; half++) {
    const carried = sandwich(Phi, W, n);
    W = W.map((v, i) => v + carried[i]!);
    const moved = times(Phi, Gamma, n, n, m);
    Gamma = Gamma.map((v, i) => v + moved[i]!);
    Phi = times(Phi, Phi, n, n, n);
  }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) W[j * n + i] = W[i * n + j] = (W[i * n + j]! + W[j * n + i]!) / 2;
  return { Phi, Gamma, W };
}

function times(a: Float64Array, b: Float64Array, rows: number, inner: number, cols: number): Float64Array<ArrayBuffer> {
  const c = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++)
      for (let j = 0; j < cols; j++) c[i * cols + j]! += a[i * inner + k]! * b[k * cols + j]!;
  }
  return c;
}

/** P W P'. */
function sandwich(P: Float64Array, W: Float64Array, n: number): Float64Array {
  const PW = times(P, W, n, n, n);
  const all = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) all[i * n + j]! += PW[i * n + k]! * P[j * n + k]!;
  }
  return all;
}
