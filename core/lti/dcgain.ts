/** The gain at rest. */
import { Matrix } from "ml-matrix";
import { solveLinear } from "../math/blocks.ts";
import { minreal } from "./minreal.ts";
import { single } from "./single.ts";
import { type Lti, ss } from "./ss.ts";
import type { StateSpace } from "./stateSpace.ts";

/**
 * H(0), or H(1) of a discrete system: p x m. Where an integrator lies between an input and an output the entry is Infinity, signed
 * as the response to a step runs away; integrators that the entry does not meet do not count.
 */
export function dcgain(model: Lti): Matrix {
  const given = ss(model);
  const whole = atRest(given);
  if (whole) return whole;
  const found = Matrix.zeros(given.y.length, given.u.length);
  for (let i = 0; i < found.rows; i++)
    for (let j = 0; j < found.columns; j++) {
      const own = minreal(single(given, i, j)).system;
      found.set(i, j, atRest(own)?.get(0, 0) ?? Number.POSITIVE_INFINITY * direction(own));
    }
  return found;
}

/** Undefined where a pole lies at rest. */
function atRest({ A, B, C, D, time }: StateSpace): Matrix | undefined {
  const n = A.rows;
  if (n === 0) return D;
  const still = time.kind === "continuous" ? Matrix.mul(A, -1) : Matrix.sub(Matrix.eye(n), A);
  const { X, rcond } = solveLinear(still, B);
  return rcond > 1e-15 ? Matrix.add(D, C.mmul(X)) : undefined;
}

/** Sign of H just above rest, where poles at rest outweigh all others. */
function direction({ A, B, C, D, time }: StateSpace): number {
  const near = 1e-6 * (A.norm() || 1);
  const at = Matrix.mul(Matrix.eye(A.rows), time.kind === "continuous" ? near : 1 + near);
  return Math.sign(D.get(0, 0) + C.mmul(solveLinear(Matrix.sub(at, A), B).X).get(0, 0)) || 1;
}
