/**
 * Invariant zeros: s where [A - sI, B; C, D] loses rank. The system is reduced by orthogonal transformations to one with the same
 * zeros and a square invertible D, whose zeros are eigenvalues. Emami-Naeini & Van Dooren, "Computation of zeros of linear
 * multivariable systems" (1982).
 */
import { Matrix } from "ml-matrix";
import type { Complex } from "../math/complex.ts";
import { blocks, norm, slice, solveLinear } from "../math/blocks.ts";
import { eigenvalues } from "../math/eigenvalues.ts";
import { pivotedQr } from "../math/qr.ts";
import { type Lti, ss } from "./ss.ts";
import { unitless } from "./unitless.ts";

export interface InvariantZeros {
  readonly zeros: readonly Complex[];
  /** Rank of the transfer matrix at almost every s; below the smaller of inputs and outputs there is a path of its own to 0. */
  readonly normalRank: number;
  /** What counted as 0 in decisions on rank, relative to the rows and columns that it stood in. */
  readonly tolerance: number;
  /** Reciprocal condition of the D that was left; zeros near infinity make it small. */
  readonly rcond: number;
}

export function tzero(model: Lti, relative?: number): InvariantZeros {
  const { system } = unitless(ss(model));
  const given = { A: system.A, B: system.B, C: system.C, D: system.D };
  const tolerance = relative ?? 10 * (system.A.rows + system.y.length) * 2.220446049250313e-16;
  const rows = fullRowRank(given, tolerance);
  const { A, B, C, D } = transposed(fullRowRank(transposed(rows), tolerance));
  const base = { normalRank: D.rows, tolerance };
  if (A.rows === 0) return { zeros: [], ...base, rcond: 1 };
  if (D.rows === 0) return { zeros: eigenvalues(A).values, ...base, rcond: 1 };
  const { X, rcond } = solveLinear(D, C);
  return { zeros: eigenvalues(Matrix.sub(A, B.mmul(X))).values, ...base, rcond };
}

interface Matrices {
  readonly A: Matrix;
  readonly B: Matrix;
  readonly C: Matrix;
  readonly D: Matrix;
}

/** A smaller system with the same finite zeros and a D of full row rank. */
function fullRowRank(given: Matrices, tolerance: number): Matrices {
  let { A, B, C, D } = given;
  // Rows of D come from rows of B, rows of C from rows of A: rounding in them is of that size.
  const [driven, moving] = [norm(blocks([[B], [D]])), norm(blocks([[A], [C]]))];
  for (;;) {
    const n = A.rows;
    // Outputs turned until those that inputs reach at once stand above.
    const direct = pivotedQr(D, tolerance * driven);
    const r = direct.rank;
    if (r === D.rows) return { A, B, C, D };
    const turned = direct.Q.transpose();
    const c = turned.mmul(C);
    const d = turned.mmul(D);
    const [above, below] = [slice(c, 0, r, 0, n), slice(c, r, c.rows, 0, n)];
    const upper = slice(d, 0, r, 0, d.columns);
    // States turned until those that the others show, which a zero keeps at 0, stand last.
    const seen = pivotedQr(below.transpose(), tolerance * moving);
    const k = seen.rank;
    if (k === 0) return { A, B, C: above, D: upper };
    const V = blocks([[slice(seen.Q, 0, n, k, n), slice(seen.Q, 0, n, 0, k)]]);
    const a = V.transpose().mmul(A).mmul(V);
    const b = V.transpose().mmul(B);
    const m = n - k;
    A = slice(a, 0, m, 0, m);
    C = blocks([[slice(above.mmul(V), 0, r, 0, m)], [slice(a, m, n, 0, m)]]);
    B = slice(b, 0, m, 0, b.columns);
    D = blocks([[upper], [slice(b, m, n, 0, b.columns)]]);
  }
}

function transposed({ A, B, C, D }: Matrices): Matrices {
  return { A: A.transpose(), B: C.transpose(), C: B.transpose(), D: D.transpose() };
}
