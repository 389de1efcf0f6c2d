/**
 * Steady-state Kalman gains for x' = A x + B u + G w, y = C x + D u + v with white w and v: the dual of the regulator. Anderson & Moore,
 * "Optimal Filtering" (1979), 4 and 7.
 */
import { Matrix } from "ml-matrix";
import { type Lti, ss } from "../lti/ss.ts";
import { matrixOf, solveLinear } from "../math/blocks.ts";
import type { MatrixLike } from "../math/dense.ts";
import { care, dare } from "../math/riccati.ts";
import type { RiccatiRefusal } from "../math/riccatiRefusal.ts";

export interface EstimatorGain {
  readonly ok: true;
  /**
   * Continuous: n x p, of xhat' = A xhat + B u + L (y - C xhat - D u). Discrete: of the correction xhat[k|k] = xhat[k|k-1] + L (y - C
   * xhat[k|k-1] - D u); undefined where w and v are correlated, which that form has no room for.
   */
  readonly L: Matrix | undefined;
  /** Of the prediction, n x p: xhat[k+1|k] = A xhat[k|k-1] + B u + Lp (y - C xhat[k|k-1] - D u). Continuous: L itself. */
  readonly Lp: Matrix;
  /** Covariance of the error, n x n; discrete: before the measurement. */
  readonly P: Matrix;
  /** Discrete, after the measurement. */
  readonly Z?: Matrix;
  /** Eigenvalues [re, im] of the error's dynamics. */
  readonly poles: readonly (readonly [number, number])[];
  /** Of the Riccati equation, as `care` and `dare` give them. */
  readonly residual: number;
  readonly rcond: number;
}

export interface EstimatorRefusal extends Omit<RiccatiRefusal, "code" | "message"> {
  /**
   * UNDETECTABLE: an eigenvalue of A outside the region of stability is not seen in y. UNDRIVEN: one on its border is not moved by
   * w, so that the best gain leaves it there. SINGULAR_R: the noise of y has no inverse covariance. Others as in `care`.
   */
  readonly code: "UNDETECTABLE" | "UNDRIVEN" | "SINGULAR_R" | "NOT_FINITE" | "INACCURATE";
  readonly message: string;
}

export type EstimatorOutcome = EstimatorGain | EstimatorRefusal;

/**
 * Continuous. A n x n, G n x q, C p x n; Q q x q and R p x p positive definite are the intensities of w and v, S q x p that of both
 * together, or left out.
 */
export function lqe(
  A: MatrixLike,
  G: MatrixLike,
  C: MatrixLike,
  Q: MatrixLike,
  R: MatrixLike,
  S?: MatrixLike,
): EstimatorOutcome {
  const { a, c, q, s } = dual(A, G, C, Q, S);
  const solved = care(a, c, q, R, s);
  if (!solved.ok) return turned(solved);
  const L = solved.K.transpose();
  return { ok: true, L, Lp: L, P: solved.X, poles: solved.poles, residual: solved.residual, rcond: solved.rcond };
}

/** Discrete; Q, R and S are covariances of w[k] and v[k]. */
export function dlqe(
  A: MatrixLike,
  G: MatrixLike,
  C: MatrixLike,
  Q: MatrixLike,
  R: MatrixLike,
  S?: MatrixLike,
): EstimatorOutcome {
  const { a, c, q, s } = dual(A, G, C, Q, S);
  const solved = dare(a, c, q, R, s);
  if (!solved.ok) return turned(solved);
  const { X: P, poles, residual, rcond } = solved;
  const told = { ok: true, Lp: solved.K.transpose(), P, poles, residual, rcond } as const;
  if (s) return { ...told, L: undefined };
  const seen = matrixOf(C);
  const spread = Matrix.add(seen.mmul(P).mmul(seen.transpose()), matrixOf(R));
  const L = solveLinear(spread, seen.mmul(P)).X.transpose();
  // Joseph's form stays symmetric and positive.
  const kept = Matrix.sub(Matrix.eye(P.rows), L.mmul(seen));
  const Z = Matrix.add(kept.mmul(P).mmul(kept.transpose()), L.mmul(matrixOf(R)).mmul(L.transpose()));
  return { ...told, L, Z };
}

/** For a model, with noise on its states: W n x n and V p x p. Time is the model's. */
export function kalman(model: Lti, W: MatrixLike, V: MatrixLike, N?: MatrixLike): EstimatorOutcome {
  const { A, C, time } = ss(model);
  return (time.kind === "continuous" ? lqe : dlqe)(A, Matrix.eye(A.rows), C, W, V, N);
}

function dual(A: MatrixLike, G: MatrixLike, C: MatrixLike, Q: MatrixLike, S: MatrixLike | undefined) {
  const g = matrixOf(G);
  return {
    a: matrixOf(A).transpose(),
    c: matrixOf(C).transpose(),
    q: g.mmul(matrixOf(Q)).mmul(g.transpose()),
    s: S && g.mmul(matrixOf(S)),
  };
}

/** What stands against the regulator of the dual, in the words of the estimator. */
function turned(refused: RiccatiRefusal): EstimatorRefusal {
  const at = refused.eigenvalues.map(([re, im]) =>
    im === 0 ? `${re}` : `${re} ${im < 0 ? "-" : "+"} ${Math.abs(im)}i`,
  );
  switch (refused.code) {
    case "UNSTABILIZABLE":
      return {
        ...refused,
        code: "UNDETECTABLE",
        message: `The eigenvalue ${at[0]} is not stable and no measurement shows it.`,
      };
    case "UNDETECTABLE":
      return {
        ...refused,
        code: "UNDRIVEN",
        message: `The eigenvalue ${at[0]} lies on the border of stability and no noise moves it: its estimate would never forget its beginning.`,
      };
    case "SINGULAR_R":
      return { ...refused, code: refused.code, message: "The noise of the measurements has a singular covariance." };
    default:
      return { ...refused, code: refused.code };
  }
}
