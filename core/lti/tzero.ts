/**
 * Invariant zeros: s where [A - sI, B; C, D] loses rank. The system is reduced by orthogonal transformations to one with the same
 * zeros and a square invertible D, whose zeros are eigenvalues. Emami-Naeini & Van Dooren, "Computation of zeros of linear
 * multivariable systems" (1982).
 */
import { Matrix } from "ml-matrix";
import type { Complex } from "../math/complex.ts";
import { blocks, flat, norm, slice, solveLinear } from "../math/blocks.ts";
import { frobenius, toMatrix } from "../math/dense.ts";
import { eigenvalues } from "../math/eigenvalues.ts";
import { pivotedQr } from "../math/qr.ts";
import { reflections } from "../math/reflections.ts";
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

/**
 * A smaller system with the same finite zeros and a D of full row rank. States are turned by reflections of their place, n^2 work for each
 * that goes: a chain of n states, which goes one by one, costs n^3.
 */
function fullRowRank({ A, B, C, D: direct }: Matrices, tolerance: number): Matrices {
  const n = A.rows;
  const width = n + B.columns;
  // [A B], the reflection at hand, and the sums that it works with.
  const [v, sums] = [n * width, n * width + n];
  const work = reflections(sums + width);
  work.all.set(flat(blocks([[A, B]])));
  const row = (i: number, from: number, to: number) => work.all.slice(i * width + from, i * width + to);
  // Rows of D come from rows of B, rows of C from rows of A: rounding in them is of that size.
  const [driven, moving] = [norm(blocks([[B], [direct]])), norm(blocks([[A], [C]]))];
  let shown = C.to2DArray().map((line) => Float64Array.from(line));
  let D = direct;
  /** States before it are gone. */
  let first = 0;
  const left = (C: readonly Float64Array[], D: Matrix): Matrices => ({
    A: rowsMatrix(
      range(first, n).map((i) => row(i, first, n)),
      n - first,
    ),
    B: rowsMatrix(
      range(first, n).map((i) => row(i, n, width)),
      B.columns,
    ),
    C: rowsMatrix(C, n - first),
    D,
  });
  for (;;) {
    // Outputs turned until those that inputs reach at once stand above.
    const { Q, rank: r } = pivotedQr(D, tolerance * driven);
    if (r === D.rows) return left(shown, D);
    const turned = range(0, D.rows).map((i) => combination(shown, Q.getColumn(i), n - first));
    const upper = slice(Q.transpose().mmul(D), 0, r, 0, D.columns);
    const above = turned.slice(0, r);
    const below = turned.slice(r);
    // States turned until those that the others show, which a zero keeps at 0, stand first.
    let k = 0;
    for (; k < Math.min(below.length, n - first); k++) {
      const lengths = below.map((line, j) => (j < k ? -1 : frobenius(line.subarray(k))));
      const length = Math.max(...lengths);
      if (!(length > tolerance * moving)) break;
      const largest = lengths.indexOf(length);
      [below[k], below[largest]] = [below[largest]!, below[k]!];
      const axis = below[k]!.subarray(k).map((value) => value / length);
      axis[0]! += axis[0]! >= 0 ? 1 : -1;
      const tau = 1 / Math.abs(axis[0]!);
      for (const line of turned) reflect(line.subarray(k), axis, tau);
      work.all.set(axis, v);
      const [at, order] = [first + k, n - first - k];
      work.rows(at * width + first, width, order, width - first, v, tau, sums);
      work.columns(first * width + at, width, n - first, order, v, tau);
    }
    if (k === 0) return left(above, upper);
    const gone = range(first, first + k);
    shown = [...above.map((line) => line.slice(k)), ...gone.map((i) => row(i, first + k, n))];
    D = blocks([
      [upper],
      [
        rowsMatrix(
          gone.map((i) => row(i, n, width)),
          D.columns,
        ),
      ],
    ]);
    first += k;
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

const rowsMatrix = (rows: readonly Float64Array[], columns: number): Matrix =>
  toMatrix(Float64Array.from(rows.flatMap((line) => [...line])), rows.length, columns);

function combination(rows: readonly Float64Array[], weights: readonly number[], length: number): Float64Array {
  const sum = new Float64Array(length);
  rows.forEach((line, i) => line.forEach((value, j) => (sum[j]! += weights[i]! * value)));
  return sum;
}

/** (I - tau v v') x in place of x. */
function reflect(x: Float64Array, v: Float64Array, tau: number): void {
  const along = tau * x.reduce((sum, value, i) => sum + value * v[i]!, 0);
  v.forEach((value, i) => (x[i]! -= along * value));
}

function transposed({ A, B, C, D }: Matrices): Matrices {
  return { A: A.transpose(), B: C.transpose(), C: B.transpose(), D: D.transpose() };
}
