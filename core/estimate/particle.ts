/**
 * The bootstrap particle filter: weighted samples of the state go through the model with its noise and are weighed by how likely they make
 * the measurement; where few weigh anything they are drawn anew, systematically. For noise and models that no Gaussian fits. Gordon, Salmond,
 * Smith (1993); Kitagawa (1996); Doucet & Johansen (2009).
 */
import { ldl } from "../math/ldl.ts";
import { normals, uniform } from "../math/random.ts";
import { at, type Dense } from "./linearGaussian.ts";
import { type NonlinearModel, nonlinearRecord, partOf } from "./nonlinear.ts";
import { type EstimateRefusal, refuse } from "./refusal.ts";
import { factorOf } from "./squareRoot.ts";

export interface ParticleOptions {
  /** 1,000 by default. */
  readonly particles?: number;
  readonly seed?: number;
  /** Drawn anew where the effective number falls below this share of all; 0.5 by default. */
  readonly threshold?: number;
}

export interface ParticleEstimate {
  readonly ok: true;
  readonly n: number;
  readonly steps: number;
  /** Mean (steps x n) and covariance (blocks of n x n) of the particles after each measurement. */
  readonly x: Float64Array;
  readonly P: Float64Array;
  /** What came less what was expected, steps x p, and the same whitened by the covariance of both; NaN where missing. */
  readonly p: number;
  readonly e: Float64Array;
  readonly z: Float64Array;
  /** Effective number of particles after each measurement, before they are drawn anew: 1 / sum of squared weights. */
  readonly effective: Float64Array;
  readonly loglik: number;
  /** The last ones, particles x n, and their weights. */
  readonly particles: Float64Array;
  readonly weights: Float64Array;
}

/** F and H of the model are not used; the same seed gives the same numbers everywhere. */
export function particleFilter(
  model: NonlinearModel,
  y: Dense,
  u?: Dense,
  options: ParticleOptions = {},
): ParticleEstimate | EstimateRefusal {
  const record = nonlinearRecord(model, y, u);
  if ("code" in record) return record;
  const { n, p, steps } = record;
  const { particles: count = 1000, seed = 1, threshold = 0.5 } = options;
  let drawn = 0;
  const normal = normals(() => uniform(seed, drawn++));
  /** Adds noise with covariance F'F. */
  const scatter = (x: Float64Array, from: number, F: Float64Array): void => {
    for (let i = 0; i < n; i++) {
      const g = normal();
      for (let j = i; j < n; j++) x[from + j]! += g * F[i * n + j]!;
    }
  };
  let cloud = new Float64Array(count * n);
  let other = new Float64Array(count * n);
  const rootP = factorOf(record.P0, 0, n)!;
  for (let s = 0; s < count; s++) {
    cloud.set(record.x0, s * n);
    scatter(cloud, s * n, rootP);
  }
  const weights = new Float64Array(count).fill(1 / count);
  const logs = new Float64Array(count);
  const x = new Float64Array(steps * n);
  const P = new Float64Array(steps * n * n);
  const effective = new Float64Array(steps);
  const e = new Float64Array(steps * p).fill(Number.NaN);
  const z = new Float64Array(steps * p).fill(Number.NaN);
  const gaps = new Float64Array(count * p);
  const seen = new Int32Array(p);
  const R = new Float64Array(p * p);
  const one = new Float64Array(n);
  const gap = new Float64Array(p);
  let loglik = 0;
  for (let k = 0; k < steps; k++) {
    const input = record.u(k);
    let q = 0;
    for (let i = 0; i < p; i++) if (!Number.isNaN(record.y[k * p + i]!)) seen[q++] = i;
    if (q > 0) {
      partOf(record, k, seen, q, R);
      const root = factorOf(R, 0, q);
      if (!root || root.some((_, i) => i % (q + 1) === 0 && root[i] === 0)) return refuse("S_NOT_PD", k, 0);
      let constant = -0.5 * q * Math.log(2 * Math.PI);
      for (let a = 0; a < q; a++) constant -= Math.log(root[a * q + a]!);
      let most = -Infinity;
      for (let s = 0; s < count; s++) {
        one.set(cloud.subarray(s * n, (s + 1) * n));
        const value = model.h(one, input, k);
        let squares = 0;
        for (let a = 0; a < q; a++) {
          let sum = record.difference(seen[a]!, record.y[k * p + seen[a]!]!, value[seen[a]!]!);
          gaps[s * q + a] = sum;
          for (let b = 0; b < a; b++) sum -= root[b * q + a]! * gap[b]!;
          gap[a] = sum / root[a * q + a]!;
          squares += gap[a]! ** 2;
        }
        // A particle that left the numbers weighs nothing.
        logs[s] = Number.isNaN(squares) ? -Infinity : Math.log(weights[s]!) - 0.5 * squares;
        if (logs[s]! > most) most = logs[s]!;
      }
      if (!Number.isFinite(most)) return refuse("DIVERGED", k, most);
      innovation(gaps, weights, q, R).forEach(([gap, white], a) => {
        e[k * p + seen[a]!] = gap;
        z[k * p + seen[a]!] = white;
      });
      let total = 0;
      for (let s = 0; s < count; s++) {
        weights[s] = Math.exp(logs[s]! - most);
        total += weights[s]!;
      }
      for (let s = 0; s < count; s++) weights[s]! /= total;
      loglik += constant + most + Math.log(total);
    }
    let squares = 0;
    for (let s = 0; s < count; s++) {
      squares += weights[s]! ** 2;
      for (let i = 0; i < n; i++) x[k * n + i]! += weights[s]! * cloud[s * n + i]!;
    }
    for (let s = 0; s < count; s++) {
      for (let i = 0; i < n; i++) {
        const scaled = weights[s]! * (cloud[s * n + i]! - x[k * n + i]!);
        for (let j = 0; j < n; j++) P[(k * n + i) * n + j]! += scaled * (cloud[s * n + j]! - x[k * n + j]!);
      }
    }
    effective[k] = 1 / squares;
    if (effective[k]! < threshold * count) {
      // One number places a comb of equal steps over the summed weights.
      const offset = uniform(seed, drawn++) / count;
      let sum = weights[0]!;
      for (let s = 0, from = 0; s < count; s++) {
        while (sum < offset + s / count && from < count - 1) sum += weights[++from]!;
        other.set(cloud.subarray(from * n, (from + 1) * n), s * n);
      }
      [cloud, other] = [other, cloud];
      weights.fill(1 / count);
    }
    if (k + 1 === steps) break;
    const rootQ = factorOf(at(record.Q, k, n * n), 0, n)!;
    for (let s = 0; s < count; s++) {
      one.set(cloud.subarray(s * n, (s + 1) * n));
      cloud.set(model.f(one, input, k), s * n);
      scatter(cloud, s * n, rootQ);
    }
  }
  return { ok: true, n, p, steps, x, P, e, z, effective, loglik, particles: cloud, weights };
}

/** Mean of the gaps (count x q) under the weights before they are weighed, and L^-1 of it, with L L' their covariance and that of the noise. */
function innovation(
  gaps: Float64Array,
  weights: Float64Array,
  q: number,
  R: Float64Array,
): readonly (readonly [gap: number, white: number])[] {
  const mean = new Float64Array(q);
  const S = R.slice(0, q * q);
  let total = 0;
  // Particles that left the numbers weigh nothing here either.
  const each = (visit: (weight: number, from: number) => void): void =>
    weights.forEach((weight, s) => {
      for (let a = 0; a < q; a++) if (!Number.isFinite(gaps[s * q + a]!)) return;
      visit(weight, s * q);
    });
  each((weight, from) => {
    total += weight;
    for (let a = 0; a < q; a++) mean[a]! += weight * gaps[from + a]!;
  });
  for (let a = 0; a < q; a++) mean[a]! /= total;
  each((weight, from) => {
    for (let a = 0; a < q; a++) {
      const scaled = (weight / total) * (gaps[from + a]! - mean[a]!);
      for (let b = 0; b <= a; b++) S[a * q + b]! += scaled * (gaps[from + b]! - mean[b]!);
    }
  });
  const l = new Float64Array(q * q);
  const d = new Float64Array(q);
  ldl(S, 0, q, l, d);
  const white = mean.slice();
  for (let a = 0; a < q; a++) for (let b = 0; b < a; b++) white[a]! -= l[a * q + b]! * white[b]!;
  return Array.from(mean, (gap, a) => [gap, white[a]! / Math.sqrt(d[a]!)] as const);
}
