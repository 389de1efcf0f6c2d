/**
 * Cost and noise of a continuous plant over the sample in which its input is held, so that nothing between samples is overlooked. Franklin,
 * Powell & Workman, "Digital Control of Dynamic Systems", 9; Van Loan (1978).
 */
import { Matrix } from "ml-matrix";
import { blocks, flat, matrixOf, slice } from "../math/blocks.ts";
import { type MatrixLike, toMatrix } from "../math/dense.ts";
import { vanLoan } from "../math/vanLoan.ts";

/** The sum of x'Q x + u'R u + 2 x'N u at samples that is a cost over time, u held in between. */
interface SampledCost {
  readonly Q: Matrix;
  readonly R: Matrix;
  readonly N: Matrix;
}

/** Covariance of what white noise of intensity W n x n brings the states to within a period (s). */
export function sampledNoise(A: Matrix, W: Matrix, period: number): Matrix {
  const n = A.rows;
  return toMatrix(vanLoan(flat(A), undefined, flat(W), n, 0, positive(period)).W, n, n);
}

/** Of the mean over a period (s) of white noise of intensity V. */
export const sampledMean = (V: MatrixLike, period: number): Matrix => Matrix.mul(matrixOf(V), 1 / positive(period));

/** x and u move together, u not at all: one system of both, whose weight is integrated as noise is in its transpose. */
export function sampledCost(A: Matrix, B: Matrix, Q: Matrix, R: Matrix, period: number, N?: Matrix): SampledCost {
  const [n, m] = [B.rows, B.columns];
  const cross = N ?? Matrix.zeros(n, m);
  const both = blocks([
    [A.transpose(), Matrix.zeros(n, m)],
    [B.transpose(), Matrix.zeros(m, m)],
  ]);
  const weight = blocks([
    [Q, cross],
    [cross.transpose(), R],
  ]);
  const whole = toMatrix(vanLoan(flat(both), undefined, flat(weight), n + m, 0, positive(period)).W, n + m, n + m);
  return {
    Q: slice(whole, 0, n, 0, n),
    R: slice(whole, n, n + m, n, n + m),
    N: slice(whole, 0, n, n, n + m),
  };
}

function positive(period: number): number {
  if (!(period > 0) || !Number.isFinite(period))
    throw new RangeError(`A sample period must be positive, not ${period}`);
  return period;
}
