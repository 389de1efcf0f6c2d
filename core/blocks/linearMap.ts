/** What Gain and Feedthrough share: a scalar keeps the width of its input, a matrix maps columns to rows. */
import type { Expr } from "../expr/expr.ts";
import type { BlockAlgebra, Port } from "./block.ts";

export function mapWidths({ rows, cols }: { readonly rows: number; readonly cols: number }): {
  readonly from: Port;
  readonly to: Port;
} {
  return rows === 1 && cols === 1
    ? { from: { width: "n" }, to: { width: "n" } }
    : { from: { width: cols }, to: { width: rows } };
}

export function map(m: BlockAlgebra, matrix: readonly (readonly Expr[])[], v: readonly Expr[]): readonly Expr[] {
  const scalar = matrix.length === 1 && matrix[0]?.length === 1 ? matrix[0][0] : undefined;
  return scalar ? v.map((x) => m.mul(scalar, x)) : m.matvec(matrix, v);
}
