/**
 * The Kalman filter on the inverse of the covariance: measurements simply add up, and nothing at all may be known at the start. Needs an
 * inverse of A and of R, not of Q. Anderson & Moore, "Optimal Filtering" (1979), 6.3.
 */
import { luFactor, luRcond, luSolve } from "../math/lu.ts";
import { isPositiveDefinite } from "../math/cholesky.ts";
import { at, type Dense, flatModel, type LinearGaussian } from "./linearGaussian.ts";
import { ldl, ldlSolve } from "../math/ldl.ts";
import { type EstimateRefusal, refuse } from "./refusal.ts";
import { unfit } from "./unfit.ts";

export interface InformationEstimate {
  readonly ok: true;
  readonly n: number;
  readonly steps: number;
  /** Information P^-1 of x[k|k]: blocks of n x n, one a sample. */
  readonly Y: Float64Array;
  /** P^-1 x[k|k], steps x n. */
  readonly info: Float64Array;
  /** The first sample after whose measurements every state is determined; `steps` where none is. */
  readonly determined: number;
  /** x[k|k], steps x n; 0 before `determined`. */
  readonly x: Float64Array;
}

export type InformationOutcome =
  | InformationEstimate
  | EstimateRefusal
  | {
      readonly ok: false;
      readonly code: "SINGULAR_A";
      readonly k: number;
      readonly value: number;
      readonly message: string;
    };

/**
 * The model's start is P0 where that is given, else nothing is known. Correlated noise is for the covariance form. SINGULAR_A: a state is
 * forgotten in one step, and what was known of it has no inverse; `value` is the reciprocal condition of A.
 */
export function informationFilter(model: LinearGaussian, y: Dense, u?: Dense): InformationOutcome {
  const flat = flatModel(model, y, u);
  if (flat.S) throw new RangeError("the information form does not take correlated noise");
  const wrong = unfit(flat);
  if (wrong) return wrong;
  const { n, m, p, steps } = flat;
  const square = n * n;
  let Y = new Float64Array(square);
  let info = new Float64Array(n);
  const l = new Float64Array(square);
  const d = new Float64Array(n);
  if (model.P0) {
    if (!isPositiveDefinite(flat.P0, n)) return refuse("P_NOT_PSD", 0, 0);
    ldl(flat.P0, 0, n, l, d);
    for (let i = 0; i < n; i++) Y[i * n + i] = 1;
    ldlSolve(l, d, n, Y, n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) info[i]! += Y[i * n + j]! * flat.x0[j]!;
  }
  const all = {
    Y: new Float64Array(steps * square),
    info: new Float64Array(steps * n),
    x: new Float64Array(steps * n),
  };
  let determined = steps;
  const lp = new Float64Array(p * p);
  const dp = new Float64Array(p);
  for (let k = 0; k < steps; k++) {
    const C = at(flat.C, k, p * n);
    const R = at(flat.R, k, p * p);
    const seen: number[] = [];
    for (let i = 0; i < p; i++) if (!Number.isNaN(flat.y[k * p + i]!)) seen.push(i);
    const q = seen.length;
    if (q > 0) {
      // R^-1 [C, y - D u].
      const part = new Float64Array(q * q);
      const right = new Float64Array(q * (n + 1));
      seen.forEach((i, a) => {
        seen.forEach((j, b) => (part[a * q + b] = R[i * p + j]!));
        let value = flat.y[k * p + i]!;
        if (flat.D) for (let j = 0; j < m; j++) value -= at(flat.D, k, p * m)[i * m + j]! * flat.u[k * m + j]!;
        for (let j = 0; j < n; j++) right[a * (n + 1) + j] = C[i * n + j]!;
        right[a * (n + 1) + n] = value;
      });
      ldl(part, 0, q, lp, dp);
      if (dp.subarray(0, q).some((pivot) => pivot === 0)) return refuse("SINGULAR_R", k, 0);
      ldlSolve(lp, dp, q, right, n + 1);
      seen.forEach((i, a) => {
        for (let r = 0; r < n; r++) {
          const c = C[i * n + r]!;
          for (let j = 0; j < n; j++) Y[r * n + j]! += c * right[a * (n + 1) + j]!;
          info[r]! += c * right[a * (n + 1) + n]!;
        }
      });
    }
    for (let i = 0; i < n; i++)
      for (let j = 0; j < i; j++) Y[j * n + i] = Y[i * n + j] = (Y[i * n + j]! + Y[j * n + i]!) / 2;
    all.Y.set(Y, k * square);
    all.info.set(info, k * n);
    ldl(Y, 0, n, l, d);
    const known = d.every((pivot) => pivot > 0);
    if (known) {
      determined = Math.min(determined, k);
      const x = info.slice();
      ldlSolve(l, d, n, x, 1);
      all.x.set(x, k * n);
    }
    // M = A'^-1 Y A^-1, and from it (I + M Q)^-1 M.
    const A = at(flat.A, k, square);
    const turned = new Float64Array(square);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) turned[j * n + i] = A[i * n + j]!;
    const factors = luFactor(turned, n);
    const rcond = luRcond(factors);
    if (!(rcond > Number.EPSILON)) {
      return { ok: false, code: "SINGULAR_A", k, value: rcond, message: `A has no inverse. Sample ${k}.` };
    }
    luSolve(factors, Y, n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < i; j++) {
        const held = Y[i * n + j]!;
        Y[i * n + j] = Y[j * n + i]!;
        Y[j * n + i] = held;
      }
    luSolve(factors, Y, n);
    luSolve(factors, info, 1);
    const Q = at(flat.Q, k, square);
    const mixed = new Float64Array(square);
    for (let i = 0; i < n; i++) {
      mixed[i * n + i] = 1;
      for (let s = 0; s < n; s++) for (let j = 0; j < n; j++) mixed[i * n + j]! += Y[i * n + s]! * Q[s * n + j]!;
    }
    const both = new Float64Array(n * (n + 1));
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) both[i * (n + 1) + j] = Y[i * n + j]!;
      both[i * (n + 1) + n] = info[i]!;
    }
    luSolve(luFactor(mixed, n), both, n + 1);
    Y = new Float64Array(square);
    info = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) Y[i * n + j] = both[i * (n + 1) + j]!;
      info[i] = both[i * (n + 1) + n]!;
    }
    if (flat.B) {
      const B = at(flat.B, k, n * m);
      const pushed = new Float64Array(n);
      for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) pushed[i]! += B[i * m + j]! * flat.u[k * m + j]!;
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) info[i]! += Y[i * n + j]! * pushed[j]!;
    }
    if (info.some((v) => !Number.isFinite(v))) return refuse("DIVERGED", k, Number.NaN);
  }
  return { ok: true, n, steps, ...all, determined };
}
