/** A system as the sum of a part that decays and one that does not: ordered Schur form, then Sylvester's equation to part them. */
import { Matrix } from "ml-matrix";
import { norm, slice } from "../math/blocks.ts";
import { toMatrix } from "../math/dense.ts";
import { sylvester } from "../math/lyapunov.ts";
import { orderSchur } from "../math/orderSchur.ts";
import { withStates } from "./model.ts";
import { schurOf } from "./schurOf.ts";
import { type Lti, ss } from "./ss.ts";
import { ssbal } from "./ssbal.ts";
import { border, growth } from "./stability.ts";
import type { StateSpace } from "./stateSpace.ts";

export interface Separated {
  /** With all of the direct path. */
  readonly stable: StateSpace;
  /** Poles that grow or stay, and those that decay too little to be parted from them. */
  readonly unstable: StateSpace;
}

/** Beyond this, parting costs half of the digits. */
const TOO_FAR = 1e8;

export function stabsep(model: Lti): Separated {
  const given = ss(model);
  const { A, B, C, D, time } = ssbal(given).system;
  const n = A.rows;
  for (let limit = border(A); ;) {
    const schur = schurOf(A);
    const own = Array.from(schur.re, (re, i) => growth([re, schur.im[i]!], time));
    const k = orderSchur(schur, (re, im) => growth([re, im], time) < limit);
    const [T, Z] = [toMatrix(schur.T, n, n), toMatrix(schur.Z, n, n)];
    const X = k === undefined ? undefined : parted(T, k);
    if (k === undefined || !X) {
      // The slowest of those that decay goes to the others.
      limit = Math.max(Number.NEGATIVE_INFINITY, ...own.filter((v) => v < limit)) * (1 + 1e-12);
      continue;
    }
    const [b, c] = [Z.transpose().mmul(B), C.mmul(Z)];
    const [above, below] = [slice(b, 0, k, 0, B.columns), slice(b, k, n, 0, B.columns)];
    const [left, right] = [slice(c, 0, C.rows, 0, k), slice(c, 0, C.rows, k, n)];
    return {
      stable: withStates(given, slice(T, 0, k, 0, k), Matrix.sub(above, X.mmul(below)), left),
      unstable: {
        ...withStates(given, slice(T, k, n, k, n), below, Matrix.add(right, left.mmul(X))),
        D: Matrix.zeros(D.rows, D.columns),
      },
    };
  }
}

/** X with T11 X - X T22 = -T12; undefined where that is out of reach. */
function parted(T: Matrix, k: number): Matrix | undefined {
  const n = T.rows;
  if (k === 0 || k === n) return Matrix.zeros(k, n - k);
  const found = sylvester(
    slice(T, 0, k, 0, k),
    Matrix.mul(slice(T, k, n, k, n), -1),
    Matrix.mul(slice(T, 0, k, k, n), -1),
  );
  return found.ok && norm(found.X) < TOO_FAR ? found.X : undefined;
}
