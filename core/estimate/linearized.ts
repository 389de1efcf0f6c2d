/**
 * A nonlinear model as the linear one beside its start: slopes at the first sample, and what the model itself does there at every later
 * one as an input. Exact where the model is linear, whatever drives it.
 */
import type { LinearGaussian } from "./linearGaussian.ts";
import { type Dense, flatOf } from "./linearGaussian.ts";
import type { NonlinearModel, NonlinearRecord } from "./nonlinear.ts";

/** With slopes, and the same noise at every sample. */
export interface DenseModel extends Required<Omit<NonlinearModel, "angles">> {
  readonly angles?: readonly number[];
  readonly Q: Dense;
  readonly R: Dense;
}

/** With the same matrices at every sample. */
export interface DenseLinear extends LinearGaussian {
  readonly A: Dense;
  readonly B: Dense;
  readonly C: Dense;
  readonly D: Dense;
  readonly Q: Dense;
  readonly R: Dense;
}

export interface Linearized {
  /** Inputs are what f, then what h does beyond the slopes: n + p of them. */
  readonly model: DenseLinear;
  readonly u: Dense;
  /** The slopes are the same away from the start, so that the model is linear as far as can be seen. */
  readonly linear: boolean;
}

/** For as many samples as the record has. */
export function linearized(model: DenseModel, record: NonlinearRecord): Linearized {
  const { n, p, steps, x0 } = record;
  const u0 = record.u(0);
  const A = Float64Array.from(model.F(x0, u0, 0));
  const C = Float64Array.from(model.H(x0, u0, 0));
  const width = n + p;
  const rest = new Float64Array(steps * width);
  const beyond = (values: ArrayLike<number>, slope: Float64Array, from: number, rows: number): void => {
    for (let i = 0; i < rows; i++) {
      let sum = values[i]!;
      for (let j = 0; j < n; j++) sum -= slope[i * n + j]! * x0[j]!;
      rest[from + i] = sum;
    }
  };
  for (let k = 0; k < steps; k++) {
    const u = record.u(k);
    beyond(model.f(x0, u, k), A, k * width, n);
    beyond(model.h(x0, u, k), C, k * width + n, p);
  }
  const B = new Float64Array(n * width);
  const D = new Float64Array(p * width);
  for (let i = 0; i < n; i++) B[i * width + i] = 1;
  for (let i = 0; i < p; i++) D[i * width + n + i] = 1;
  const dense = (data: Float64Array, rows: number, cols: number): Dense => ({ data, rows, cols });
  return {
    model: {
      A: dense(A, n, n),
      B: dense(B, n, width),
      C: dense(C, p, n),
      D: dense(D, p, width),
      Q: model.Q,
      R: model.R,
      x0: [...x0],
      P0: flatOf(model.P0),
    },
    u: dense(rest, steps, width),
    linear: steps === 0 || sameElsewhere(model, record, A, C),
  };
}

/** Slopes at three deviations of each state from the start, and at the last sample. */
function sameElsewhere(model: DenseModel, record: NonlinearRecord, A: Float64Array, C: Float64Array): boolean {
  const { n, x0, P0, steps } = record;
  const last = steps - 1;
  const close = (found: ArrayLike<number>, slope: Float64Array): boolean => {
    const size = 1e-9 * Math.max(1e-300, ...slope.map(Math.abs));
    return slope.every((v, i) => Math.abs(v - found[i]!) <= size);
  };
  return [-1, 1].every((sign) => {
    const x = x0.map((v, i) => v + sign * (3 * Math.sqrt(P0[i * n + i]!) + 0.1 * Math.abs(v) + 0.1));
    return close(model.F(x, record.u(last), last), A) && close(model.H(x, record.u(last), last), C);
  });
}
