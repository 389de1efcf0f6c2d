/**
 * Rules of integration as maps of a whole system: s = (z - 1) / (h (a z + 1 - a)) with a = 0 forward Euler, 1 backward Euler and
 * 1/2 the trapezoidal rule (Tustin). Both ways.
 */
import { Matrix } from "ml-matrix";
import { solveLinear } from "../math/blocks.ts";

export type Rule = "forward" | "backward" | "tustin";

interface Matrices {
  readonly A: Matrix;
  readonly B: Matrix;
  readonly C: Matrix;
  readonly D: Matrix;
}
type Mapped =
  | ({ readonly ok: true } & Matrices)
  | { readonly ok: false; readonly code: "POLE_AT_INFINITY"; readonly pole: number; readonly rcond: number };

const SINGULAR = 1e-15;

export function bilinearWeight(rule: Rule): number {
  return rule === "forward" ? 0 : rule === "backward" ? 1 : 0.5;
}

/** The step that the rule takes: the period, or with prewarp the one for which e^(j w h) meets j w exactly. */
export function bilinearStep(rule: Rule, period: number, prewarp: number | undefined): number {
  if (rule !== "tustin" || prewarp === undefined) return period;
  if (!(prewarp > 0) || !(prewarp * period < Math.PI))
    throw new RangeError(`Prewarping needs a frequency between 0 and the Nyquist frequency, not ${prewarp}`);
  return (2 * Math.tan((prewarp * period) / 2)) / prewarp;
}

/** Continuous to discrete. */
export function bilinear({ A, B, C, D }: Matrices, a: number, h: number): Mapped {
  const one = Matrix.eye(A.rows);
  const P = Matrix.sub(one, Matrix.mul(A, a * h));
  const right = solveLinear(P, Matrix.add(one, Matrix.mul(A, (1 - a) * h)));
  if (!(right.rcond > SINGULAR)) return { ok: false, code: "POLE_AT_INFINITY", pole: 1 / (a * h), rcond: right.rcond };
  const b = solveLinear(P, Matrix.mul(B, h)).X;
  const c = solveLinear(P.transpose(), C.transpose()).X.transpose();
  return { ok: true, A: right.X, B: b, C: c, D: Matrix.add(D, Matrix.mul(C.mmul(b), a)) };
}

/** Discrete to continuous: a Ad + (1 - a) I is the inverse of I - a h A. */
export function bilinearBack({ A, B, C, D }: Matrices, a: number, h: number): Mapped {
  const one = Matrix.eye(A.rows);
  const inverse = Matrix.add(Matrix.mul(A, a), Matrix.mul(one, 1 - a));
  const left = solveLinear(inverse, Matrix.mul(Matrix.sub(A, one), 1 / h));
  if (!(left.rcond > SINGULAR)) return { ok: false, code: "POLE_AT_INFINITY", pole: (a - 1) / a, rcond: left.rcond };
  const c = solveLinear(inverse.transpose(), C.transpose()).X.transpose();
  const b = solveLinear(inverse, Matrix.mul(B, 1 / h)).X;
  return { ok: true, A: left.X, B: b, C: c, D: Matrix.sub(D, Matrix.mul(c.mmul(B), a)) };
}
