/**
 * State feedback u = -K x that makes a quadratic cost least, by the Riccati equations of core/math. Anderson & Moore, "Optimal Control:
 * Linear Quadratic Methods" (1990).
 */
import { Matrix } from "ml-matrix";
import { ss } from "../lti/ss.ts";
import type { Lti } from "../lti/ss.ts";
import { held } from "../lti/hold.ts";
import type { TimeBase } from "../lti/stateSpace.ts";
import { blocks, flat, matrixOf } from "../math/blocks.ts";
import { isPositiveDefinite } from "../math/cholesky.ts";
import type { MatrixLike } from "../math/dense.ts";
import { care, dare } from "../math/riccati.ts";
import type { RiccatiOutcome } from "../math/riccati.ts";
import { sampledCost } from "./sampledWeights.ts";

export type LqrOutcome =
  | RiccatiOutcome
  | {
      readonly ok: false;
      /** INDEFINITE: R (in discrete time R + B'X B) is not positive definite, so that no feedback makes the cost least. */
      readonly code: "INDEFINITE";
      readonly eigenvalues: readonly [];
      readonly message: string;
    };

/**
 * For x' = A x + B u and the cost of x'Q x + u'R u + 2 x'N u over all time. A n x n, B n x m, Q n x n, R m x m positive definite,
 * N n x m or left out. K is m x n, X the cost's matrix: x0' X x0.
 */
export function lqr(A: MatrixLike, B: MatrixLike, Q: MatrixLike, R: MatrixLike, N?: MatrixLike): LqrOutcome {
  return weighed({ kind: "continuous" }, matrixOf(A), matrixOf(B), matrixOf(Q), matrixOf(R), N && matrixOf(N));
}

/** The same for x[k+1] = A x[k] + B u[k] and the cost's sum; it is R + B'X B that must be positive definite. */
export function dlqr(A: MatrixLike, B: MatrixLike, Q: MatrixLike, R: MatrixLike, N?: MatrixLike): LqrOutcome {
  const time: TimeBase = { kind: "discrete", period: 1 };
  return weighed(time, matrixOf(A), matrixOf(B), matrixOf(Q), matrixOf(R), N && matrixOf(N));
}

/**
 * For weights on the outputs: the cost of y'Q y + u'R u + 2 y'N u. Q p x p, R m x m, N p x m. Time is the system's; with a period (s) a
 * continuous one is sampled as `lqrd` does.
 */
export function lqry(system: Lti, Q: MatrixLike, R: MatrixLike, N?: MatrixLike, period?: number): LqrOutcome {
  const { A, B, C, D, time } = ss(system);
  const q = matrixOf(Q);
  const n = N ? matrixOf(N) : Matrix.zeros(C.rows, B.columns);
  const cross = q.mmul(D).add(n);
  const both = D.transpose().mmul(n);
  const weight = Matrix.add(matrixOf(R), D.transpose().mmul(q.mmul(D)))
    .add(both)
    .add(both.transpose());
  const weights = [C.transpose().mmul(q.mmul(C)), weight, C.transpose().mmul(cross)] as const;
  if (period === undefined) return weighed(time, A, B, ...weights);
  if (time.kind === "discrete") throw new RangeError("The system is discrete already");
  return lqrd(A, B, weights[0], weights[1], period, weights[2]);
}

/**
 * Feedback u[k] = -K x[k], held for a period (s), of x' = A x + B u with the least integral of x'Q x + u'R u + 2 x'N u over all time. Sizes
 * as in `lqr`; X is the cost's matrix: x0' X x0, in the units of the integral. A RangeError for a period not above 0.
 */
export function lqrd(
  A: MatrixLike,
  B: MatrixLike,
  Q: MatrixLike,
  R: MatrixLike,
  period: number,
  N?: MatrixLike,
): LqrOutcome {
  const [a, b] = [matrixOf(A), matrixOf(B)];
  const cost = sampledCost(a, b, matrixOf(Q), matrixOf(R), period, N && matrixOf(N));
  const { Phi, Gamma } = held(a, b, period);
  return dlqr(Phi, Gamma, cost.Q, cost.R, cost.N);
}

/**
 * With integral action: u = -K [x; z], z the integral (in discrete time the sum times the period) of r - y, so that y follows a constant r
 * without error. Q (n + p) x (n + p) and N (n + p) x m weigh [x; z].
 */
export function lqi(system: Lti, Q: MatrixLike, R: MatrixLike, N?: MatrixLike): LqrOutcome {
  const { A, B, C, D, time } = ss(system);
  const p = C.rows;
  const h = time.kind === "discrete" ? time.period : 1;
  const held = time.kind === "discrete" ? Matrix.eye(p) : Matrix.zeros(p, p);
  const wideA = blocks([
    [A, Matrix.zeros(A.rows, p)],
    [Matrix.mul(C, -h), held],
  ]);
  const wideB = blocks([[B], [Matrix.mul(D, -h)]]);
  return weighed(time, wideA, wideB, matrixOf(Q), matrixOf(R), N && matrixOf(N));
}

/**
 * Where there is a stabilizing solution, the weight on what u adds to it decides: positive definite, K is the best of all that stabilize,
 * though Q be slightly indefinite, as weights printed with few digits are. Willems (1971).
 */
function weighed(time: TimeBase, A: Matrix, B: Matrix, Q: Matrix, R: Matrix, N?: Matrix): LqrOutcome {
  const continuous = time.kind === "continuous";
  const solved = (continuous ? care : dare)(A, B, Q, R, N);
  if (!solved.ok) return solved;
  const weight = continuous ? R : Matrix.add(R, B.transpose().mmul(solved.X.mmul(B)));
  if (isPositiveDefinite(flat(weight), weight.rows)) return solved;
  const message = `${continuous ? "R" : "R + B'X B"} is not positive definite: no feedback makes the cost least.`;
  return { ok: false, code: "INDEFINITE", eigenvalues: [], message };
}
