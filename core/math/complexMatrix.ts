/** Complex matrices as two real ones: products and linear equations. */
import { Matrix } from "ml-matrix";
import { blocks, slice, solveLinear } from "./blocks.ts";

export interface ComplexMatrix {
  readonly re: Matrix;
  readonly im: Matrix;
  /** Reciprocal condition of what was solved for it: at 0 no digit can be trusted. */
  readonly rcond: number;
}

/** Left times right; as far to be trusted as the worse of both. */
export function timesComplex(a: ComplexMatrix, b: ComplexMatrix): ComplexMatrix {
  return {
    re: Matrix.sub(a.re.mmul(b.re), a.im.mmul(b.im)),
    im: Matrix.add(a.re.mmul(b.im), a.im.mmul(b.re)),
    rcond: Math.min(a.rcond, b.rcond),
  };
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
