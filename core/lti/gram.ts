/** Gramians, Hankel singular values and covariances of stable systems. */
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { flat, matrixOf } from "../math/blocks.ts";
import { type MatrixLike, toMatrix, transpose } from "../math/dense.ts";
import { eigenvalues } from "../math/eigenvalues.ts";
import { gramianFactor } from "../math/gramianFactor.ts";
import { dlyap, lyap } from "../math/lyapunov.ts";
import { type Lti, ss } from "./ss.ts";
import { type Unstable, unstable } from "./stability.ts";
import type { StateSpace, TimeBase } from "./stateSpace.ts";

export type Gramian =
  | {
      readonly ok: true;
      readonly W: Matrix;
      /** What is left of the equation, relative to its terms. */
      readonly residual: number;
    }
  | Unstable;

/** Of controllability ("c": A W + W A' + B B' = 0 or A W A' - W + B B' = 0) or observability ("o": of A', C'). */
export function gram(model: Lti, kind: "c" | "o"): Gramian {
  const given = ss(model);
  const { A, B, C, time } = given;
  const refused = unstable(given);
  if (refused) return refused;
  return kind === "c"
    ? solved(A, B.mmul(B.transpose()), time, given)
    : solved(A.transpose(), C.transpose().mmul(C), time, given);
}

/** Hankel singular values, falling. */
export function hsvd(model: Lti): { readonly ok: true; readonly hsv: readonly number[] } | Unstable {
  const factors = gramianFactors(ss(model));
  return factors.ok ? { ok: true, hsv: factors.hsv } : factors;
}

export type GramianFactors =
  | {
      readonly ok: true;
      /** W = L L' of controllability and observability, n x n. */
      readonly reach: Matrix;
      readonly show: Matrix;
      readonly hsv: readonly number[];
      /** show' reach = U diag(hsv) V'. */
      readonly U: Matrix;
      readonly V: Matrix;
    }
  | Unstable;

export function gramianFactors(given: StateSpace): GramianFactors {
  const { A, B, C, time } = given;
  const n = A.rows;
  const none = Matrix.zeros(0, 0);
  if (n === 0) return { ok: true, reach: none, show: none, hsv: [], U: none, V: none };
  const refused = unstable(given);
  if (refused) return refused;
  const { values } = eigenvalues(A);
  const sizes = values.map(([re, im]) => Math.hypot(re, im));
  const speed = time.kind === "discrete" ? "discrete" : Math.sqrt(Math.max(...sizes) * Math.min(...sizes));
  const a = flat(A);
  const reach = gramianFactor(a, flat(B), n, B.columns, speed);
  const show = gramianFactor(transpose(a, n, n), flat(C.transpose()), n, C.rows, speed);
  if (!reach || !show) return { ok: false, code: "UNSTABLE", pole: values[0]! };
  const [L, R] = [toMatrix(reach, n, n), toMatrix(show, n, n)];
  const svd = new SingularValueDecomposition(R.transpose().mmul(L));
  return { ok: true, reach: L, show: R, hsv: svd.diagonal, U: svd.leftSingularVectors, V: svd.rightSingularVectors };
}

export type Covariance =
  | {
      readonly ok: true;
      /** Of the outputs, p x p, and of the states, n x n. */
      readonly output: Matrix;
      readonly state: Matrix;
      readonly residual: number;
    }
  | Unstable
  /** White noise passes straight to an output, whose variance is then infinite (continuous systems). */
  | { readonly ok: false; readonly code: "DIRECT_PATH"; readonly size: number };

/** Stationary covariances under white noise of intensity W (m x m; discrete: its covariance). */
export function covar(model: Lti, intensity: MatrixLike): Covariance {
  const given = ss(model);
  const { A, B, C, D, time } = given;
  const W = matrixOf(intensity, D.columns);
  if (W.rows !== D.columns || W.columns !== D.columns)
    throw new RangeError("The intensity needs a row for every input");
  const direct = D.mmul(W).mmul(D.transpose());
  const size = Math.max(0, ...flat(direct).map(Math.abs));
  if (time.kind === "continuous" && size > 0) return { ok: false, code: "DIRECT_PATH", size };
  const refused = unstable(given);
  if (refused) return refused;
  const state = solved(A, B.mmul(W).mmul(B.transpose()), time, given);
  if (!state.ok) return state;
  const output = Matrix.add(C.mmul(state.W).mmul(C.transpose()), direct);
  return { ok: true, output, state: state.W, residual: state.residual };
}

function solved(A: Matrix, Q: Matrix, time: TimeBase, given: StateSpace): Gramian {
  if (A.rows === 0) return { ok: true, W: A, residual: 0 };
  const found = time.kind === "continuous" ? lyap(A, Q) : dlyap(A, Q);
  if (found.ok) return { ok: true, W: found.X, residual: found.residual };
  return { ok: false, code: "UNSTABLE", pole: eigenvalues(given.A).values[0]! };
}
