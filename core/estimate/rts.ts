/**
 * The smoother of Rauch, Tung and Striebel over what a filter gave, linear, extended or unscented: the state of each sample given the whole record. Samples of a
 * diffuse start go by diffuse.ts. Rauch, Tung, Striebel, "Maximum likelihood estimates of linear dynamic systems" (1965).
 */
import { createBlockRows } from "./blockRows.ts";
import { fastCovariance } from "./fastCovariance.ts";
import { smoothDiffuse } from "./diffuse.ts";
import type { KalmanEstimate } from "./kalmanFilter.ts";
import type { NonlinearEstimate } from "./nonlinear.ts";
import { at } from "./linearGaussian.ts";
import { type EstimateRefusal, refuse } from "./refusal.ts";
import { repetition } from "./repetition.ts";
import { ldl, ldlSolve } from "../math/ldl.ts";

export interface Smoothed {
  readonly ok: true;
  readonly n: number;
  readonly steps: number;
  /** x[k|N], steps x n. */
  readonly x: Float64Array;
  /** Which block of P and of lagOne belongs to sample k. */
  readonly row: Int32Array;
  /** Covariances of x[k|N]: blocks of n x n. */
  readonly P: Float64Array;
  /**
   * Cov(x[k+1], x[k]) given the whole record: blocks of n x n, for the samples but the last; where asked for. NaN before sample
   * diffuse - 1.
   */
  readonly lagOne?: Float64Array;
}

export interface SmootherOptions {
  readonly lagOne?: boolean;
  /** As KalmanOptions.every. */
  readonly every?: boolean;
}

export type SmootherOutcome = Smoothed | EstimateRefusal;

/** UNDETERMINED where the state of an early sample has a direction that no measurement ever saw. */
export function rts(filtered: KalmanEstimate | NonlinearEstimate, options: SmootherOptions = {}): SmootherOutcome {
  if (filtered.lost >= 0) return refuse("UNDETERMINED", filtered.lost, 1);
  const { n, steps, xp, x: xf, row: from, Pp, P: Pf, diffuse } = filtered;
  const square = n * n;
  const P = createBlockRows(square, steps, options.every === true);
  const lag = options.lagOne === true ? createBlockRows(square, steps, options.every === true) : undefined;
  const row = new Int32Array(steps);
  const x = xf.slice();
  const l = new Float64Array(square);
  const d = new Float64Array(n);
  // J = G' of smootherGain, kept while the same two rows follow each other.
  const J = new Float64Array(square);
  const D = new Float64Array(square);
  const GD = new Float64Array(square);
  const now = new Float64Array(square);
  const A = "cross" in filtered ? undefined : filtered.A;
  const fast = "cross" in filtered ? undefined : fastCovariance(n, Math.min(filtered.p, 2));
  const block = (data: Float64Array, r: number) => data.subarray(r * square, (r + 1) * square);
  let quick = false;
  let held = -1;
  let heldNext = -1;
  let rows = 0;
  let period = 0;
  let mark = -1;
  let stretch = 1;
  let since = 0;
  const last = steps - 1;
  if (steps > 0) {
    const to = P.at(rows++);
    P.data().set(Pf.subarray(from[last]! * square, (from[last]! + 1) * square), to);
    lag?.at(0);
    lag?.data().fill(Number.NaN, 0, square);
  }
  for (let k = last - 1; k >= Math.max(diffuse - 1, 0); k--) {
    const a = from[k]!;
    const b = from[k + 1]!;
    if (a !== held || b !== heldNext) {
      quick =
        fast !== undefined &&
        A !== undefined &&
        fast.gain(at(A, k, square), block(Pf, a), block(Pp, b), leastPivot(Pp, b * square, n), J);
      if (!quick) smootherGain(filtered, k, { l, d }, J);
      held = a;
      heldNext = b;
    }
    if (quick) {
      const { x: own, xn } = fast!;
      for (let j = 0, at = k * n, next = at + n; j < n; j++, at++, next++) {
        xn[j] = x[next]! - xp[next]!;
        own[j] = x[at]!;
      }
      fast!.carry();
      for (let j = 0, at = k * n; j < n; j++, at++) x[at] = own[j]!;
    } else {
      for (let j = 0; j < n; j++) {
        const gap = x[(k + 1) * n + j]! - xp[(k + 1) * n + j]!;
        for (let i = 0, g = j * n, to = k * n; i < n; i++, g++, to++) x[to]! += J[g]! * gap;
      }
    }
    if (period > 0 && a === from[k + period] && b === from[k + 1 + period]) {
      row[k] = row[k + period]!;
      continue;
    }
    period = 0;
    const later = row[k + 1]! * square;
    const to = P.at(rows);
    const data = P.data();
    for (let i = 0; i < square; i++) D[i] = data[later + i]! - Pp[b * square + i]!;
    if (quick) {
      fast!.smooth(block(Pf, a), D, now);
      data.set(now, to);
    } else carryBack(J, D, Pf, a * square, n, GD, data, to);
    if (lag) {
      const at = lag.at(rows);
      const all = lag.data();
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let s = 0; s < n; s++) sum += data[later + i * n + s]! * J[s * n + j]!;
          all[at + i * n + j] = sum;
        }
      }
    }
    if (options.every !== true) {
      // Only while the filter's own covariances stay or repeat alike.
      const alike = mark > k && a === from[mark] && b === from[mark + 1];
      const told = alike
        ? repetition(data, row[mark]! * square, data.subarray(to, to + square), n, since, stretch)
        : mark < 0 || since >= stretch
          ? "new"
          : "on";
      const still = told === "rest" && a === from[k + 1] && b === a;
      if (told === "same" || still) {
        period = still ? 1 : mark - k;
        row[k] = row[k + period]!;
        continue;
      }
      if (told !== "on") {
        stretch = mark < 0 ? 1 : 2 * stretch;
        mark = k;
        since = 0;
      }
      since++;
    }
    row[k] = rows++;
  }
  if (diffuse > 1 && !("cross" in filtered)) {
    const first = diffuse - 1;
    const { r, N } = backward(filtered, x, P.data(), row[Math.min(first + 1, last)]!, first);
    const early = smoothDiffuse(
      filtered.start,
      (k) => ({
        x: xp.slice(k * n, k * n + n),
        P: Pp.slice(from[k]! * square, (from[k]! + 1) * square),
      }),
      (k) => at(filtered.A, k, square),
      r,
      N,
    );
    for (let k = 0; k < first; k++) {
      x.set(early[k]!.x, k * n);
      const to = P.at(rows);
      P.data().set(early[k]!.P, to);
      if (lag) {
        const empty = lag.at(rows);
        lag.data().fill(Number.NaN, empty, empty + square);
      }
      row[k] = rows++;
    }
  }
  return { ok: true, n, steps, x, row, P: P.cut(rows), ...(lag ? { lagOne: lag.cut(rows) } : {}) };
}

/** Below it a pivot of the n x n matrix at `at` is rounding, as in ldl.ts. */
function leastPivot(P: Float64Array, at: number, n: number): number {
  let most = 0;
  for (let i = 0; i < n; i++) most = Math.max(most, Math.abs(P[at + i * n + i]!));
  return 8 * n * Number.EPSILON * most;
}

/** P + G D G' of what the next sample learned, into data[to]. */
function carryBack(
  J: Float64Array,
  D: Float64Array,
  Pf: Float64Array,
  atP: number,
  n: number,
  GD: Float64Array,
  data: Float64Array,
  to: number,
): void {
  // G D, and from it P + (G D) G'.
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) GD[i * n + j] = 0;
    for (let s = 0; s < n; s++) {
      const g = J[s * n + i]!;
      for (let j = 0, w = i * n, v = s * n; j < n; j++, w++, v++) GD[w]! += g * D[v]!;
    }
  }
  for (let i = 0; i < n; i++) {
    const own = to + i * n;
    for (let j = 0; j <= i; j++) data[own + j] = Pf[atP + i * n + j]!;
    for (let s = 0; s < n; s++) {
      const g = GD[i * n + s]!;
      for (let j = 0, w = own, v = s * n; j <= i; j++, w++, v++) data[w]! += g * J[v]!;
    }
    for (let j = 0; j < i; j++) data[to + j * n + i] = data[own + j]!;
  }
}

/** J = G' = Pp^-1 A P of sample k, n x n; a generalized inverse where Pp is singular, as A P lies in its range. */
export function smootherGain(
  filtered: KalmanEstimate | NonlinearEstimate,
  k: number,
  room: { readonly l: Float64Array; readonly d: Float64Array },
  J: Float64Array,
): void {
  const { n, row, P, Pp } = filtered;
  const square = n * n;
  if ("cross" in filtered) J.set(at(filtered.cross, k, square));
  else product(filtered.A.data, k * filtered.A.stride, P, row[k]! * square, n, J);
  ldl(Pp, row[k + 1]! * square, n, room.l, room.d);
  ldlSolve(room.l, room.d, n, J, n);
}

/** A P, n x n. */
function product(A: Float64Array, atA: number, P: Float64Array, atP: number, n: number, out: Float64Array): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) out[i * n + j] = 0;
    for (let k = 0; k < n; k++) {
      const a = A[atA + i * n + k]!;
      if (a !== 0) for (let j = 0, w = i * n, s = atP + k * n; j < n; j++, w++, s++) out[w]! += a * P[s]!;
    }
  }
}

/** r and N with x[k|N] = x[k|k] + P r and P[k|N] = P - P N P, at a sample whose own covariances are bounded. */
function backward(filtered: KalmanEstimate, x: Float64Array, P: Float64Array, next: number, k: number) {
  const { n, steps, xp, Pp, row } = filtered;
  const square = n * n;
  const r = new Float64Array(n);
  const N = new Float64Array(square);
  if (k + 1 >= steps) return { r, N };
  const l = new Float64Array(square);
  const d = new Float64Array(n);
  const b = row[k + 1]! * square;
  ldl(Pp, b, n, l, d);
  const gap = new Float64Array(n);
  for (let i = 0; i < n; i++) gap[i] = x[(k + 1) * n + i]! - xp[(k + 1) * n + i]!;
  ldlSolve(l, d, n, gap, 1);
  // Pp^-1 (Pp - P) Pp^-1, one side after the other.
  const once = new Float64Array(square);
  for (let i = 0; i < square; i++) once[i] = Pp[b + i]! - P[next * square + i]!;
  ldlSolve(l, d, n, once, n);
  const turned = new Float64Array(square);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) turned[i * n + j] = once[j * n + i]!;
  ldlSolve(l, d, n, turned, n);
  const A = at(filtered.A, k, square);
  const AN = new Float64Array(square);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      r[i]! += A[j * n + i]! * gap[j]!;
      for (let s = 0; s < n; s++) AN[i * n + j]! += A[s * n + i]! * turned[s * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) for (let s = 0; s < n; s++) N[i * n + j]! += AN[i * n + s]! * A[s * n + j]!;
  }
  return { r, N };
}
