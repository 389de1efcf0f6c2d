/** A continuous system over one step of its input: held, or running in a straight line. */
import { Matrix } from "ml-matrix";
import { blocks, flat, slice } from "../math/blocks.ts";
import { toMatrix } from "../math/dense.ts";
import { expm } from "../math/expm.ts";

export function exponential(A: Matrix, h: number): Matrix {
  return toMatrix(expm(flat(Matrix.mul(A, h)), A.rows), A.rows, A.rows);
}

/** Phi = e^(A h) and Gamma, the integral of e^(A s) B over 0 to h: one exponential of both. Van Loan (1978). */
export function held(A: Matrix, B: Matrix, h: number): { readonly Phi: Matrix; readonly Gamma: Matrix } {
  const [n, m] = [B.rows, B.columns];
  const both = exponential(
    blocks([
      [A, B],
      [Matrix.zeros(m, n), Matrix.zeros(m, m)],
    ]),
    h,
  );
  return { Phi: slice(both, 0, n, 0, n), Gamma: slice(both, 0, n, n, n + m) };
}

/** x[k+1] = Phi x[k] + first u[k] + second (u[k+1] - u[k]) where u runs in straight lines. */
export function lines(
  A: Matrix,
  B: Matrix,
  h: number,
): { readonly Phi: Matrix; readonly first: Matrix; readonly second: Matrix } {
  const [n, m] = [B.rows, B.columns];
  const none = (rows: number): Matrix => Matrix.zeros(rows, m);
  const all = toMatrix(
    expm(
      flat(
        blocks([
          [Matrix.mul(A, h), Matrix.mul(B, h), none(n)],
          [Matrix.zeros(m, n), none(m), Matrix.eye(m)],
          [Matrix.zeros(m, n), none(m), none(m)],
        ]),
      ),
      n + 2 * m,
    ),
    n + 2 * m,
    n + 2 * m,
  );
  return {
    Phi: slice(all, 0, n, 0, n),
    first: slice(all, 0, n, n, n + m),
    second: slice(all, 0, n, n + m, n + 2 * m),
  };
}
