/**
 * Modes that inputs do not reach. Popov (1966), Belevitch (1968), Hautus (1969): a mode lambda is out of reach where
 * [A - lambda I, B] loses rank. How far it is from that, its smallest singular value, tells clearly where the staircase of
 * orthogonal transformations does not: with one input, a chain of a dozen states has no small step, only a small product.
 */
import { Matrix } from "ml-matrix";
import { blockDiagonal, blocks, matrixOf, norm, slice } from "../math/blocks.ts";
import type { Complex } from "../math/complex.ts";
import { type MatrixLike, toMatrix } from "../math/dense.ts";
import { pivotedQr } from "../math/qr.ts";
import { smallestSingular } from "../math/smallestSingular.ts";
import { schurOf } from "./schurOf.ts";

/** Relative to |[A B]|: clear of rounding, and below what a stiff system has among its slow modes. */
export const RANK_TOLERANCE = 1e-12;

export interface Mode {
  readonly eigenvalue: Complex;
  /**
   * Smallest singular value of [A - lambda I, B] over |[A B]|, inputs measured so that each brings as much as A: the relative change
   * that puts the mode out of reach.
   */
  readonly measure: number;
  /** True where the measure is within the tolerance. */
  readonly lost: boolean;
  /** How much each state takes part in what is out of reach: at most 1. Through these the mode leads to blocks. */
  readonly states: readonly number[];
}

/** Every mode of A (n x n) and how far inputs reach it through B (n x m); of outputs, pbh(A', C'). */
export function pbh(A: MatrixLike, B: MatrixLike, tolerance = RANK_TOLERANCE): readonly Mode[] {
  const [a, b] = [matrixOf(A), matrixOf(B)];
  const size = norm(a) || 1;
  for (let j = 0; j < b.columns; j++) b.mulColumn(j, size / (norm(slice(b, 0, b.rows, j, j + 1)) || size));
  return measured(a, b).map(({ eigenvalue, measure, re, im }) => {
    const weights = re.map((v, i) => Math.hypot(v, im[i]!));
    const most = Math.max(...weights);
    return { eigenvalue, measure, lost: measure <= tolerance, states: weights.map((w) => w / most) };
  });
}

interface Measured {
  readonly eigenvalue: Complex;
  readonly measure: number;
  /** The left vector w of [A - lambda I, B]. */
  readonly re: readonly number[];
  readonly im: readonly number[];
}

function measured(A: Matrix, B: Matrix): Measured[] {
  const [n, m] = [A.rows, B.columns];
  const size = norm(blocks([[A, B]])) || 1;
  const schur = schurOf(A);
  const Z = toMatrix(schur.Z, n, n);
  const b = Z.transpose().mmul(B);
  // From the last row to the first the transpose is upper triangular but for 2 x 2 blocks: cheap to reduce.
  const T = (i: number, j: number): number => schur.T[(n - 1 - j) * n + n - 1 - i]!;
  const found: Measured[] = [];
  for (let k = 0; k < n; k++) {
    const eigenvalue: Complex = [schur.re[k]!, schur.im[k]!];
    const last = found.at(-1);
    if (eigenvalue[1] < 0 && last) {
      // The conjugate of the one before.
      found.push({ ...last, eigenvalue, im: last.im.map((v) => -v) });
      continue;
    }
    // Complex numbers as 2 x 2 blocks: every singular value twice.
    const wide = eigenvalue[1] === 0 ? 1 : 2;
    const columns = wide * n;
    const whole = new Float64Array(wide * (n + m) * columns);
    for (let i = 0; i < n + m; i++) {
      for (let j = 0; j < n; j++) {
        const value = i < n ? (i === j ? T(i, j) - eigenvalue[0] : T(i, j)) : b.get(n - 1 - j, i - n);
        for (let c = 0; c < wide; c++) whole[(wide * i + c) * columns + wide * j + c] = value;
      }
      if (wide === 1 || i >= n) continue;
      whole[2 * i * columns + 2 * i + 1] = eigenvalue[1];
      whole[(2 * i + 1) * columns + 2 * i] = -eigenvalue[1];
    }
    const { value, right } = smallestSingular(whole, wide * (n + m), columns);
    const part = (c: number): readonly number[] =>
      Z.mmul(Matrix.columnVector(Array.from({ length: n }, (__, i) => right[wide * (n - 1 - i) + c]!))).to1DArray();
    found.push({ eigenvalue, measure: value / size, re: part(0), im: wide === 2 ? part(1) : part(0).map(() => 0) });
  }
  return found;
}

export interface Reach {
  /** Q' A Q = [A1 *; 0 A2] and Q' B = [B1; 0], the zeros up to the tolerance: the first states are all that inputs reach. */
  readonly A: Matrix;
  readonly B: Matrix;
  readonly Q: Matrix;
  readonly reached: number;
  /** Eigenvalues of A2. */
  readonly lost: readonly Complex[];
  /** Smallest measure among the modes that stayed, largest among those that went. */
  readonly kept: number;
  readonly dropped: number;
}

/** Modes out of reach put last, one after the other, by orthogonal transformations. */
export function reach(givenA: Matrix, givenB: Matrix, tolerance: number): Reach {
  const n = givenA.rows;
  let [A, B, Q] = [givenA, givenB, Matrix.eye(n)];
  const lost: Complex[] = [];
  let dropped = 0;
  for (let reached = n; ;) {
    const modes = measured(slice(A, 0, reached, 0, reached), slice(B, 0, reached, 0, B.columns));
    const worst = modes.reduce<Measured | undefined>((p, q) => (p && p.measure <= q.measure ? p : q), undefined);
    if (!worst || worst.measure > tolerance)
      return { A, B, Q, reached, lost, kept: worst?.measure ?? Number.POSITIVE_INFINITY, dropped };
    const [re, im] = worst.eigenvalue;
    const pair = im !== 0;
    const span = new Matrix(pair ? [worst.re as number[], worst.im as number[]] : [worst.re as number[]]).transpose();
    const { Q: own } = pivotedQr(span, 0);
    const width = pair ? 2 : 1;
    const turn = blockDiagonal([
      blocks([[slice(own, 0, reached, width, reached), slice(own, 0, reached, 0, width)]]),
      Matrix.eye(n - reached),
    ]);
    A = turn.transpose().mmul(A).mmul(turn);
    B = turn.transpose().mmul(B);
    Q = Q.mmul(turn);
    reached -= width;
    dropped = Math.max(dropped, worst.measure);
    lost.push([re, Math.abs(im)]);
    if (pair) lost.push([re, -Math.abs(im)]);
  }
}
