/**
 * The likelihood of a linear Gaussian model and its slopes: the Kalman filter and, beside it, how everything in it changes with each parameter. Measurements
 * are taken one by one, so that only numbers are divided by; the start may be exactly diffuse. Durbin & Koopman, "Time Series Analysis by State Space
 * Methods" (2012), 5 and 6.4; information as in Harvey, "Forecasting, Structural Time Series Models and the Kalman Filter" (1989), 3.4.5.
 */
import { product } from "../math/product.ts";
import { ldl } from "../math/ldl.ts";
import { symmetrize, transpose } from "../math/dense.ts";
import type { Segment } from "./recording.ts";

/** Matrices of x[k+1] = A x + B u + w, y = C x + D u + v, row-major; or how they change. */
export interface Parts {
  readonly A: Float64Array;
  readonly B: Float64Array;
  readonly C: Float64Array;
  readonly D: Float64Array;
  readonly Q: Float64Array;
  readonly R: Float64Array;
  readonly x0: Float64Array;
  readonly P0: Float64Array;
}

export interface Sizes {
  readonly n: number;
  readonly m: number;
  readonly p: number;
}

export interface Likelihood {
  readonly logLikelihood: number;
  readonly gradient: Float64Array;
  /** q x q: expected information, of how sharply innovations and their variances show the parameters. */
  readonly information: Float64Array;
  /** Numbers measured, those that a diffuse start takes aside. */
  readonly count: number;
}

const log2pi = Math.log(2 * Math.PI);

/** Summed over recordings; `Pinf` n x n spans what is unknown at the start. Undefined where a measurement has no variance. */
export function likelihood(
  sizes: Sizes,
  parts: Parts,
  Pinf: Float64Array | undefined,
  slopes: readonly Parts[],
  segments: readonly Segment[],
): Likelihood | undefined {
  const q = slopes.length;
  const total = { logLikelihood: 0, gradient: new Float64Array(q), information: new Float64Array(q * q), count: 0 };
  const independent = decorrelated(sizes, parts, slopes);
  for (const segment of segments) {
    const said = run(sizes, parts, Pinf, slopes, independent, segment);
    if (!said) return undefined;
    total.logLikelihood += said.logLikelihood;
    total.count += said.count;
    said.gradient.forEach((v, i) => (total.gradient[i]! += v));
    said.information.forEach((v, i) => (total.information[i]! += v));
  }
  return Number.isFinite(total.logLikelihood) ? total : undefined;
}

interface Independent {
  /** R = L diag(r) L': rows of L^-1, which make measurements independent, their variances, and by parameter how both change. */
  readonly inverse: Float64Array;
  readonly r: Float64Array;
  readonly slopes: readonly { readonly inverse: Float64Array; readonly r: Float64Array }[];
}

function decorrelated({ p }: Sizes, { R }: Parts, slopes: readonly Parts[]): (rows: readonly number[]) => Independent {
  const known = new Map<string, Independent>();
  return (rows) => {
    const key = rows.join();
    const found = known.get(key);
    if (found) return found;
    const q = rows.length;
    const part = (M: Float64Array): Float64Array =>
      Float64Array.from({ length: q * q }, (_, i) => M[rows[Math.floor(i / q)]! * p + rows[i % q]!]!);
    const l = new Float64Array(q * q);
    const r = new Float64Array(q);
    ldl(part(R), 0, q, l, r);
    const inverse = new Float64Array(q * q);
    for (let j = 0; j < q; j++) {
      for (let i = j; i < q; i++) {
        let sum = i === j ? 1 : 0;
        for (let k = j; k < i; k++) sum -= l[i * q + k]! * inverse[k * q + j]!;
        inverse[i * q + j] = sum;
      }
    }
    const made: Independent = {
      inverse,
      r,
      slopes: slopes.map(({ R: dR }) => {
        // With Phi = L^-1 dR L^-T: r changes by its diagonal, L^-1 by -(lower part of Phi / r) L^-1.
        const phi = product(product(inverse, part(dR), q, q, q), transpose(inverse, q, q), q, q, q);
        const turn = new Float64Array(q * q);
        for (let i = 0; i < q; i++)
          for (let j = 0; j < i; j++) turn[i * q + j] = r[j]! > 0 ? -phi[i * q + j]! / r[j]! : 0;
        return {
          inverse: product(turn, inverse, q, q, q),
          r: Float64Array.from({ length: q }, (_, i) => phi[i * q + i]!),
        };
      }),
    };
    known.set(key, made);
    return made;
  };
}

function run(
  { n, m, p }: Sizes,
  parts: Parts,
  Pinf: Float64Array | undefined,
  slopes: readonly Parts[],
  independent: (rows: readonly number[]) => Independent,
  { count: steps, u, y }: Segment,
): Likelihood | undefined {
  const q = slopes.length;
  const { A, B, C, D, Q } = parts;
  const moves = slopes.map(({ A: dA }) => dA.some((v) => v !== 0));
  const sees = slopes.map(({ C: dC }) => dC.some((v) => v !== 0));
  const turned = transpose(A, n, n);
  const turnedSlopes = slopes.map(({ A: dA }) => transpose(dA, n, n));
  let x = parts.x0.slice();
  let P: Float64Array = parts.P0.slice();
  let W: Float64Array | undefined = Pinf?.slice();
  const dx = slopes.map((s) => s.x0.slice());
  const dP = slopes.map((s) => s.P0.slice());
  const dW = W ? slopes.map(() => new Float64Array(n * n)) : undefined;
  const first = W ? W.reduce((most, v) => Math.max(most, Math.abs(v)), 0) : 0;
  let logLikelihood = 0;
  let count = 0;
  const gradient = new Float64Array(q);
  const information = new Float64Array(q * q);
  const dv = new Float64Array(q);
  const dF = new Float64Array(q);
  for (let k = 0; k < steps; k++) {
    const now = u.subarray(k * m, (k + 1) * m);
    const rows: number[] = [];
    for (let o = 0; o < p; o++) if (!Number.isNaN(y[k * p + o]!)) rows.push(o);
    const own = rows.length > 0 ? independent(rows) : undefined;
    for (let a = 0; own && a < rows.length; a++) {
      const c = new Float64Array(n);
      const dc = slopes.map(() => new Float64Array(n));
      let v = 0;
      dv.fill(0);
      for (let b = 0; b <= a; b++) {
        const o = rows[b]!;
        const factor = own.inverse[a * rows.length + b]!;
        let left = y[k * p + o]!;
        for (let j = 0; j < m; j++) left -= D[o * m + j]! * now[j]!;
        v += factor * left;
        for (let i = 0; i < n; i++) c[i]! += factor * C[o * n + i]!;
        slopes.forEach(({ C: dC, D: dD }, s) => {
          const turn = own.slopes[s]!.inverse[a * rows.length + b]!;
          dv[s]! += turn * left;
          for (let j = 0; j < m; j++) dv[s]! -= factor * dD[o * m + j]! * now[j]!;
          if (turn === 0 && !sees[s]) return;
          for (let i = 0; i < n; i++) dc[s]![i]! += factor * dC[o * n + i]! + turn * C[o * n + i]!;
        });
      }
      const M = times(P, c, n);
      let F = own.r[a]!;
      for (let i = 0; i < n; i++) {
        v -= c[i]! * x[i]!;
        F += c[i]! * M[i]!;
      }
      const dM = dP.map((d, s) => {
        const change = times(d, c, n);
        const also = times(P, dc[s]!, n);
        dF[s] = own.slopes[s]!.r[a]!;
        for (let i = 0; i < n; i++) {
          change[i]! += also[i]!;
          dv[s]! -= dc[s]![i]! * x[i]! + c[i]! * dx[s]![i]!;
          dF[s]! += dc[s]![i]! * M[i]! + c[i]! * change[i]!;
        }
        return change;
      });
      const N = W && times(W, c, n);
      const Finf = N ? N.reduce((sum, value, i) => sum + value * c[i]!, 0) : 0;
      const size = c.reduce((sum, value) => sum + value * value, 0);
      if (W && N && dW && Finf > 1e-10 * first * size) {
        // What settles an unbounded direction counts by how sharply it sees it alone.
        const K = N.map((value) => value / Finf);
        logLikelihood -= 0.5 * Math.log(Finf);
        for (let s = 0; s < q; s++) {
          const dN = times(dW[s]!, c, n);
          const also = times(W, dc[s]!, n);
          let dFinf = 0;
          for (let i = 0; i < n; i++) {
            dN[i]! += also[i]!;
            dFinf += dc[s]![i]! * N[i]! + c[i]! * dN[i]!;
          }
          gradient[s]! -= (0.5 * dFinf) / Finf;
          const dK = dN.map((value, i) => (value - K[i]! * dFinf) / Finf);
          for (let i = 0; i < n; i++) {
            dx[s]![i]! += dK[i]! * v + K[i]! * dv[s]!;
            for (let j = 0; j < n; j++) {
              dP[s]![i * n + j]! +=
                dF[s]! * K[i]! * K[j]! +
                F * (dK[i]! * K[j]! + K[i]! * dK[j]!) -
                dK[i]! * M[j]! -
                K[i]! * dM[s]![j]! -
                dM[s]![i]! * K[j]! -
                M[i]! * dK[j]!;
              dW[s]![i * n + j]! -= dK[i]! * N[j]! + K[i]! * dN[j]!;
            }
          }
        }
        for (let i = 0; i < n; i++) {
          x[i]! += K[i]! * v;
          for (let j = 0; j < n; j++) {
            P[i * n + j]! += F * K[i]! * K[j]! - K[i]! * M[j]! - M[i]! * K[j]!;
            W[i * n + j]! -= K[i]! * N[j]!;
          }
        }
        continue;
      }
      if (!(F > 0)) return undefined;
      count++;
      logLikelihood -= 0.5 * (log2pi + Math.log(F) + (v * v) / F);
      const K = M.map((value) => value / F);
      for (let s = 0; s < q; s++) {
        gradient[s]! -= 0.5 * ((dF[s]! / F) * (1 - (v * v) / F) + (2 * v * dv[s]!) / F);
        for (let t = 0; t < q; t++)
          information[s * q + t]! += (0.5 * dF[s]! * dF[t]!) / (F * F) + (dv[s]! * dv[t]!) / F;
        for (let i = 0; i < n; i++) {
          const dK = (dM[s]![i]! - K[i]! * dF[s]!) / F;
          dx[s]![i]! += dK * v + K[i]! * dv[s]!;
          for (let j = 0; j < n; j++) dP[s]![i * n + j]! -= dK * M[j]! + K[i]! * dM[s]![j]!;
        }
      }
      for (let i = 0; i < n; i++) {
        x[i]! += K[i]! * v;
        for (let j = 0; j < n; j++) P[i * n + j]! -= K[i]! * M[j]!;
      }
    }
    if (k + 1 === steps) break;
    const AP = product(A, P, n, n, n);
    for (let s = 0; s < q; s++) {
      const { A: dA, B: dB, Q: dQ } = slopes[s]!;
      const next = times(A, dx[s]!, n);
      let change = product(product(A, dP[s]!, n, n, n), turned, n, n, n);
      if (moves[s]) {
        const also = times(dA, x, n);
        for (let i = 0; i < n; i++) next[i]! += also[i]!;
        const half = product(AP, turnedSlopes[s]!, n, n, n);
        change = change.map((v, i) => v + half[i]! + half[(i % n) * n + Math.floor(i / n)]!);
      }
      for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) next[i]! += dB[i * m + j]! * now[j]!;
      dx[s]!.set(next);
      for (let i = 0; i < n * n; i++) dP[s]![i] = change[i]! + dQ[i]!;
      symmetrize(dP[s]!, n);
      if (W && dW) {
        const bounded = product(product(A, dW[s]!, n, n, n), turned, n, n, n);
        const half = product(product(A, W, n, n, n), turnedSlopes[s]!, n, n, n);
        for (let i = 0; i < n * n; i++) dW[s]![i] = bounded[i]! + half[i]! + half[(i % n) * n + Math.floor(i / n)]!;
      }
    }
    const next = times(A, x, n);
    for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) next[i]! += B[i * m + j]! * now[j]!;
    x = next;
    P = product(AP, turned, n, n, n);
    for (let i = 0; i < n * n; i++) P[i]! += Q[i]!;
    symmetrize(P, n);
    if (W) {
      const bounded = symmetrize(product(product(A, W, n, n, n), turned, n, n, n), n);
      W = bounded.every((v) => Math.abs(v) <= 1e-9 * first) ? undefined : bounded;
    }
  }
  return { logLikelihood, gradient, information, count };
}

function times(M: Float64Array, v: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += M[i * n + j]! * v[j]!;
    out[i] = sum;
  }
  return out;
}
