/** The number of the sample, counted by the clock and not by a state, so that a plant with noise keeps its matrices. */
import type { Expr } from "../expr/expr.ts";
import type { BlockAlgebra, Rate } from "./block.ts";

/**
 * k, about: (k T + offset - offset) / T may round to just below k. Whoever needs the whole number adds a quarter before taking
 * the integer part.
 */
export function sampleNumber(m: BlockAlgebra, t: Expr, rate: Rate): Expr {
  return m.sample(m.div(m.sub(t, rate.offset), m.period(rate)), rate);
}
