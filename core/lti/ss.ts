/** State spaces from matrices, and of any other form of a linear model. */
import { matrixOf } from "../math/blocks.ts";
import { type MatrixLike } from "../math/dense.ts";
import { Matrix } from "ml-matrix";
import { type Names, system, timeBase } from "./model.ts";
import { realizePolynomials, realizeRoots } from "./realize.ts";
import type { StateSpace } from "./stateSpace.ts";
import type { TransferFunction } from "./transferFunction.ts";
import type { Zpk } from "./zeroPoleGain.ts";

/** A linear time-invariant model in any of its forms. */
export type Lti = StateSpace | TransferFunction | Zpk;

export function ss(model: Lti): StateSpace;
/**
 * x' = A x + B u, y = C x + D u, or with a sample period in s x[k+1] and y[k]. A n x n, B n x m, C p x n, D p x m; without
 * states A, B and C are []. Throws a RangeError where sizes do not fit.
 */
export function ss(
  A: MatrixLike,
  B: MatrixLike,
  C: MatrixLike,
  D: MatrixLike,
  period?: number,
  names?: Names,
): StateSpace;
export function ss(
  first: Lti | MatrixLike,
  B?: MatrixLike,
  C?: MatrixLike,
  D?: MatrixLike,
  period?: number,
  names: Names = {},
): StateSpace {
  if (isModel(first)) return "A" in first ? first : "num" in first ? realizePolynomials(first) : realizeRoots(first);
  if (!B || !C || !D) throw new TypeError("A state space needs A, B, C and D");
  const a = matrixOf(first);
  const d = matrixOf(D);
  const [b, c] = [matrixOf(B, d.columns), matrixOf(C, a.columns)];
  // Without states, lists of no rows cannot say how wide they are.
  const output = a.rows === 0 && c.columns === 0 ? Matrix.zeros(d.rows, 0) : c;
  return system(a, b, output, d, timeBase(period), names);
}

function isModel(value: Lti | MatrixLike): value is Lti {
  return !Array.isArray(value) && !Matrix.isMatrix(value);
}
