/**
 * Robust pole placement: eigenvectors of the closed loop are chosen as far from dependent as their subspaces let them, each in turn made as
 * orthogonal to the others as it can be. Kautsky, Nichols & Van Dooren, "Robust pole assignment in linear state feedback" (1985), method
 * 0; a conjugate pair is one complex vector.
 */
import { Matrix, pseudoInverse, SingularValueDecomposition } from "ml-matrix";
import type { Roots } from "../lti/zeroPoleGain.ts";
import { blocks, flat, matrixOf, norm, slice, solveLinear } from "../math/blocks.ts";
import type { Complex } from "../math/complex.ts";
import type { MatrixLike } from "../math/dense.ts";
import { luFactor, luSolve, luSolveTransposed } from "../math/lu.ts";
import { pivotedQr } from "../math/qr.ts";
import { uniform } from "../math/random.ts";
import { singleInput } from "./acker.ts";
import { askedPoles, outcome, uncontrollable } from "./placement.ts";
import type { PlaceOutcome } from "./placement.ts";

/**
 * K, m x n, for which A - B K has the given eigenvalues, chosen among many so that they move little when A does. A n x n, B n x m, n
 * poles: complex ones in conjugate pairs. UNCONTROLLABLE names the modes that B does not reach; with more than one
 * independent input a pole may be asked for as often as there are such inputs (MULTIPLICITY), with one as often as one likes.
 */
export function place(A: MatrixLike, B: MatrixLike, poles: Roots): PlaceOutcome {
  const [a, b] = [matrixOf(A), matrixOf(B)];
  const n = a.rows;
  if (b.rows !== n) throw new RangeError(`B must have ${n} rows, has ${b.rows}`);
  const asked = askedPoles(poles, n);
  const refused = uncontrollable(a, b);
  if (refused) return refused;
  const range = pivotedQr(b, 1e-13 * norm(b));
  const { rank } = range;
  const reach = slice(range.Q, 0, n, 0, rank);
  // Any change of A within the range of B can be fed back: B K = U0 (U0' change).
  const gainFor = (change: Matrix): Matrix =>
    pseudoInverse(reach.transpose().mmul(b)).mmul(reach.transpose().mmul(change));
  if (rank === 1) {
    const along = flat(reach);
    return outcome(a, b, gainFor(reach.mmul(singleInput(a, along, asked))));
  }
  const wanted: Complex[] = [...asked.real.map((re): Complex => [re, 0]), ...asked.above];
  const often = wanted.filter((p) => wanted.filter((q) => q[0] === p[0] && q[1] === p[1]).length > rank);
  if (often.length > 0) {
    const [re, im] = often[0]!;
    return {
      ok: false,
      code: "MULTIPLICITY",
      eigenvalues: often,
      message: `${rank} independent inputs place the pole ${im === 0 ? re : `${re} ± ${im}i`} at most ${rank} times.`,
    };
  }
  const blocked = slice(range.Q, 0, n, rank, n).transpose();
  const subspaces = wanted.map((pole) => subspaceOf(a, blocked, pole));
  const vectors = rank === n ? Matrix.eye(n) : robustVectors(wanted, subspaces, n);
  // X (A - B K)~ = X Lambda, transposed to be solved from the left.
  const closed = solveLinear(vectors.transpose(), vectors.mmul(diagonalOf(wanted, n)).transpose()).X.transpose();
  return outcome(a, b, gainFor(Matrix.sub(a, closed)), conditionOf(vectors));
}

/** Orthonormal columns that span the vectors x with (A - s) x in the range of B; of a complex s, real parts above imaginary ones. */
function subspaceOf(A: Matrix, blocked: Matrix, [re, im]: Complex): Matrix {
  const n = A.rows;
  const real = blocked.mmul(Matrix.sub(A, Matrix.eye(n).mul(re)));
  const turned = Matrix.mul(blocked, im);
  const conditions =
    im === 0
      ? real
      : blocks([
          [real, turned],
          [Matrix.mul(turned, -1), real],
        ]);
  const { Q } = pivotedQr(conditions.transpose(), 0);
  return slice(Q, 0, Q.rows, conditions.rows, Q.rows);
}

/**
 * Columns x, of length 1; of a pair the real and the imaginary part, times the root of 2, so that the condition number is that of the
 * complex vectors.
 */
function robustVectors(wanted: readonly Complex[], subspaces: readonly Matrix[], n: number): Matrix {
  const start = subspaces.map((S, k) =>
    S.mmul(Matrix.columnVector(Array.from({ length: S.columns }, (_, j) => uniform(k + 1, j) - 0.5))),
  );
  const x = new Float64Array(n * n);
  const columns: number[] = [];
  for (const [k, [, im]] of wanted.entries()) columns[k + 1] = (columns[k] ??= 0) + (im === 0 ? 1 : 2);
  const put = (k: number, v: Matrix): void => {
    const pair = wanted[k]![1] !== 0;
    const scale = (pair ? Math.SQRT2 : 1) / norm(v);
    const at = columns[k]!;
    for (let i = 0; i < n; i++) {
      x[i * n + at] = scale * v.get(i, 0);
      if (pair) x[i * n + at + 1] = scale * v.get(n + i, 0);
    }
  };
  start.forEach((v, k) => put(k, v));
  let best = x.slice();
  let least = Number.POSITIVE_INFINITY;
  for (let sweep = 0, stalled = 0; sweep < 60 && stalled < 5; sweep++) {
    subspaces.forEach((S, k) => {
      // Row k of the inverse is orthogonal to all other columns.
      const lu = luFactor(x, n);
      if (lu.singular) return put(k, start[k]!);
      const target = Matrix.zeros(S.rows, 1);
      for (let part = 0; part < S.rows / n; part++) {
        const row = new Float64Array(n);
        row[columns[k]! + part] = 1;
        luSolveTransposed(lu, row);
        for (let i = 0; i < n; i++) target.set(part * n + i, 0, row[i]!);
      }
      const projected = S.mmul(S.transpose().mmul(target));
      if (norm(projected) > 1e-12 * norm(target)) put(k, projected);
    });
    const now = sizeOfInverse(x, n);
    stalled = now < 0.999 * least ? 0 : stalled + 1;
    if (now < least) {
      least = now;
      best = x.slice();
    }
  }
  const vectors = Matrix.zeros(n, n);
  best.forEach((value, at) => vectors.set(Math.floor(at / n), at % n, value));
  return vectors;
}

/** Frobenius norm of the inverse: the columns being of length 1, what is made least. */
function sizeOfInverse(x: Float64Array, n: number): number {
  const lu = luFactor(x, n);
  if (lu.singular) return Number.POSITIVE_INFINITY;
  const inverse = flat(Matrix.eye(n));
  luSolve(lu, inverse, n);
  const size = Math.hypot(...inverse);
  return Number.isFinite(size) ? size : Number.POSITIVE_INFINITY;
}

/** Real poles, and for a pair the block that multiplies [Re x, Im x]. */
function diagonalOf(wanted: readonly Complex[], n: number): Matrix {
  const diagonal = Matrix.zeros(n, n);
  let at = 0;
  for (const [re, im] of wanted) {
    diagonal.set(at, at, re);
    if (im !== 0) {
      diagonal.set(at, at + 1, im);
      diagonal.set(at + 1, at, -im);
      diagonal.set(at + 1, at + 1, re);
      at++;
    }
    at++;
  }
  return diagonal;
}

function conditionOf(vectors: Matrix): number {
  const { diagonal } = new SingularValueDecomposition(vectors, {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  });
  return diagonal[0]! / diagonal.at(-1)!;
}
