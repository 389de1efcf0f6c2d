/** Transfer functions: a grid of quotients of polynomials, a row for every output and a column for every input. */
import type { Names } from "./model.ts";
import { named, timeBase } from "./model.ts";
import type { TimeBase } from "./stateSpace.ts";
import { trimmed } from "../math/polynomial.ts";

export interface TransferFunction {
  /** Coefficients, highest power of s or z first; num[i][j] over den[i][j] leads from input j to output i. */
  readonly num: readonly (readonly (readonly number[])[])[];
  readonly den: readonly (readonly (readonly number[])[])[];
  readonly time: TimeBase;
  readonly u: readonly string[];
  readonly y: readonly string[];
}

export type Coefficients = readonly number[] | readonly (readonly (readonly number[])[])[];

/**
 * From coefficients, one list each or a grid of lists. Throws a RangeError for a denominator of zeros, a numerator of higher
 * degree than its denominator (which no state space describes), and grids that do not fit.
 */
export function transferFunction(
  num: Coefficients,
  den: Coefficients,
  time: TimeBase = timeBase(undefined),
  names: Names = {},
): TransferFunction {
  const [top, bottom] = [grid(num), grid(den)];
  const inputs = top[0]?.length ?? 0;
  if (top.length === 0 || inputs === 0) throw new RangeError("A transfer function needs an input and an output");
  if (top.some((row) => row.length !== inputs)) throw new RangeError("Rows of numerators must be equally long");
  if (bottom.length !== top.length || bottom.some((row) => row.length !== inputs))
    throw new RangeError("Every numerator needs its denominator");
  top.forEach((row, i) => {
    row.forEach((n, j) => {
      const [above, below] = [trimmed(n).length, trimmed(bottom[i]![j]!).length];
      if (below === 0) throw new RangeError("A denominator must not be 0");
      if (above > below)
        throw new RangeError(`A numerator of degree ${above - 1} over degree ${below - 1} is not proper`);
    });
  });
  return { num: top, den: bottom, time, u: named(names.u, "u", inputs), y: named(names.y, "y", top.length) };
}

function grid(given: Coefficients): readonly (readonly (readonly number[])[])[] {
  return isList(given) ? [[given]] : given;
}

function isList(given: Coefficients): given is readonly number[] {
  return typeof given[0] === "number" || given.length === 0;
}
