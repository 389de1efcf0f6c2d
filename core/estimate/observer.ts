/**
 * An observer with a constant gain: x[k+1] = A x[k] + B u[k] + Lp (y[k] - C x[k] - D u[k]). Luenberger, "An introduction to observers" (1971). With the gain of
 * the Riccati equation it is the steady Kalman filter; any other gain has a larger error, which is given too.
 */
import { dare } from "../math/riccati.ts";
import { toMatrix } from "../math/dense.ts";
import type { RiccatiRefusal } from "../math/riccatiRefusal.ts";
import { at, type Dense, flatModel, flatOf, type FlatModel, type LinearGaussian } from "./linearGaussian.ts";
import { type EstimateRefusal, refuse } from "./refusal.ts";
import { unfit } from "./unfit.ts";

export interface Observed {
  readonly ok: true;
  readonly n: number;
  readonly steps: number;
  /** Gain of the prediction, n x p. */
  readonly Lp: Float64Array;
  /** x[k|k-1], (steps + 1) x n. */
  readonly x: Float64Array;
  /** Innovations, steps x p; NaN where y is missing. */
  readonly e: Float64Array;
  /** Covariance of the error of x[k|k-1], n x n, one a sample and one beyond: what the model's noise makes of it under this gain. */
  readonly P: Float64Array;
}

/** The gain is given, n x p. Missing entries are not corrected for. */
export function observer(model: LinearGaussian, gain: Dense, y: Dense, u?: Dense): Observed | EstimateRefusal {
  const flat = flatModel(model, y, u);
  const { rows, cols, data } = flatOf(gain);
  if (rows !== flat.n || cols !== flat.p) throw new RangeError(`the gain is ${rows} x ${cols}`);
  return unfit(flat) ?? observe(flat, data);
}

/** With the best constant gain, that of the steady Kalman filter; the model must not change. Its refusals are those of `dare`. */
export function steadyKalman(
  model: LinearGaussian,
  y: Dense,
  u?: Dense,
):
  | (Observed & { readonly steady: { readonly P: Float64Array; readonly residual: number } })
  | EstimateRefusal
  | RiccatiRefusal {
  const flat = flatModel(model, y, u);
  const { n, p } = flat;
  if ([flat.A, flat.C, flat.Q, flat.R, flat.S].some((one) => one !== undefined && one.stride > 0)) {
    throw new RangeError("a model that changes has no steady gain");
  }
  const wrong = unfit(flat);
  if (wrong) return wrong;
  const [A, C] = [toMatrix(flat.A.data, n, n), toMatrix(flat.C.data, p, n)];
  const solved = dare(
    A.transpose(),
    C.transpose(),
    toMatrix(flat.Q.data, n, n),
    toMatrix(flat.R.data, p, p),
    flat.S && toMatrix(flat.S.data, n, p),
  );
  if (!solved.ok) return solved;
  const gain = Float64Array.from(solved.K.transpose().to1DArray());
  const found = observe(flat, gain);
  if (!found.ok) return found;
  return { ...found, steady: { P: Float64Array.from(solved.X.to1DArray()), residual: solved.residual } };
}

function observe(flat: FlatModel, Lp: Float64Array): Observed | EstimateRefusal {
  const { n, m, p, steps, y, u } = flat;
  const square = n * n;
  const x = new Float64Array((steps + 1) * n);
  const P = new Float64Array((steps + 1) * square);
  const e = new Float64Array(steps * p).fill(Number.NaN);
  const L = new Float64Array(n * p);
  const closed = new Float64Array(square);
  const half = new Float64Array(square);
  const noisy = new Float64Array(n * p);
  x.set(flat.x0);
  P.set(flat.P0);
  for (let k = 0; k < steps; k++) {
    const A = at(flat.A, k, square);
    const C = at(flat.C, k, p * n);
    const R = at(flat.R, k, p * p);
    const Q = at(flat.Q, k, square);
    const S = flat.S && at(flat.S, k, n * p);
    L.set(Lp);
    for (let i = 0; i < p; i++) {
      let value = y[k * p + i]!;
      if (Number.isNaN(value)) {
        for (let r = 0; r < n; r++) L[r * p + i] = 0;
        continue;
      }
      for (let j = 0; j < n; j++) value -= C[i * n + j]! * x[k * n + j]!;
      if (flat.D) for (let j = 0; j < m; j++) value -= at(flat.D, k, p * m)[i * m + j]! * u[k * m + j]!;
      e[k * p + i] = value;
    }
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += A[i * n + j]! * x[k * n + j]!;
      if (flat.B) for (let j = 0; j < m; j++) sum += at(flat.B, k, n * m)[i * m + j]! * u[k * m + j]!;
      for (let j = 0; j < p; j++) if (L[i * p + j] !== 0) sum += L[i * p + j]! * e[k * p + j]!;
      x[(k + 1) * n + i] = sum;
      if (!Number.isFinite(sum)) return refuse("DIVERGED", k, sum);
    }
    // (A - L C) P (A - L C)' + Q + L R L' - S L' - L S'.
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = A[i * n + j]!;
        for (let s = 0; s < p; s++) sum -= L[i * p + s]! * C[s * n + j]!;
        closed[i * n + j] = sum;
      }
      for (let j = 0; j < p; j++) {
        let sum = 0;
        for (let s = 0; s < p; s++) sum += L[i * p + s]! * R[s * p + j]!;
        noisy[i * p + j] = sum - (S ? 2 * S[i * p + j]! : 0);
      }
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let s = 0; s < n; s++) sum += closed[i * n + s]! * P[k * square + s * n + j]!;
        half[i * n + j] = sum;
      }
    }
    const next = (k + 1) * square;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = Q[i * n + j]!;
        for (let s = 0; s < n; s++) sum += half[i * n + s]! * closed[j * n + s]!;
        for (let s = 0; s < p; s++) sum += (noisy[i * p + s]! * L[j * p + s]! + noisy[j * p + s]! * L[i * p + s]!) / 2;
        P[next + i * n + j] = sum;
        P[next + j * n + i] = sum;
      }
    }
  }
  return { ok: true, n, steps, Lp, x, e, P };
}
