/** Observers and regulators as linear models, from gains however they were found. */
import { Matrix } from "ml-matrix";
import { blocks, matrixOf } from "../math/blocks.ts";
import type { MatrixLike } from "../math/dense.ts";
import { system } from "../lti/model.ts";
import { type Lti, ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";

/**
 * The observer xhat' = A xhat + B u + L (y - C xhat - D u), discrete with xhat[k+1|k] on the left: inputs u and y, outputs yhat and xhat.
 * L n x p.
 */
export function estim(model: Lti, L: MatrixLike): StateSpace {
  const { A, B, C, D, time, u, x, y } = ss(model);
  const gain = matrixOf(L);
  const n = A.rows;
  return system(
    Matrix.sub(A, gain.mmul(C)),
    blocks([[Matrix.sub(B, gain.mmul(D)), gain]]),
    blocks([[C], [Matrix.eye(n)]]),
    blocks([
      [D, Matrix.zeros(y.length, y.length)],
      [Matrix.zeros(n, u.length), Matrix.zeros(n, y.length)],
    ]),
    time,
    { u: [...u, ...y], x: x.map((name) => `${name} estimated`), y: [...y, ...x].map((name) => `${name} estimated`) },
  );
}

/** The controller from y to u that feeds u = -K xhat back from that observer. K m x n, L n x p. */
export function reg(model: Lti, K: MatrixLike, L: MatrixLike): StateSpace {
  const { A, B, C, D, time, u, x, y } = ss(model);
  const [feedback, gain] = [matrixOf(K), matrixOf(L)];
  const seen = Matrix.sub(C, D.mmul(feedback));
  return system(
    Matrix.sub(Matrix.sub(A, B.mmul(feedback)), gain.mmul(seen)),
    gain,
    Matrix.mul(feedback, -1),
    Matrix.zeros(u.length, y.length),
    time,
    { u: y, x: x.map((name) => `${name} estimated`), y: u },
  );
}
