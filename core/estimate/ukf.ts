/**
 * The unscented Kalman filter in square-root form: means and covariances go through the model by 2 n + 1 scaled sigma points, drawn afresh
 * from the prediction for the update. Covariances are factors throughout, updated by orthogonal transformations; the update is Joseph's
 * form over the points. Julier & Uhlmann (2004); van der Merwe & Wan, "The square-root unscented Kalman filter" (2001). Its smoother is `rts`
 * (Sarkka, 2008).
 */
import { triangle } from "../math/qr.ts";
import { at, type Dense } from "./linearGaussian.ts";
import { type NonlinearModel, type NonlinearOutcome, nonlinearRecord, partOf, walk } from "./nonlinear.ts";
import { factorOf, squareOf } from "./squareRoot.ts";

export interface UkfOptions {
  /** Spread of the points around the mean; 1e-3 to 1, 0.5 by default. */
  readonly alpha?: number;
  /** What is known of the distribution; 2 (the default) is best for Gaussian ones. */
  readonly beta?: number;
  readonly kappa?: number;
}

/** F and H of the model are not used. y (steps x p; NaN is a missing entry), u (steps x m). */
export function ukf(model: NonlinearModel, y: Dense, u?: Dense, options: UkfOptions = {}): NonlinearOutcome {
  const record = nonlinearRecord(model, y, u);
  if ("code" in record) return record;
  const { n, p } = record;
  const { f, h } = model;
  const { alpha = 0.5, beta = 2, kappa = 0 } = options;
  const spread = alpha * alpha * (n + kappa);
  if (!(spread > 0)) throw new RangeError("alpha must not be 0, and kappa above -n");
  const mean0 = 1 - n / spread;
  const covariance0 = mean0 + 1 - alpha * alpha + beta;
  const weight = 0.5 / spread;
  const points = 2 * n + 1;
  const X = new Float64Array(points * n);
  const Y = new Float64Array(points * Math.max(n, p));
  const R = new Float64Array(p * p);
  const mean = new Float64Array(Math.max(n, p));
  const one = new Float64Array(n);

  /** x, then x + and - the columns of the scaled lower factor, which are the rows of the upper one. */
  const draw = (x: Float64Array, root: Float64Array): void => {
    const scale = Math.sqrt(spread);
    for (let s = 0; s < points; s++) {
      const row = s === 0 ? -1 : (s - 1) % n;
      const sign = s <= n ? scale : -scale;
      for (let j = 0; j < n; j++) X[s * n + j] = x[j]! + (row < 0 ? 0 : sign * root[row * n + j]!);
    }
  };
  const through = (map: typeof f, k: number, size: number): void => {
    const u = record.u(k);
    for (let s = 0; s < points; s++) {
      one.set(X.subarray(s * n, (s + 1) * n));
      const value = map(one, u, k);
      for (let i = 0; i < size; i++) Y[s * size + i] = value[i]!;
    }
  };
  /** The factor of the weighted squares of rows of deviations (the first weighs covariance0) and of `noise`, rows of its own. */
  const factorWith = (
    rows: Float64Array,
    size: number,
    noise: Float64Array,
    more: number,
  ): Float64Array | undefined => {
    const height = 2 * n + more + (covariance0 > 0 ? 1 : 0);
    const stack = new Float64Array(height * size);
    const root = Math.sqrt(weight);
    for (let i = size; i < points * size; i++) stack[i - size] = root * rows[i]!;
    stack.set(noise.subarray(0, more * size), 2 * n * size);
    const first = Math.sqrt(Math.abs(covariance0));
    if (covariance0 > 0) for (let i = 0; i < size; i++) stack[(height - 1) * size + i] = first * rows[i]!;
    const r = triangle(stack, height, size);
    if (covariance0 >= 0) return r;
    return downdate(
      r,
      size,
      Float64Array.from({ length: size }, (_, i) => first * rows[i]!),
    )
      ? r
      : undefined;
  };
  return walk(record, {
    update(k, seen, q, { x, P }, { L, K, e }) {
      const root = factorOf(P, 0, n);
      if (!root) return "P_NOT_PSD";
      draw(x, root);
      through(h, k, p);
      for (let a = 0; a < q; a++) {
        const i = seen[a]!;
        // Angles are averaged around the first point's.
        let sum = 0;
        for (let s = 1; s < points; s++) sum += weight * record.difference(i, Y[s * p + i]!, Y[i]!);
        mean[a] = Y[i]! + sum;
        e[a] = record.difference(i, record.y[k * p + i]!, mean[a]!);
      }
      const dy = new Float64Array(points * q);
      for (let s = 0; s < points; s++) {
        for (let a = 0; a < q; a++) dy[s * q + a] = record.difference(seen[a]!, Y[s * p + seen[a]!]!, mean[a]!);
      }
      partOf(record, k, seen, q, R);
      const rootR = factorOf(R, 0, q);
      const S = rootR && factorWith(dy, q, rootR, q);
      if (!rootR || !S) return "S_NOT_PD";
      for (let a = 0; a < q; a++) {
        const sign = S[a * q + a]! < 0 ? -1 : 1;
        if (!(Math.abs(S[a * q + a]!) > 0)) return "S_NOT_PD";
        for (let b = 0; b < q; b++) L[b * q + a] = b < a ? 0 : sign * S[a * q + b]!;
      }
      // K' = S^-1 Pyx by both triangles.
      for (let a = 0; a < q; a++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let s = 1; s < points; s++) sum += weight * dy[s * q + a]! * (X[s * n + j]! - x[j]!);
          for (let b = 0; b < a; b++) sum -= L[a * q + b]! * K[b * n + j]!;
          K[a * n + j] = sum / L[a * q + a]!;
        }
      }
      for (let a = q - 1; a >= 0; a--) {
        for (let j = 0; j < n; j++) {
          let sum = K[a * n + j]!;
          for (let b = a + 1; b < q; b++) sum -= L[b * q + a]! * K[b * n + j]!;
          K[a * n + j] = sum / L[a * q + a]!;
        }
      }
      const left = new Float64Array(points * n);
      for (let s = 0; s < points; s++) {
        for (let j = 0; j < n; j++) {
          let sum = X[s * n + j]! - x[j]!;
          for (let a = 0; a < q; a++) sum -= K[a * n + j]! * dy[s * q + a]!;
          left[s * n + j] = sum;
        }
      }
      const noise = new Float64Array(q * n);
      for (let a = 0; a < q; a++) {
        for (let b = a; b < q; b++) {
          for (let j = 0; j < n; j++) noise[a * n + j]! += rootR[a * q + b]! * K[b * n + j]!;
        }
      }
      const kept = factorWith(left, n, noise, q);
      if (!kept) return "P_NOT_PSD";
      for (let j = 0; j < n; j++) for (let a = 0; a < q; a++) x[j]! += K[a * n + j]! * e[a]!;
      squareOf(kept, n, P);
      return undefined;
    },
    predict(k, { x, P }, cross) {
      const root = factorOf(P, 0, n);
      const rootQ = factorOf(at(record.Q, k, n * n), 0, n);
      if (!root || !rootQ) return "P_NOT_PSD";
      draw(x, root);
      through(f, k, n);
      for (let i = 0; i < n; i++) {
        let sum = mean0 * Y[i]!;
        for (let s = 1; s < points; s++) sum += weight * Y[s * n + i]!;
        mean[i] = sum;
      }
      for (let s = 0; s < points; s++) for (let i = 0; i < n; i++) Y[s * n + i]! -= mean[i]!;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let s = 1; s < points; s++) sum += weight * Y[s * n + i]! * (X[s * n + j]! - x[j]!);
          cross[i * n + j] = sum;
        }
      }
      const next = factorWith(Y, n, rootQ, n);
      if (!next) return "P_NOT_PSD";
      x.set(mean.subarray(0, n));
      squareOf(next, n, P);
      return undefined;
    },
  });
}

/** R'R - v v' in place of the upper factor R; false where that is not positive. Golub & Van Loan 6.5.4, by hyperbolic rotations. */
function downdate(r: Float64Array, n: number, v: Float64Array): boolean {
  for (let k = 0; k < n; k++) {
    const diagonal = r[k * n + k]!;
    const square = (diagonal - v[k]!) * (diagonal + v[k]!);
    if (v[k] === 0) continue;
    if (!(square > 0)) return false;
    const root = Math.sqrt(square) * Math.sign(diagonal);
    const c = root / diagonal;
    const s = v[k]! / diagonal;
    r[k * n + k] = root;
    for (let j = k + 1; j < n; j++) {
      r[k * n + j] = (r[k * n + j]! - s * v[j]!) / c;
      v[j] = c * v[j]! - s * r[k * n + j]!;
    }
  }
  return true;
}
