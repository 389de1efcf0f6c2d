/**
 * Errors of a model in innovations form over recordings, and how they change with its parameters, row by row reduced to a triangle. All directions are
 * carried along together, and what drives them is one product for many instants. Ljung, "System Identification" (1999), 10.3.
 */
import { largest } from "../math/dense.ts";
import { ldl } from "../math/ldl.ts";
import { product } from "../math/product.ts";
import { rowsTriangle } from "../math/rowsTriangle.ts";
import type { FlatModel } from "./identified.ts";
import type { Records } from "./recording.ts";

/** Entries of A, B, C, D and K in this order, each row by row. */
export function entriesOf({ n, m, p }: { readonly n: number; readonly m: number; readonly p: number }) {
  const B = n * n;
  const C = B + n * m;
  const D = C + p * n;
  const K = D + p * m;
  return { B, C, D, K, all: K + n * p };
}

/** x[k+1] = (A - K C) x + (B - K D) u + K y. */
function predictor({ n, m, p, A, B, C, D, K }: FlatModel) {
  const F = A.slice();
  const G = B.slice();
  for (let i = 0; i < n; i++) {
    for (let o = 0; o < p; o++) {
      const gain = K[i * p + o]!;
      if (gain === 0) continue;
      for (let j = 0; j < n; j++) F[i * n + j]! -= gain * C[o * n + j]!;
      for (let j = 0; j < m; j++) G[i * m + j]! -= gain * D[o * m + j]!;
    }
  }
  return { F, G };
}

/** Mean of e e' over all samples, p x p; undefined where errors leave the range of numbers. */
export function errorCovariance(
  model: FlatModel,
  records: Records,
  x0: readonly Float64Array[],
): Float64Array | undefined {
  const { p } = model;
  const sums = new Float64Array(p * p);
  errors(model, records, x0, (e) => {
    for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) sums[i * p + j]! += e[i]! * e[j]!;
  });
  return sums.every(Number.isFinite) ? sums.map((v) => v / records.total) : undefined;
}

/**
 * log det. Pivots count for no less than rounding leaves of the largest: else errors that grow without bounds along one direction would seem to vanish
 * across it. Outputs foretold exactly can't be foretold better.
 */
export function logPivots(covariance: Float64Array, p: number): number {
  const d = new Float64Array(p);
  ldl(covariance, 0, p, new Float64Array(p * p), d);
  const least = Math.max(16 * p * Number.EPSILON * largest(d), 1e-28);
  return d.reduce((sum, v) => sum + Math.log(Math.max(v, least)), 0);
}

/** W with W' W = covariance^-1, p x p. */
export function whitening(covariance: Float64Array, p: number): Float64Array {
  const l = new Float64Array(p * p);
  const d = new Float64Array(p);
  ldl(covariance, 0, p, l, d);
  const W = new Float64Array(p * p);
  for (let j = 0; j < p; j++) {
    for (let i = j; i < p; i++) {
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= l[i * p + k]! * W[k * p + j]!;
      W[i * p + j] = sum;
    }
  }
  for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) W[i * p + j]! /= Math.sqrt(Math.max(d[i]!, 1e-28));
  return W;
}

/** Calls `each` with the error of every instant, and what it began with: state, inputs and outputs below one another. */
function errors(
  model: FlatModel,
  records: Records,
  x0: readonly Float64Array[],
  each: (e: Float64Array, z: Float64Array, segment: number, k: number) => void,
): void {
  const { n, m, p, C, D, K } = model;
  const { F, G } = predictor(model);
  const z = new Float64Array(n + m + p);
  const e = new Float64Array(p);
  const next = new Float64Array(n);
  records.segments.forEach(({ count, u, y }, segment) => {
    z.set(x0[segment]!);
    for (let k = 0; k < count; k++) {
      for (let j = 0; j < m; j++) z[n + j] = u[k * m + j]!;
      for (let o = 0; o < p; o++) {
        const seen = y[k * p + o]!;
        z[n + m + o] = seen;
        let left = seen;
        for (let i = 0; i < n; i++) left -= C[o * n + i]! * z[i]!;
        for (let j = 0; j < m; j++) left -= D[o * m + j]! * z[n + j]!;
        e[o] = left;
      }
      each(e, z, segment, k);
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum += F[i * n + j]! * z[j]!;
        for (let j = 0; j < m; j++) sum += G[i * m + j]! * z[n + j]!;
        for (let o = 0; o < p; o++) sum += K[i * p + o]! * z[n + m + o]!;
        next[i] = sum;
      }
      z.set(next);
    }
  });
}

export interface Sensitivities {
  /** Upper triangle, width x width, of the weighed errors' slopes over every direction and every initial state, and of the errors, the last column. */
  readonly R: Float64Array;
  readonly width: number;
  /** For errors that go on from instant to instant: the triangle of sums of slopes times errors over stretches of time, without the last column. */
  readonly scores: Float64Array;
}

/** Instants whose drive is one product. */
const chunk = 64;

/**
 * `directions` entries x q; `weight` p x p: rows are weight e. Columns of the triangle: q directions, n initial states a recording, the errors.
 */
export function sensitivities(
  model: FlatModel,
  records: Records,
  x0: readonly Float64Array[],
  directions: Float64Array,
  q: number,
  weight: Float64Array,
): Sensitivities {
  const { n, p, C } = model;
  const { F } = predictor(model);
  const { state, output, width: inner } = drives(model, directions, q, weight);
  const wide = q + n;
  const width = q + n * records.segments.length + 1;
  const gathered = rowsTriangle(width);
  const summed = rowsTriangle(width - 1);
  const stretch = Math.max(1, Math.round(2 * Math.cbrt(records.total)));
  const score = new Float64Array(width - 1);
  // The state's next slopes and the weighed errors' slopes, from the state's slopes now.
  const both = new Float64Array((n + p) * n);
  both.set(F);
  both.set(product(weight, C, p, p, n), n * n);
  let S = new Float64Array(n * wide);
  const out = new Float64Array((n + p) * wide);
  const row = new Float64Array(width);
  const drive = new Float64Array(chunk * inner);
  const left = new Float64Array(chunk * p);
  let filled = 0;
  const flush = (segment: number): void => {
    const states = product(drive.subarray(0, filled * inner), state, filled, inner, n * q);
    const outputs = product(drive.subarray(0, filled * inner), output, filled, inner, p * q);
    for (let t = 0; t < filled; t++) {
      for (let i = 0; i < n + p; i++) {
        const to = i * wide;
        if (i < n) out.set(states.subarray((t * n + i) * q, (t * n + i + 1) * q), to);
        else out.set(outputs.subarray((t * p + i - n) * q, (t * p + i - n + 1) * q), to);
        out.fill(0, to + q, to + wide);
        addRows(out, to, both, i * n, S, n, wide);
      }
      for (let o = 0; o < p; o++) {
        const from = (n + o) * wide;
        for (let j = 0; j < q; j++) row[j] = -out[from + j]!;
        for (let j = 0, at = q + segment * n; j < n; j++) row[at + j] = -out[from + q + j]!;
        let error = 0;
        for (let r = 0; r < p; r++) error += weight[o * p + r]! * left[t * p + r]!;
        row[width - 1] = error;
        gathered.add(row);
        for (let j = 0; j < width - 1; j++) score[j]! += row[j]! * error;
      }
      if (gathered.count % (stretch * p) === 0) {
        summed.add(score);
        score.fill(0);
      }
      S = out.slice(0, n * wide);
    }
    filled = 0;
  };
  let current = 0;
  errors(model, records, x0, (e, z, segment, k) => {
    if (k === 0) {
      if (filled > 0) flush(current);
      current = segment;
      row.fill(0);
      S.fill(0);
      for (let i = 0; i < n; i++) S[i * wide + q + i] = 1;
    }
    drive.set(z, filled * inner);
    left.set(e, filled * p);
    filled++;
    if (filled === chunk) flush(segment);
  });
  if (filled > 0) flush(current);
  summed.add(score);
  return { R: gathered.triangle(), width, scores: summed.triangle() };
}

/** What each of [x; u; y] does to the slope of the state, inner x (n q), and of the output times the weight, inner x (p q). */
function drives({ n, m, p, C, D, K }: FlatModel, directions: Float64Array, q: number, weight: Float64Array) {
  const at = entriesOf({ n, m, p });
  const width = n + m + p;
  const state = new Float64Array(width * n * q);
  const output = new Float64Array(width * p * q);
  for (let d = 0; d < q; d++) {
    const of = (entry: number): number => directions[entry * q + d]!;
    const put = (l: number, i: number, value: number): void => {
      state[(l * n + i) * q + d] = value;
    };
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = of(i * n + j);
        for (let o = 0; o < p; o++) sum -= of(at.K + i * p + o) * C[o * n + j]! + K[i * p + o]! * of(at.C + o * n + j);
        put(j, i, sum);
      }
      for (let j = 0; j < m; j++) {
        let sum = of(at.B + i * m + j);
        for (let o = 0; o < p; o++) sum -= of(at.K + i * p + o) * D[o * m + j]! + K[i * p + o]! * of(at.D + o * m + j);
        put(n + j, i, sum);
      }
      for (let o = 0; o < p; o++) put(n + m + o, i, of(at.K + i * p + o));
    }
    for (let o = 0; o < p; o++) {
      for (let r = 0; r < p; r++) {
        const w = weight[o * p + r]!;
        for (let j = 0; j < n; j++) output[(j * p + o) * q + d]! += w * of(at.C + r * n + j);
        for (let j = 0; j < m; j++) output[((n + j) * p + o) * q + d]! += w * of(at.D + r * m + j);
      }
    }
  }
  return { state, output, width };
}

/** Adds the combination of the rows of S (n x wide) that n factors from `from` on make; four rows at a time keep registers busy. */
export function addRows(
  out: Float64Array,
  to: number,
  factors: Float64Array,
  from: number,
  S: Float64Array,
  n: number,
  wide: number,
): void {
  let k = 0;
  for (; k + 3 < n; k += 4) {
    const [a, b, c, d] = [factors[from + k]!, factors[from + k + 1]!, factors[from + k + 2]!, factors[from + k + 3]!];
    for (let j = 0, p = k * wide, q = p + wide, r = q + wide, s = r + wide; j < wide; j++)
      out[to + j]! += a * S[p + j]! + b * S[q + j]! + c * S[r + j]! + d * S[s + j]!;
  }
  for (; k < n; k++) {
    const a = factors[from + k]!;
    for (let j = 0, p = k * wide; j < wide; j++) out[to + j]! += a * S[p + j]!;
  }
}
