/**
 * The extended Kalman filter: the Kalman filter of the model linearized at the estimate; iterated, the update is linearized anew where
 * it leads, which is Gauss and Newton's search for the most likely state. Jazwinski, "Stochastic Processes and Filtering Theory" (1970),
 * 8.3; Bell & Cathey (1993). Its smoother is `rts`.
 */
import { createRoom, predictCovariance, updateCovariance } from "./covariance.ts";
import { at, type Dense } from "./linearGaussian.ts";
import { type NonlinearModel, type NonlinearOutcome, nonlinearRecord, partOf, walk } from "./nonlinear.ts";

export interface EkfOptions {
  /** Linearizations of each update: 1 is the plain filter (the default), more the iterated one. */
  readonly iterations?: number;
}

/** The model needs F and H. y (steps x p; NaN is a missing entry), u (steps x m). */
export function ekf(model: NonlinearModel, y: Dense, u?: Dense, options: EkfOptions = {}): NonlinearOutcome {
  const record = nonlinearRecord(model, y, u);
  if ("code" in record) return record;
  const { n, p } = record;
  const { f, h, F, H } = model;
  if (!F || !H) throw new RangeError("the extended Kalman filter needs F and H");
  const iterations = options.iterations ?? 1;
  const room = createRoom(n, p);
  const prior = new Float64Array(n * n);
  const begin = new Float64Array(n);
  const C = new Float64Array(p * n);
  const R = new Float64Array(p * p);
  const A = new Float64Array(n * n);
  const next = new Float64Array(n * n);
  const step = new Float64Array(p);
  return walk(record, {
    update(k, seen, q, { x, P }, { L, K, e }) {
      prior.set(P);
      begin.set(x);
      partOf(record, k, seen, q, R);
      const u = record.u(k);
      for (let i = 0; i < iterations; i++) {
        const slope = H(x, u, k);
        for (let a = 0; a < q; a++) for (let j = 0; j < n; j++) C[a * n + j] = slope[seen[a]! * n + j]!;
        const seenThere = h(x, u, k);
        for (let a = 0; a < q; a++) {
          const value = record.difference(seen[a]!, record.y[k * p + seen[a]!]!, seenThere[seen[a]!]!);
          // The innovation of the model linearized at x, against the prediction.
          let sum = value;
          for (let j = 0; j < n; j++) sum -= C[a * n + j]! * (begin[j]! - x[j]!);
          step[a] = sum;
          if (i === 0) e[a] = value;
        }
        if (!updateCovariance(room, n, q, C, R, prior, { P, L, K })) return "S_NOT_PD";
        for (let j = 0; j < n; j++) {
          let sum = begin[j]!;
          for (let a = 0; a < q; a++) sum += K[a * n + j]! * step[a]!;
          x[j] = sum;
        }
      }
      return undefined;
    },
    predict(k, { x, P }, cross) {
      const u = record.u(k);
      A.set(F(x, u, k));
      x.set(f(x, u, k));
      predictCovariance(room, n, A, P, at(record.Q, k, n * n), next);
      cross.set(room.AP);
      P.set(next);
      return undefined;
    },
  });
}
