/** States and measurements beyond a record, with the intervals that hold them: the filter without measurements. */
import { chiSquareQuantile } from "../math/chiSquare.ts";
import { predictCovariance, createRoom } from "./covariance.ts";
import type { Filtered } from "./filtered.ts";
import { at, type Dense, first, flatModel, flatOf, type LinearGaussian } from "./linearGaussian.ts";

export interface Forecast {
  readonly steps: number;
  /** Mean of the state (steps x n) and its covariance (blocks of n x n). */
  readonly x: Float64Array;
  readonly P: Float64Array;
  /** Mean of the measurement (steps x p), what holds it with the level asked for, and its standard deviation. */
  readonly y: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly deviation: Float64Array;
}

/**
 * `model` holds from the first sample beyond the record on (its matrices count from there where they change), u (steps x m) is what
 * its inputs will be. The interval is that of a measurement, noise included.
 */
export function forecast(
  model: LinearGaussian,
  from: Pick<Filtered, "n" | "steps" | "xp" | "Pp" | "row">,
  steps: number,
  u?: Dense,
  level = 0.95,
): Forecast {
  const { n } = from;
  const p = flatOf(first(model.C)).rows;
  const flat = flatModel(model, { rows: steps, cols: p, data: new Float64Array(steps * p) }, u);
  const { m } = flat;
  const square = n * n;
  const x = new Float64Array(steps * n);
  const P = new Float64Array(steps * square);
  const y = new Float64Array(steps * p);
  const deviation = new Float64Array(steps * p);
  const room = createRoom(n, p);
  let state = from.xp.slice(from.steps * n, (from.steps + 1) * n);
  let spread = from.Pp.slice(from.row[from.steps]! * square, (from.row[from.steps]! + 1) * square);
  for (let k = 0; k < steps; k++) {
    x.set(state, k * n);
    P.set(spread, k * square);
    const C = at(flat.C, k, p * n);
    const R = at(flat.R, k, p * p);
    const input = flat.u.subarray(k * m, (k + 1) * m);
    for (let i = 0; i < p; i++) {
      let mean = 0;
      let variance = R[i * p + i]!;
      for (let j = 0; j < n; j++) {
        mean += C[i * n + j]! * state[j]!;
        for (let s = 0; s < n; s++) variance += C[i * n + j]! * spread[j * n + s]! * C[i * n + s]!;
      }
      if (flat.D) for (let j = 0; j < m; j++) mean += at(flat.D, k, p * m)[i * m + j]! * input[j]!;
      y[k * p + i] = mean;
      deviation[k * p + i] = Math.sqrt(variance);
    }
    const A = at(flat.A, k, square);
    const B = flat.B && at(flat.B, k, n * m);
    const moved = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) moved[i]! += A[i * n + j]! * state[j]!;
      if (B) for (let j = 0; j < m; j++) moved[i]! += B[i * m + j]! * input[j]!;
    }
    const next = new Float64Array(square);
    predictCovariance(room, n, A, spread, at(flat.Q, k, square), next);
    state = moved;
    spread = next;
  }
  const width = Math.sqrt(chiSquareQuantile(level, 1));
  return {
    steps,
    x,
    P,
    y,
    low: y.map((v, i) => v - width * deviation[i]!),
    high: y.map((v, i) => v + width * deviation[i]!),
    deviation,
  };
}
