/** Inverses and determinants for parameter expressions; what is singular to working precision is refused, with the number. */
import { luFactor, luSolve, norm1 } from "../math/lu.ts";
import { ExpressionError } from "./arithmetic.ts";

export function determinant(a: readonly number[], n: number): number {
  const { factors, pivots } = luFactor(Float64Array.from(a), n);
  let product = 1;
  for (let k = 0; k < n; k++) product *= pivots[k] === k ? factors[k * n + k]! : -factors[k * n + k]!;
  return product;
}

/** With the exact reciprocal condition number in the 1-norm, not an estimate: the inverse is at hand. */
export function inverse(a: readonly number[], n: number): number[] {
  const lu = luFactor(Float64Array.from(a), n);
  const x = new Float64Array(n * n);
  for (let i = 0; i < n; i++) x[i * n + i] = 1;
  if (!lu.singular) luSolve(lu, x, n);
  const rcond = lu.singular ? 0 : 1 / (lu.norm * norm1(x, n, n));
  if (!(rcond > Number.EPSILON)) {
    throw new ExpressionError(
      "EXPR_SINGULAR",
      `This matrix is singular to working precision (rcond ${Number.isNaN(rcond) ? "unknown" : rcond.toPrecision(2)}).`,
      "Its rows depend on each other, so it has no inverse.",
      { rcond },
    );
  }
  return Array.from(x);
}
