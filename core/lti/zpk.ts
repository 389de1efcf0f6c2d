/** Zeros, poles and gains: from numbers, and of any other form of a linear model. */
import { type Complex, minus, modulus, over, times } from "../math/complex.ts";
import { eigenvalues } from "../math/eigenvalues.ts";
import { roots, trimmed } from "../math/polynomial.ts";
import { evalfr } from "./evalfr.ts";
import { minreal } from "./minreal.ts";
import { type Names, timeBase } from "./model.ts";
import { single } from "./single.ts";
import { type Lti, ss } from "./ss.ts";
import type { StateSpace } from "./stateSpace.ts";
import type { TransferFunction } from "./transferFunction.ts";
import { tzero } from "./tzero.ts";
import { type Roots, zeroPoleGain, type Zpk } from "./zeroPoleGain.ts";

/** Of a state space: entry by entry, each of its minimal realization. Of polynomials: their roots, nothing cancelled. */
export function zpk(model: Lti): Zpk;
/** From lists of roots and a gain for one input and output, or grids (a row an output); with a period in s, discrete. */
export function zpk(
  zeros: Roots | readonly (readonly Roots[])[],
  poles: Roots | readonly (readonly Roots[])[],
  gain: number | readonly (readonly number[])[],
  period?: number,
  names?: Names,
): Zpk;
export function zpk(
  first: Lti | Roots | readonly (readonly Roots[])[],
  poles: Roots | readonly (readonly Roots[])[] = [],
  gain: number | readonly (readonly number[])[] = 1,
  period?: number,
  names: Names = {},
): Zpk {
  if (!("time" in first)) return zeroPoleGain(first, poles, gain, timeBase(period), names);
  if ("zeros" in first) return first;
  return "num" in first ? ofPolynomials(first) : ofStates(first);
}

function ofPolynomials({ num, den, time, u, y }: TransferFunction): Zpk {
  const lead = (p: readonly number[]): number => trimmed(p)[0] ?? 0;
  const none = (p: readonly number[]): boolean => trimmed(p).length === 0;
  return {
    zeros: num.map((row) => row.map((p) => roots(p))),
    poles: den.map((row, i) => row.map((p, j) => (none(num[i]![j]!) ? [] : roots(p)))),
    gain: num.map((row, i) => row.map((p, j) => lead(p) / lead(den[i]![j]!))),
    time,
    u,
    y,
  };
}

function ofStates(given: StateSpace): Zpk {
  const { time, u, y } = given;
  // What is left in shows as a pole and a zero; what went wrongly would be missed: only rounding counts as 0.
  const rounding = 10 * given.x.length * 2.220446049250313e-16;
  const entries = y.map((_, i) => u.map((__, j) => entry(minreal(single(given, i, j), rounding).system)));
  return {
    zeros: entries.map((row) => row.map(({ zeros }) => zeros)),
    poles: entries.map((row) => row.map(({ poles }) => poles)),
    gain: entries.map((row) => row.map(({ gain }) => gain)),
    time,
    u,
    y,
  };
}

/** Zeros, poles and gain of one input and output; zeros and poles that the realization cancels are in both. */
export function entry(given: StateSpace): {
  readonly zeros: readonly Complex[];
  readonly poles: readonly Complex[];
  readonly gain: number;
} {
  const { A, B, C, D } = given;
  const poles = eigenvalues(A).values;
  const { zeros, normalRank } = tzero(given);
  if (normalRank === 0) return { zeros: [], poles: [], gain: 0 };
  const direct = D.get(0, 0);
  if (zeros.length === poles.length) return { zeros, poles, gain: direct };
  if (zeros.length === poles.length - 1) return { zeros, poles, gain: C.mmul(B).get(0, 0) };
  // k = H(s) prod(s - p) / prod(s - z) at an s of the size of the roots, where H does not cancel as C A^r B does.
  const reach = Math.max(...[...zeros, ...poles].map(modulus));
  const s: Complex = [reach > 0 ? 1.5 * reach : 1, 0];
  const { re } = evalfr(ss(given), s);
  let k: Complex = [re.get(0, 0), 0];
  poles.forEach((p, i) => {
    k = times(k, minus(s, p));
    if (i < zeros.length) k = over(k, minus(s, zeros[i]!));
  });
  return { zeros, poles, gain: k[0] };
}
