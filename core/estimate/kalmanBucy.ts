/**
 * A continuous plant measured at instants: x' = A x + B u + G w with white noise of intensity Q becomes, over each interval, an exact discrete
 * model that the Kalman filter takes, so that sampling may be irregular. Van Loan, "Computing integrals involving the matrix exponential"
 * (1978); Kalman & Bucy (1961).
 */
import { flatOf, type Dense, type LinearGaussian } from "./linearGaussian.ts";
import { toMatrix } from "../math/dense.ts";
import { expm } from "../math/expm.ts";
import type { Matrix } from "ml-matrix";

/** y = C x + D u + v at the instants. A n x n, B n x m, G n x q (the identity where left out), C p x n, D p x m; Q q x q. */
export interface ContinuousGaussian {
  readonly A: Dense;
  readonly B?: Dense;
  readonly G?: Dense;
  readonly C: Dense;
  readonly D?: Dense;
  /** Intensity of w: unit of the state squared per second. */
  readonly Q: Dense;
  /** Covariance of the noise of one measurement, p x p; or `intensity`, which Kalman and Bucy's R is: over an interval h a covariance of R / h. */
  readonly R: Dense;
  readonly noise?: "sample" | "intensity";
  readonly x0?: readonly number[];
  readonly P0?: Dense;
  readonly Pinf?: Dense;
}

/**
 * Over the instants of a record, s, rising. Inputs are held from each instant to the next; the step beyond the last is as long as the
 * one before. With all intervals alike the matrices are given once.
 */
export function kalmanBucy(model: ContinuousGaussian, t: ArrayLike<number>): LinearGaussian {
  const { A, B, G, C, D, Q, R, noise, x0, P0, Pinf } = model;
  const { data: a, rows: n } = flatOf(A);
  const spread = spreadOf(G && flatOf(G), flatOf(Q), n);
  const b = B && flatOf(B);
  const r = flatOf(R);
  const lengths = Array.from({ length: t.length }, (_, k) => {
    const h = k + 1 < t.length ? t[k + 1]! - t[k]! : t.length > 1 ? t[k]! - t[k - 1]! : 1;
    if (!(h > 0)) throw new RangeError(`the instants do not rise at ${k}`);
    return h;
  });
  const known = new Map<number, { A: Matrix; B: Matrix | undefined; Q: Matrix; R: Matrix }>();
  const first = lengths[0] ?? 1;
  const alike = lengths.every((h) => Math.abs(h - first) <= 1e-9 * first);
  const over = (h: number) => {
    let step = known.get(h);
    if (!step) {
      const { Phi, Gamma, W } = vanLoan(a, b?.data, spread, n, b?.cols ?? 0, h);
      step = {
        A: toMatrix(Phi, n, n),
        B: b && toMatrix(Gamma, n, b.cols),
        Q: toMatrix(W, n, n),
        R: toMatrix(noise === "intensity" ? r.data.map((v) => v / h) : r.data, r.rows, r.cols),
      };
      known.set(h, step);
    }
    return step;
  };
  const start = { x0, P0, Pinf };
  if (alike) {
    const step = over(first);
    return { A: step.A, B: step.B, C, D, Q: step.Q, R: step.R, ...start };
  }
  const steps = lengths.map(over);
  return {
    A: steps.map((step) => step.A),
    B: b && steps.map((step) => step.B!),
    C,
    D,
    Q: steps.map((step) => step.Q),
    R: steps.map((step) => step.R),
    ...start,
  };
}

/** G Q G'. */
function spreadOf(
  G: { readonly data: Float64Array; readonly cols: number } | undefined,
  Q: { readonly data: Float64Array; readonly rows: number },
  n: number,
): Float64Array {
  if (!G) return Q.data;
  const q = G.cols;
  const spread = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < q; k++) {
      let sum = 0;
      for (let l = 0; l < q; l++) sum += G.data[i * q + l]! * Q.data[l * q + k]!;
      for (let j = 0; j < n; j++) spread[i * n + j]! += sum * G.data[j * q + k]!;
    }
  }
  return spread;
}

/**
 * Phi = e^(A h), Gamma = the integral of e^(A s) B and W = that of e^(A s) Q e^(A' s), 0 to h. One exponential of [-A Q; 0 A'] for a short
 * part of h in which e^(-A s) is harmless, then doubled: W(2h) = W + Phi W Phi' only adds what is positive.
 */
function vanLoan(
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
