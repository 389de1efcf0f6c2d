/** A system as the sum of a part that decays and one that does not: ordered Schur form, then Sylvester's equation to part them. */
import { Matrix } from "ml-matrix";
import { slice } from "../math/blocks.ts";
import { toMatrix } from "../math/dense.ts";
import { sylvester } from "../math/lyapunov.ts";
import { orderSchur } from "../math/orderSchur.ts";
import { withStates } from "./model.ts";
import { schurOf } from "./schurOf.ts";
import { type Lti, ss } from "./ss.ts";
import { ssbal } from "./ssbal.ts";
import { growth } from "./stability.ts";
import type { StateSpace } from "./stateSpace.ts";

export type Separated =
  | {
      readonly ok: true;
      /** With all of the direct path. */
      readonly stable: StateSpace;
      readonly unstable: StateSpace;
    }
  /** A stable and an unstable pole too close to each other to be told apart. */
  | { readonly ok: false; readonly code: "INSEPARABLE" };

/** Poles on the border (integrators, undamped oscillations) count as unstable. */
export function stabsep(model: Lti): Separated {
  const given = ss(model);
  const { A, B, C, D, time } = ssbal(given).system;
  const n = A.rows;
  const schur = schurOf(A);
  const k = orderSchur(schur, (re, im) => growth([re, im], time) < 0);
  if (k === undefined) return { ok: false, code: "INSEPARABLE" };
  const [T, Z] = [toMatrix(schur.T, n, n), toMatrix(schur.Z, n, n)];
  const [fading, lasting] = [slice(T, 0, k, 0, k), slice(T, k, n, k, n)];
  const parts = { b: Z.transpose().mmul(B), c: C.mmul(Z) };
  let [b, c] = [slice(parts.b, 0, k, 0, B.columns), slice(parts.c, 0, C.rows, k, n)];
  if (k > 0 && k < n) {
    const found = sylvester(fading, Matrix.mul(lasting, -1), Matrix.mul(slice(T, 0, k, k, n), -1));
    if (!found.ok) return { ok: false, code: "INSEPARABLE" };
    b = Matrix.sub(b, found.X.mmul(slice(parts.b, k, n, 0, B.columns)));
    c = Matrix.add(c, slice(parts.c, 0, C.rows, 0, k).mmul(found.X));
  }
  return {
    ok: true,
    stable: withStates(given, fading, b, slice(parts.c, 0, C.rows, 0, k)),
    unstable: {
      ...withStates(given, lasting, slice(parts.b, k, n, 0, B.columns), c),
      D: Matrix.zeros(D.rows, D.columns),
    },
  };
}
