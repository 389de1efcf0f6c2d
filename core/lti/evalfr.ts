/** The transfer matrix of a system at one complex frequency. Whole frequency responses are analysis's. */
import { Matrix } from "ml-matrix";
import type { Complex } from "../math/complex.ts";
import { blocks, slice, solveLinear } from "../math/blocks.ts";
import { type Lti, ss } from "./ss.ts";

export interface ComplexMatrix {
  readonly re: Matrix;
  readonly im: Matrix;
  /** Reciprocal condition of sI - A: 0 at a pole, where no digit can be trusted. */
  readonly rcond: number;
}

/** H(s) = D + C (sI - A)^-1 B. */
export function evalfr(model: Lti, s: Complex): ComplexMatrix {
  const { A, B, C, D } = ss(model);
  const n = A.rows;
  const { re, im, rcond } = solveComplex(
    Matrix.sub(Matrix.mul(Matrix.eye(n), s[0]), A),
    Matrix.mul(Matrix.eye(n), s[1]),
    B,
  );
  return { re: Matrix.add(D, C.mmul(re)), im: C.mmul(im), rcond };
}

/** (P + jQ) X = B for real B, or B + jE: as one real system of twice the size. */
export function solveComplex(P: Matrix, Q: Matrix, B: Matrix, E = Matrix.zeros(B.rows, B.columns)): ComplexMatrix {
  const n = P.rows;
  const { X, rcond } = solveLinear(
    blocks([
      [P, Matrix.mul(Q, -1)],
      [Q, P],
    ]),
    blocks([[B], [E]]),
  );
  return { re: slice(X, 0, n, 0, B.columns), im: slice(X, n, 2 * n, 0, B.columns), rcond };
}
