/**
 * Balanced realizations, in which every state is as hard to reach as it is to see, and reduction by leaving out those that are
 * hardest. Square-root method: Tombs & Postlethwaite (1987). Bound on the error: Enns (1984), Glover (1984).
 */
import { Matrix } from "ml-matrix";
import { slice, solveLinear } from "../math/blocks.ts";
import { type GramianFactors, gramianFactors } from "./gram.ts";
import { parallel } from "./interconnect.ts";
import { system, withStates } from "./model.ts";
import { type Lti, ss } from "./ss.ts";
import { ssbal } from "./ssbal.ts";
import { stabsep } from "./stabsep.ts";
import type { Unstable } from "./stability.ts";
import type { StateSpace } from "./stateSpace.ts";

export type Balanced =
  | {
      readonly ok: true;
      /** Both Gramians are diag(hsv), as far as the states kept. */
      readonly system: StateSpace;
      /** All of them, falling; those below rounding of the first belong to states that were left out. */
      readonly hsv: readonly number[];
      /** x = T z and z = inverse x of the balanced states z: n x r and r x n. */
      readonly T: Matrix;
      readonly inverse: Matrix;
    }
  | Unstable;

export function balreal(model: Lti): Balanced {
  const given = ss(model);
  const { system: scaled, scale } = ssbal(given);
  const factors = gramianFactors(scaled);
  if (!factors.ok) return factors;
  const { T, inverse } = transformation(factors, scaled.A.rows);
  const { A, B, C } = scaled;
  const balanced = withStates(given, inverse.mmul(A).mmul(T), inverse.mmul(B), C.mmul(T));
  const units = Matrix.diag([...scale]);
  const back = Matrix.diag(scale.map((s) => 1 / s));
  const none = scale.length === 0;
  const [outer, inner] = none ? [T, inverse] : [units.mmul(T), inverse.mmul(back)];
  return { ok: true, system: balanced, hsv: factors.hsv, T: outer, inverse: inner };
}

function transformation(
  { reach, show, hsv, U, V }: Extract<GramianFactors, { ok: true }>,
  n: number,
): { readonly T: Matrix; readonly inverse: Matrix } {
  const floor = 4 * n * 2.220446049250313e-16 * (hsv[0] ?? 0);
  const r = hsv.filter((s) => s > floor).length;
  const roots = hsv.slice(0, r).map((s) => 1 / Math.sqrt(s));
  const T = reach.mmul(slice(V, 0, n, 0, r));
  const inverse = show.mmul(slice(U, 0, n, 0, r)).transpose();
  roots.forEach((root, k) => {
    T.mulColumn(k, root);
    inverse.mulRow(k, root);
  });
  return { T, inverse };
}

export type Reduced =
  | {
      readonly ok: true;
      readonly system: StateSpace;
      /** Hankel singular values of the stable part. */
      readonly hsv: readonly number[];
      /** The largest singular value of the difference is nowhere above this: twice the sum of what was left out. */
      readonly bound: number;
      /** States of poles that do not decay, all of them kept. */
      readonly unstable: number;
    }
  /** Fewer states were asked for than there are poles that do not decay. */
  | { readonly ok: false; readonly code: "TOO_FEW"; readonly unstable: number }
  | Unstable;

/**
 * `order` states (fewer where fewer are all there are): the rest left out ("truncate", exact at infinite frequency), or taken to
 * be at rest ("matchdc", exact at frequency 0). What does not decay is kept.
 */
export function balred(model: Lti, order: number, method: "truncate" | "matchdc" = "truncate"): Reduced {
  if (!Number.isInteger(order) || order < 0) throw new RangeError(`An order is a whole number, not ${order}`);
  const parts = stabsep(model);
  const unstable = parts.unstable.A.rows;
  if (order < unstable) return { ok: false, code: "TOO_FEW", unstable };
  const balanced = balreal(parts.stable);
  if (!balanced.ok) return balanced;
  const { system: whole, hsv } = balanced;
  const r = Math.min(order - unstable, whole.A.rows);
  const bound = 2 * hsv.slice(r).reduce((sum, s) => sum + s, 0);
  const reduced = method === "truncate" ? truncated(whole, r) : residualized(whole, r);
  return { ok: true, system: unstable > 0 ? parallel(reduced, parts.unstable) : reduced, hsv, bound, unstable };
}

function truncated(given: StateSpace, r: number): StateSpace {
  const { A, B, C } = given;
  return withStates(given, slice(A, 0, r, 0, r), slice(B, 0, r, 0, B.columns), slice(C, 0, C.rows, 0, r));
}

function residualized(given: StateSpace, r: number): StateSpace {
  const { A, B, C, D, time, u, y } = given;
  const n = A.rows;
  const rest = slice(A, r, n, r, n);
  // At rest: 0 = A21 x1 + A22 x2 + B2 u, or x2 = A21 x1 + A22 x2 + B2 u.
  const still = time.kind === "continuous" ? Matrix.mul(rest, -1) : Matrix.sub(Matrix.eye(n - r), rest);
  const fromStates = solveLinear(still, slice(A, r, n, 0, r)).X;
  const fromInputs = solveLinear(still, slice(B, r, n, 0, B.columns)).X;
  const [a12, c2] = [slice(A, 0, r, r, n), slice(C, 0, C.rows, r, n)];
  return system(
    Matrix.add(slice(A, 0, r, 0, r), a12.mmul(fromStates)),
    Matrix.add(slice(B, 0, r, 0, B.columns), a12.mmul(fromInputs)),
    Matrix.add(slice(C, 0, C.rows, 0, r), c2.mmul(fromStates)),
    Matrix.add(D, c2.mmul(fromInputs)),
    time,
    { u, y },
  );
}
