/**
 * The part of the state that inputs reach, by orthogonal transformations alone: B first, then what A brings it to, block by block.
 * Van Dooren, "The generalized eigenstructure problem in linear system theory" (1981).
 */
import { Matrix } from "ml-matrix";
import { blocks, blockDiagonal, norm, slice } from "../math/blocks.ts";
import { pivotedQr } from "../math/qr.ts";

export interface Staircase {
  /** Q' A Q, Q' B: what is reached stands first, [A1 *; 0 A2] and [B1; 0], the zeros up to the tolerance. */
  readonly A: Matrix;
  readonly B: Matrix;
  readonly Q: Matrix;
  readonly reached: number;
  /** Inputs of each step: ranks of the blocks below the diagonal. */
  readonly steps: readonly number[];
  /** The smallest pivot that counted and the largest that did not, relative to |[A B]|: how clear the decisions were. */
  readonly kept: number;
  readonly dropped: number;
}

/** `tolerance` is relative to |[A B]|. */
export function staircase(givenA: Matrix, givenB: Matrix, tolerance: number): Staircase {
  const n = givenA.rows;
  const size = norm(blocks([[givenA, givenB]])) || 1;
  let [A, B, Q] = [givenA, givenB, Matrix.eye(n)];
  const steps: number[] = [];
  let kept = Number.POSITIVE_INFINITY;
  let dropped = 0;
  let reached = 0;
  let block = B;
  while (reached < n && block.columns > 0) {
    const qr = pivotedQr(block, tolerance * size);
    dropped = Math.max(dropped, qr.dropped);
    if (qr.rank === 0) break;
    kept = Math.min(kept, qr.kept);
    const turn = blockDiagonal([Matrix.eye(reached), qr.Q]);
    A = turn.transpose().mmul(A).mmul(turn);
    B = turn.transpose().mmul(B);
    Q = Q.mmul(turn);
    const last = reached;
    reached += qr.rank;
    steps.push(qr.rank);
    block = slice(A, reached, n, last, reached);
  }
  return { A, B, Q, reached, steps, kept: kept / size, dropped: dropped / size };
}
