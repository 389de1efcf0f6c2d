/**
 * The regulator that makes a quadratic cost least when the state is estimated from noisy measurements: state feedback and Kalman gain, each
 * by itself (separation). Anderson & Moore, "Optimal Control: Linear Quadratic Methods" (1990), 8.
 */
import { Matrix } from "ml-matrix";
import { matrixOf } from "../math/blocks.ts";
import type { MatrixLike } from "../math/dense.ts";
import { type Lti, ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { reg } from "./estim.ts";
import { type EstimatorRefusal, kalman } from "./kalman.ts";
import { dlqr, lqr, type LqrOutcome } from "./lqr.ts";

export interface LqgWeights {
  /** On states n x n, on inputs m x m, on both n x m. */
  readonly Q: MatrixLike;
  readonly R: MatrixLike;
  readonly N?: MatrixLike;
  /** Noise that drives the states n x n, and that of the measurements p x p. */
  readonly W: MatrixLike;
  readonly V: MatrixLike;
}

export interface Lqg {
  readonly ok: true;
  readonly K: Matrix;
  readonly L: Matrix;
  /** From y to u; in discrete time from y[k] to u[k+1] on, by the prediction. */
  readonly controller: StateSpace;
  /** Of the closed loop: those of the feedback, then those of the observer. */
  readonly poles: readonly (readonly [number, number])[];
  /** The cost a unit of time, continuous only. */
  readonly cost?: number;
}

export type LqgOutcome =
  | Lqg
  | ({ readonly part: "feedback" } & Extract<LqrOutcome, { ok: false }>)
  | ({ readonly part: "observer" } & EstimatorRefusal);

export function lqg(model: Lti, { Q, R, N, W, V }: LqgWeights): LqgOutcome {
  const given = ss(model);
  const { A, B, time } = given;
  const control = (time.kind === "continuous" ? lqr : dlqr)(A, B, Q, R, N);
  if (!control.ok) return { ...control, part: "feedback" };
  const filter = kalman(given, W, V);
  if (!filter.ok) return { ...filter, part: "observer" };
  const { K, X } = control;
  const { Lp: L, P } = filter;
  const all = { ok: true, K, L, controller: reg(given, K, L), poles: [...control.poles, ...filter.poles] } as const;
  if (time.kind === "discrete") return all;
  const noise = L.mmul(matrixOf(V)).mmul(L.transpose());
  return { ...all, cost: Matrix.add(X.mmul(noise), P.mmul(matrixOf(Q))).trace() };
}
