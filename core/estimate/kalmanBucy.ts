/**
 * A continuous plant measured at instants: x' = A x + B u + G w with white noise of intensity Q becomes, over each interval, an exact discrete
 * model that the Kalman filter takes, so that sampling may be irregular. Van Loan, "Computing integrals involving the matrix exponential"
 * (1978); Kalman & Bucy (1961).
 */
import { flatOf, type Dense, type LinearGaussian } from "./linearGaussian.ts";
import { toMatrix } from "../math/dense.ts";
import { vanLoan } from "../math/vanLoan.ts";
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
