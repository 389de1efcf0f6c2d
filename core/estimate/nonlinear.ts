/**
 * Nonlinear models with Gaussian noise, as the extended, unscented and particle filters take them, and the walk over a record that the
 * first two share.
 */
import type { Filtered } from "./filtered.ts";
import { at, type Dense, flatOf, type Sequence, type Varying, sequenceOf } from "./linearGaussian.ts";
import { type EstimateRefusal, refuse } from "./refusal.ts";
import type { DiffuseStep } from "./diffuse.ts";
import { ldl } from "../math/ldl.ts";

/**
 * x[k+1] = f(x[k], u[k], k) + w[k], y[k] = h(x[k], u[k], k) + v[k], with white w and v of covariances Q (n x n) and R (p x p). Functions
 * may give the same array each time; it is read before they are called again.
 */
export interface NonlinearModel {
  readonly f: (x: Float64Array, u: Float64Array, k: number) => ArrayLike<number>;
  readonly h: (x: Float64Array, u: Float64Array, k: number) => ArrayLike<number>;
  /** df/dx, n x n row by row, and dh/dx, p x n. Exact derivatives; the unscented and the particle filter do without. */
  readonly F?: (x: Float64Array, u: Float64Array, k: number) => ArrayLike<number>;
  readonly H?: (x: Float64Array, u: Float64Array, k: number) => ArrayLike<number>;
  readonly Q: Varying;
  readonly R: Varying;
  /** Mean and covariance of x[0] before y[0]. */
  readonly x0: ArrayLike<number>;
  readonly P0: Dense;
  /** Measurements that are angles in radians: their innovations are taken between -pi and pi. */
  readonly angles?: readonly number[];
}

/** Filtered, one covariance a sample, and what `rts` needs. */
export interface NonlinearEstimate extends Filtered {
  /** Cov(x[k+1], x[k]) given y[0..k]: blocks of n x n, one a sample. */
  readonly cross: Sequence;
  readonly start: readonly DiffuseStep[];
  readonly lost: number;
}

export type NonlinearOutcome = NonlinearEstimate | EstimateRefusal;

export interface NonlinearRecord {
  readonly n: number;
  readonly p: number;
  readonly steps: number;
  readonly y: Float64Array;
  readonly Q: Sequence;
  readonly R: Sequence;
  readonly x0: Float64Array;
  readonly P0: Float64Array;
  u(k: number): Float64Array;
  /** v - w for measurement i, turned into the range of an angle where it is one. */
  difference(i: number, v: number, w: number): number;
}

/** Shapes that do not fit throw; covariances that are none are refused. */
export function nonlinearRecord(model: NonlinearModel, y: Dense, u?: Dense): NonlinearRecord | EstimateRefusal {
  const measured = flatOf(y);
  const { rows: steps, cols: p } = measured;
  const n = model.x0.length;
  const Q = sequenceOf("Q", model.Q, n, n, steps);
  const R = sequenceOf("R", model.R, p, p, steps);
  const P0 = flatOf(model.P0).data;
  const driven = u && flatOf(u);
  const angles = new Set(model.angles ?? []);
  const none = new Float64Array(0);
  for (const [code, { data, stride }, size] of [
    ["P_NOT_PSD", { data: P0, stride: 0 }, n],
    ["Q_NOT_PSD", Q, n],
    ["R_NOT_PSD", R, p],
  ] as const) {
    const l = new Float64Array(size * size);
    const d = new Float64Array(size);
    for (let k = 0; k < (stride === 0 ? 1 : steps); k++) {
      const block = data.subarray(k * stride, k * stride + size * size);
      if (block.some((v) => !Number.isFinite(v))) return refuse("NOT_FINITE", k, Number.NaN);
      const worst = ldl(block, 0, size, l, d);
      if (worst < 0) return refuse(code, k, worst);
    }
  }
  const infinite = measured.data.findIndex((v) => Math.abs(v) === Infinity);
  if (infinite >= 0) return refuse("NOT_FINITE", Math.floor(infinite / p), measured.data[infinite]!);
  return {
    n,
    p,
    steps,
    y: measured.data,
    Q,
    R,
    x0: Float64Array.from(model.x0),
    P0,
    u: (k) => (driven ? driven.data.subarray(k * driven.cols, (k + 1) * driven.cols) : none),
    difference(i, v, w) {
      const gap = v - w;
      return angles.has(i) ? gap - 2 * Math.PI * Math.round(gap / (2 * Math.PI)) : gap;
    },
  };
}

/** What a filter does at one sample; all arrays are written in place. */
export interface Rule {
  /**
   * x and P take the entries of sample k that are there (`seen`, q of them). L (q x q) becomes the factor of the innovation's covariance, K
   * (q x n) the transposed gain, e (q) the innovation. What stands against it is its code.
   */
  update(
    k: number,
    seen: Int32Array,
    q: number,
    state: { readonly x: Float64Array; readonly P: Float64Array },
    out: { readonly L: Float64Array; readonly K: Float64Array; readonly e: Float64Array },
  ): EstimateRefusal["code"] | undefined;
  /** x and P move on from sample k; cross becomes Cov(x[k+1], x[k]). */
  predict(
    k: number,
    state: { readonly x: Float64Array; readonly P: Float64Array },
    cross: Float64Array,
  ): EstimateRefusal["code"] | undefined;
}

const log2pi = Math.log(2 * Math.PI);

export function walk(record: NonlinearRecord, rule: Rule): NonlinearOutcome {
  const { n, p, steps, y } = record;
  const square = n * n;
  const state = { x: record.x0.slice(), P: record.P0.slice() };
  const xp = new Float64Array((steps + 1) * n);
  const x = new Float64Array(steps * n);
  const Pp = new Float64Array((steps + 1) * square);
  const P = new Float64Array((steps + 1) * square);
  const L = new Float64Array((steps + 1) * p * p);
  const K = new Float64Array((steps + 1) * p * n);
  const e = new Float64Array(steps * p).fill(Number.NaN);
  const z = new Float64Array(steps * p).fill(Number.NaN);
  const cross = new Float64Array(steps * square);
  const seen = new Int32Array(p);
  const innovation = new Float64Array(p);
  const scaled = new Float64Array(p);
  let loglik = 0;
  for (let k = 0; k < steps; k++) {
    xp.set(state.x, k * n);
    Pp.set(state.P, k * square);
    let q = 0;
    for (let i = 0; i < p; i++) if (!Number.isNaN(y[k * p + i]!)) seen[q++] = i;
    if (q > 0) {
      const out = {
        L: L.subarray(k * p * p, k * p * p + q * q),
        K: K.subarray(k * p * n, k * p * n + q * n),
        e: innovation,
      };
      const code = rule.update(k, seen, q, state, out);
      if (code) return refuse(code, k, 0);
      let squares = 0;
      let log = 0;
      for (let a = 0; a < q; a++) {
        let sum = innovation[a]!;
        for (let b = 0; b < a; b++) sum -= out.L[a * q + b]! * scaled[b]!;
        scaled[a] = sum / out.L[a * q + a]!;
        squares += scaled[a]! ** 2;
        log += Math.log(out.L[a * q + a]!);
        e[k * p + seen[a]!] = innovation[a]!;
        z[k * p + seen[a]!] = scaled[a]!;
      }
      loglik -= 0.5 * (q * log2pi + squares) + log;
    }
    x.set(state.x, k * n);
    P.set(state.P, k * square);
    const code = rule.predict(k, state, cross.subarray(k * square, (k + 1) * square));
    if (code) return refuse(code, k, 0);
    for (let i = 0; i < n; i++) {
      const variance = state.P[i * n + i]!;
      if (!Number.isFinite(state.x[i]!) || !Number.isFinite(variance)) return refuse("DIVERGED", k, state.x[i]!);
      if (variance < 0) return refuse("P_NOT_PSD", k, variance);
    }
  }
  xp.set(state.x, steps * n);
  Pp.set(state.P, steps * square);
  return {
    ok: true,
    n,
    p,
    steps,
    xp,
    x,
    row: Int32Array.from({ length: steps + 1 }, (_, k) => k),
    Pp,
    P,
    L,
    K,
    e,
    z,
    loglik,
    diffuse: 0,
    cross: { data: cross, stride: square },
    start: [],
    lost: -1,
  };
}

/** The entries of R that are there. */
export function partOf({ R, p }: NonlinearRecord, k: number, seen: Int32Array, q: number, into: Float64Array): void {
  const all = at(R, k, p * p);
  for (let a = 0; a < q; a++) for (let b = 0; b < q; b++) into[a * q + b] = all[seen[a]! * p + seen[b]!]!;
}
