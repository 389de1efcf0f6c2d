/** A record as a model with its own noise would give it: true states and measurements of one seed. */
import { normals, uniform } from "../math/random.ts";
import { at, type Dense } from "./linearGaussian.ts";
import type { NonlinearModel, NonlinearRecord } from "./nonlinear.ts";
import { factorOf } from "./squareRoot.ts";

export interface SimulatedRecord {
  /** steps x n. */
  readonly truth: Float64Array;
  /** steps x p. */
  readonly y: Dense;
  /** The first sample at which a number is none; -1. */
  readonly lost: number;
}

/** x[0] is drawn from the start, w and v from Q and R; the shape is that of `record`, whose measurements are not read. */
export function simulatedRecord(model: NonlinearModel, record: NonlinearRecord, seed: number): SimulatedRecord {
  const { n, p, steps } = record;
  let drawn = 0;
  const normal = normals(() => uniform(seed, drawn++));
  const roots = new Map<Float64Array, Float64Array>();
  /** Adds noise of covariance M. */
  const scatter = (values: Float64Array, M: Float64Array, size: number): void => {
    let F = roots.get(M);
    if (!F) roots.set(M, (F = factorOf(M, 0, size)!));
    for (let i = 0; i < size; i++) {
      const g = normal();
      for (let j = i; j < size; j++) values[j]! += g * F[i * size + j]!;
    }
  };
  const truth = new Float64Array(steps * n);
  const data = new Float64Array(steps * p);
  let x = record.x0.slice();
  scatter(x, record.P0, n);
  let lost = -1;
  for (let k = 0; k < steps; k++) {
    truth.set(x, k * n);
    const seen = Float64Array.from(model.h(x, record.u(k), k));
    scatter(seen, at(record.R, k, p * p), p);
    data.set(seen, k * p);
    if (lost < 0 && !(x.every(Number.isFinite) && seen.every(Number.isFinite))) lost = k;
    x = Float64Array.from(model.f(x, record.u(k), k));
    scatter(x, at(record.Q, k, n * n), n);
  }
  return { truth, y: { data, rows: steps, cols: p }, lost };
}
