/**
 * Canonical forms. Companion forms by way of the orthogonal staircase, not of the controllability matrix, which has lost its
 * digits from a dozen states on; the modal form by decoupling the blocks of a real Schur form one after the other (Bavely & Stewart,
 * 1979, without reordering).
 */
import { Matrix } from "ml-matrix";
import { blocks, flat, norm, slice, solveLinear } from "../math/blocks.ts";
import { toMatrix } from "../math/dense.ts";
import { eigenvalues } from "../math/eigenvalues.ts";
import { luFactor, luRcond } from "../math/lu.ts";
import { sylvester } from "../math/lyapunov.ts";
import { system } from "./model.ts";
import { schurOf } from "./schurOf.ts";
import { type Lti, ss } from "./ss.ts";
import { ssbal } from "./ssbal.ts";
import { staircase } from "./staircase.ts";
import type { StateSpace } from "./stateSpace.ts";

export type Canonical =
  | {
      readonly ok: true;
      readonly system: StateSpace;
      /** x = T z of the new states z, and its reciprocal condition: digits that the form has lost. */
      readonly T: Matrix;
      readonly rcond: number;
    }
  /** Inputs do not reach, or outputs do not show, all states; so many they do. */
  | { readonly ok: false; readonly code: "UNCONTROLLABLE" | "UNOBSERVABLE"; readonly dimension: number }
  /** A companion form would keep no digit: powers of A that are all alike. */
  | { readonly ok: false; readonly code: "ILL_CONDITIONED"; readonly rcond: number }
  /** Two eigenvalues with one direction, to within rounding: there is no diagonal form. */
  | { readonly ok: false; readonly code: "DEFECTIVE"; readonly eigenvalues: readonly (readonly [number, number])[] };

/**
 * "controllable": one input; the first row of A holds the characteristic polynomial, B is (1, 0, ...). "observable": one output;
 * its transpose. "modal": A has a real eigenvalue or [re im; -im re] a block. Throws a RangeError for companion forms of more
 * inputs or outputs.
 */
export function canon(model: Lti, form: "controllable" | "observable" | "modal"): Canonical {
  const given = ss(model);
  if (form === "modal") return modal(given);
  if (form === "controllable") {
    if (given.u.length !== 1) throw new RangeError("The controllable companion form is of one input");
    return companion(given);
  }
  if (given.y.length !== 1) throw new RangeError("The observable companion form is of one output");
  const turned = companion(dual(given));
  if (!turned.ok) return turned.code === "UNCONTROLLABLE" ? { ...turned, code: "UNOBSERVABLE" } : turned;
  // x = T z of the dual is z = T' x here.
  const T = solveLinear(turned.T.transpose(), Matrix.eye(turned.T.rows)).X;
  return { ...turned, system: { ...dual(turned.system), u: given.u, y: given.y }, T };
}

function companion(given: StateSpace): Canonical {
  const { system: balanced, scale } = ssbal(given);
  const n = balanced.A.rows;
  const { A: H, B, Q, reached } = staircase(balanced.A, balanced.B, 4 * n * 2.220446049250313e-16);
  if (reached < n) return { ok: false, code: "UNCONTROLLABLE", dimension: reached };
  // H is Hessenberg and B along e1: the last unit row e, divided by what leads there, has e H^k B = 0 for k < n - 1, and then 1.
  let gain = n > 0 ? B.get(0, 0) : 1;
  for (let i = 1; i < n; i++) gain *= H.get(i, i - 1);
  const P = Matrix.zeros(n, n);
  let row = Matrix.zeros(1, n);
  if (n > 0) row.set(0, n - 1, 1 / gain);
  for (let k = n - 1; k >= 0; k--) {
    P.setRow(k, row.to1DArray());
    row = row.mmul(H);
  }
  const back = solveLinear(P, Matrix.eye(n));
  if (!(back.rcond > 1e-17)) return { ok: false, code: "ILL_CONDITIONED", rcond: back.rcond };
  const A = Matrix.zeros(n, n);
  if (n > 0) A.setRow(0, row.mmul(back.X).to1DArray());
  for (let i = 1; i < n; i++) A.set(i, i - 1, 1);
  const first = Matrix.zeros(n, 1);
  if (n > 0) first.set(0, 0, 1);
  const T = inUnits(Q.mmul(back.X), scale);
  const { u, y, D, time } = given;
  return { ok: true, system: system(A, first, given.C.mmul(T), D, time, { u, y }), T, rcond: back.rcond };
}

function modal(given: StateSpace): Canonical {
  const { system: balanced, scale } = ssbal(given);
  const n = balanced.A.rows;
  const schur = schurOf(balanced.A);
  const A = toMatrix(schur.T, n, n);
  const V = toMatrix(schur.Z, n, n);
  for (let at = 0; at < n;) {
    const next = at + (at + 1 < n && A.get(at + 1, at) !== 0 ? 2 : 1);
    const own = slice(A, at, next, at, next);
    const rest = slice(A, next, n, next, n);
    const off = slice(A, at, next, next, n);
    if (next < n) {
      // A11 X - X A22 = -A12 decouples the block from all that follow.
      const found = sylvester(own, Matrix.mul(rest, -1), Matrix.mul(off, -1));
      const cost = found.ok ? norm(found.X) : Number.POSITIVE_INFINITY;
      if (!found.ok || cost > TOO_FAR) return { ok: false, code: "DEFECTIVE", eigenvalues: meeting(own, rest) };
      const share = slice(V, 0, n, at, next).mmul(found.X);
      for (let i = 0; i < n; i++) for (let j = next; j < n; j++) V.set(i, j, V.get(i, j) + share.get(i, j - next));
      for (let i = at; i < next; i++) for (let j = next; j < n; j++) A.set(i, j, 0);
    }
    settle(A, V, at, next);
    at = next;
  }
  const T = inUnits(V, scale);
  const { B, C, D, time, u, y } = given;
  const lu = luFactor(flat(V), n);
  const b = solveLinear(T, B).X;
  return { ok: true, system: system(A, b, C.mmul(T), D, time, { u, y }), T, rcond: luRcond(lu) };
}

/** Beyond this a decoupled block has lost half of its digits. */
const TOO_FAR = 1e8;

/** Columns of length 1, and a block of two in the form [re im; -im re]. */
function settle(A: Matrix, V: Matrix, at: number, next: number): void {
  const n = A.rows;
  const scaleOf = (j: number): number => 1 / norm(slice(V, 0, n, j, j + 1));
  if (next === at + 1) {
    V.mulColumn(at, scaleOf(at));
    return;
  }
  // The Schur form gives equal diagonals and entries beside them of opposite sign.
  const [above, below] = [A.get(at, at + 1), A.get(at + 1, at)];
  const ratio = Math.sqrt(Math.abs(below / above));
  const common = scaleOf(at);
  V.mulColumn(at, common);
  V.mulColumn(at + 1, common * ratio);
  A.set(at, at + 1, above * ratio);
  A.set(at + 1, at, below / ratio);
}

/** The eigenvalue of the block and the nearest among the rest. */
function meeting(own: Matrix, rest: Matrix): readonly (readonly [number, number])[] {
  const [one] = eigenvalues(own).values;
  const others = eigenvalues(rest).values;
  const gap = (value: readonly [number, number]): number => Math.hypot(value[0] - one![0], value[1] - one![1]);
  return [one!, others.reduce((p, q) => (gap(q) < gap(p) ? q : p))];
}

function dual({ A, B, C, D, time, u, x, y }: StateSpace): StateSpace {
  const [a, b, c, d] = [A.transpose(), C.transpose(), B.transpose(), D.transpose()];
  return { A: a, B: b, C: c, D: d, time, u: y, x, y: u };
}

function inUnits(T: Matrix, scale: readonly number[]): Matrix {
  const own = blocks([[T]]);
  scale.forEach((s, i) => own.mulRow(i, s));
  return own;
}
