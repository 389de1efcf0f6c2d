/** A linear time-invariant system in state-space form, with a name for every row and column. */
import type { Matrix } from "ml-matrix";

/** Never a period of 0 or -1. */
export type TimeBase = { readonly kind: "continuous" } | { readonly kind: "discrete"; readonly period: number };

/** x' = A x + B u (or x[k+1]), y = C x + D u. A n x n, B n x m, C p x n, D p x m. */
export interface StateSpace {
  readonly A: Matrix;
  readonly B: Matrix;
  readonly C: Matrix;
  readonly D: Matrix;
  readonly time: TimeBase;
  readonly u: readonly string[];
  readonly x: readonly string[];
  readonly y: readonly string[];
}
