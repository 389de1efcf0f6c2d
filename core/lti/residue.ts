/** Partial fractions of one input and output: H(s) = direct + sum of residue / (s - pole), where no pole comes twice. */
import { type Complex, minus, modulus, over, times } from "../math/complex.ts";
import { trimmed, valueAt } from "../math/polynomial.ts";
import type { Lti } from "./ss.ts";
import { zpk } from "./zpk.ts";

export interface PartialFractions {
  readonly poles: readonly Complex[];
  /** In the order of the poles. Infinite where poles coincide: the fractions are then of other forms. */
  readonly residues: readonly Complex[];
  readonly direct: number;
  /** The smallest distance of two poles relative to the larger of the two: the digits that residues have lost. */
  readonly separation: number;
}

/** Throws a RangeError for more than one input or output. */
export function residue(model: Lti): PartialFractions {
  const { zeros, poles: grid, gain } = zpk(model);
  if (gain.length !== 1 || gain[0]!.length !== 1) throw new RangeError("Partial fractions are of one input and output");
  const [top, poles, k] = [zeros[0]![0]!, grid[0]![0]!, gain[0]![0]!];
  const num = "num" in model ? model.num[0]?.[0] : undefined;
  const lead = ("num" in model ? trimmed(model.den[0]?.[0] ?? [])[0] : undefined) ?? 1;
  let separation = Number.POSITIVE_INFINITY;
  const residues = poles.map((p, i) => {
    // Of polynomials the numerator's own coefficients, which its roots only know to within their condition.
    let r: Complex = num
      ? over(valueAt(num, p), [lead, 0])
      : top.reduce<Complex>((v, z) => times(v, minus(p, z)), [k, 0]);
    poles.forEach((q, j) => {
      if (j === i) return;
      const gap = minus(p, q);
      separation = Math.min(separation, modulus(gap) / Math.max(modulus(p), modulus(q)));
      r = over(r, gap);
    });
    return r;
  });
  return { poles, residues, direct: top.length === poles.length ? k : 0, separation };
}
