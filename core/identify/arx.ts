/**
 * Outputs as sums of earlier outputs and of inputs, by least squares: y[t] + A1 y[t-1] + ... = B1 u[t-nk] + ... + e[t]. Ljung, "System Identification"
 * (1999), 4.2, 7.3 and 9.
 */
import { Matrix } from "ml-matrix";
import { toMatrix } from "../math/dense.ts";
import { rowsTriangle } from "../math/rowsTriangle.ts";
import { svd } from "../math/svd.ts";
import { criteriaOf, type Criteria } from "./criteria.ts";
import { innovations, type FlatModel, type Innovations } from "./identified.ts";
import {
  notFinite,
  recordsOf,
  type IdentifyRefusal,
  type Recordings,
  type Records,
  type Segment,
} from "./recording.ts";
import type { ParameterUncertainty } from "./uncertainty.ts";

export interface ArxOrders {
  /** Lags of the outputs, 0 or more. */
  readonly na: number;
  /** Terms of every input, 0 or more. */
  readonly nb: number;
  /** Delay of the first of them, in samples; 0 lets inputs through at once. */
  readonly nk: number;
}

export interface Arx extends Innovations {
  readonly ok: true;
  /**
   * p x d, a row an output, d = na p + nb m: what multiplies -y[t-1] of every output, -y[t-2] and so on, then u[t-nk] to u[t-nk-nb+1] of the
   * first input, of the second and so on.
   */
  readonly theta: Matrix;
  /** p d x p d, of theta row by row; errors of outputs may go together. */
  readonly covariance: Matrix;
  /** Sum of squared errors, by output. */
  readonly sse: readonly number[];
  /** Reciprocal condition of the regression, columns brought to one length. */
  readonly rcond: number;
  readonly criteria: Criteria;
  readonly uncertainty: ParameterUncertainty;
}

/** Errors are summed from sample max(na, nk + nb - 1) of every recording on. Throws a RangeError for orders that are no whole numbers. */
export function arx(given: Recordings, orders: ArxOrders): Arx | IdentifyRefusal {
  const records = recordsOf(given);
  const { na, nb, nk } = orders;
  if ([na, nb, nk].some((v) => !Number.isInteger(v) || v < 0)) throw new RangeError("Orders are whole numbers from 0");
  const wrong = notFinite(records);
  if (wrong) return wrong;
  const { m, p, segments, total } = records;
  const d = na * p + nb * m;
  const first = Math.max(na, nb > 0 ? nk + nb - 1 : 0);
  const samples = segments.reduce((sum, { count }) => sum + Math.max(0, count - first), 0);
  if (samples <= d) return { ok: false, code: "TOO_FEW_SAMPLES", samples: total, needed: total - samples + d + 1 };
  const width = d + p;
  const gathered = rowsTriangle(width);
  const row = new Float64Array(width);
  for (const segment of segments) {
    for (let t = first; t < segment.count; t++) {
      regressors(segment, t, m, p, orders, row);
      row.set(segment.y.subarray(t * p, (t + 1) * p), d);
      gathered.add(row);
    }
  }
  const R = gathered.triangle();
  const solved = regression(R, width, d, p);
  if (!(solved.rcond > 1e-12)) return { ok: false, code: "SINGULAR", rcond: solved.rcond };
  const { theta, inverse, rcond } = solved;
  // What is left of the triangle is the errors'.
  const errors = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++)
      for (let k = d; k < width; k++) errors[i * p + j]! += R[k * width + d + i]! * R[k * width + d + j]!;
  }
  const free = samples - d;
  const covariance = Matrix.zeros(p * d, p * d);
  for (let i = 0; i < p; i++)
    for (let j = 0; j < p; j++)
      for (let a = 0; a < d; a++)
        for (let b = 0; b < d; b++)
          covariance.set(i * d + a, j * d + b, (errors[i * p + j]! / free) * inverse[a * d + b]!);
  const model = observerForm(theta, records, orders);
  return {
    ok: true,
    ...innovations(
      model,
      errors.map((v) => v / free),
      records,
    ),
    theta: toMatrix(theta, p, d),
    covariance,
    sse: Array.from({ length: p }, (_, i) => errors[i * p + i]!),
    rcond,
    criteria: criteriaOf(
      errors.map((v) => v / samples),
      p,
      samples,
      p * d,
    ),
    uncertainty: { slopes: slopesOf(theta, records, orders, model.n), covariance },
  };
}

function regressors(
  { u, y }: Segment,
  t: number,
  m: number,
  p: number,
  { na, nb, nk }: ArxOrders,
  row: Float64Array,
): void {
  let at = 0;
  for (let k = 1; k <= na; k++) for (let o = 0; o < p; o++) row[at++] = -y[(t - k) * p + o]!;
  for (let j = 0; j < m; j++) for (let k = 0; k < nb; k++) row[at++] = u[(t - nk - k) * m + j]!;
}

/** theta p x d, (Phi' Phi)^-1 d x d, from the triangle of [Phi, y]; columns of one length first. */
function regression(R: Float64Array, width: number, d: number, p: number) {
  const sizes = Float64Array.from({ length: d }, (_, j) => {
    let sum = 0;
    for (let i = 0; i <= j; i++) sum = Math.hypot(sum, R[i * width + j]!);
    return sum > 0 ? sum : 1;
  });
  const scaled = new Float64Array(d * d);
  for (let i = 0; i < d; i++) for (let j = i; j < d; j++) scaled[i * d + j] = R[i * width + j]! / sizes[j]!;
  const { U, s, V } = svd(scaled, d, d);
  const theta = new Float64Array(p * d);
  const inverse = new Float64Array(d * d);
  for (let k = 0; k < d; k++) {
    for (let o = 0; o < p; o++) {
      let along = 0;
      for (let i = 0; i < d; i++) along += U[i * d + k]! * R[i * width + d + o]!;
      for (let j = 0; j < d; j++) theta[o * d + j]! += (V[j * d + k]! * along) / s[k]! / sizes[j]!;
    }
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++)
        inverse[i * d + j]! += (V[i * d + k]! * V[j * d + k]!) / (s[k]! * s[k]! * sizes[i]! * sizes[j]!);
  }
  return { theta, inverse, rcond: d === 0 ? 1 : s[d - 1]! / s[0]! };
}

/** A_k (k = 1 ... L, p x p) and B_k (k = 0 ... L, p x m) of one lag each. */
function lags(theta: Float64Array, { m, p }: Records, { na, nb, nk }: ArxOrders, length: number) {
  const d = na * p + nb * m;
  const a = Array.from({ length: length + 1 }, () => new Float64Array(p * p));
  const b = Array.from({ length: length + 1 }, () => new Float64Array(p * m));
  for (let o = 0; o < p; o++) {
    for (let k = 1; k <= na; k++) for (let j = 0; j < p; j++) a[k]![o * p + j] = theta[o * d + (k - 1) * p + j]!;
    for (let j = 0; j < m; j++)
      for (let k = 0; k < nb; k++) b[nk + k]![o * m + j] = theta[o * d + na * p + j * nb + k]!;
  }
  return { a, b };
}

/** x^k[t+1] = x^(k+1)[t] - A_k y[t] + B_k u[t], y[t] = x^1[t] + B_0 u[t] + e[t], k = 1 ... L: the states are what is known of outputs to come. */
function observerForm(theta: Float64Array, records: Records, orders: ArxOrders): FlatModel {
  const { m, p } = records;
  const length = Math.max(orders.na, orders.nb > 0 ? orders.nk + orders.nb - 1 : 0);
  const n = length * p;
  const { a, b } = lags(theta, records, orders, length);
  const A = new Float64Array(n * n);
  const B = new Float64Array(n * m);
  const K = new Float64Array(n * p);
  const C = new Float64Array(p * n);
  for (let i = 0; i < p && n > 0; i++) C[i * n + i] = 1;
  for (let k = 1; k <= length; k++) {
    for (let i = 0; i < p; i++) {
      const r = (k - 1) * p + i;
      if (k < length) A[r * n + r + p] = 1;
      for (let j = 0; j < p; j++) {
        A[r * n + j]! -= a[k]![i * p + j]!;
        K[r * p + j] = -a[k]![i * p + j]!;
      }
      for (let j = 0; j < m; j++) {
        let sum = b[k]![i * m + j]!;
        for (let l = 0; l < p; l++) sum -= a[k]![i * p + l]! * b[0]![l * m + j]!;
        B[r * m + j] = sum;
      }
    }
  }
  return { n, m, p, A, B, C, D: b[0]!, K };
}

/** How the matrices change with theta: they are products of two of its entries at most, so that differences are exact. */
function slopesOf(theta: Float64Array, records: Records, orders: ArxOrders, n: number): Matrix {
  const { m, p } = records;
  const slopes = Matrix.zeros(n * n + n * m + p * n + p * m, theta.length);
  const entries = (v: Float64Array): number[] => {
    const { A, B, C, D } = observerForm(v, records, orders);
    return [...A, ...B, ...C, ...D];
  };
  for (let k = 0; k < theta.length; k++) {
    const [up, down] = [theta.slice(), theta.slice()];
    up[k]! += 1;
    down[k]! -= 1;
    const [above, below] = [entries(up), entries(down)];
    above.forEach((v, i) => slopes.set(i, k, (v - below[i]!) / 2));
  }
  return slopes;
}
