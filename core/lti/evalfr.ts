/** The transfer matrix of a system at one complex frequency. Whole frequency responses are analysis's. */
import { Matrix } from "ml-matrix";
import type { Complex } from "../math/complex.ts";
import type { ComplexMatrix } from "../math/complexMatrix.ts";
import { solveComplex } from "../math/complexMatrix.ts";
import { type Delayed, delayedResponse } from "./delay.ts";
import { type Lti, ss } from "./ss.ts";

/** H(s) = D + C (sI - A)^-1 B at s (or z); delays exactly. */
export function evalfr(model: Lti | Delayed, s: Complex): ComplexMatrix {
  if ("internal" in model) return delayedResponse(model, s, evalfr(model.system, s));
  const { A, B, C, D } = ss(model);
  const n = A.rows;
  const { re, im, rcond } = solveComplex(
    Matrix.sub(Matrix.mul(Matrix.eye(n), s[0]), A),
    Matrix.mul(Matrix.eye(n), s[1]),
    B,
  );
  return { re: Matrix.add(D, C.mmul(re)), im: C.mmul(im), rcond };
}
