/** What the uncertainty of an identified model means for the figures that are read off it: its step response, its poles, its coefficients. To first order. */
import { EigenvalueDecomposition, type Matrix, inverse } from "ml-matrix";
import { flat } from "../math/blocks.ts";
import { plus } from "../math/dense.ts";
import { flatEigenvalues } from "../math/eigenvalues.ts";
import { fromRoots } from "../math/polynomial.ts";
import { product } from "../math/product.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { quadratic, type ParameterUncertainty } from "./uncertainty.ts";

export interface UncertainStep {
  /** By output, by input: the response at samples 0, 1, 2, ... after the step, and its standard deviation. */
  readonly response: readonly (readonly Float64Array[])[];
  readonly sd: readonly (readonly Float64Array[])[];
}

/** Responses from rest to a unit step in every input, over `count` samples; of a discrete model and its own uncertainty. */
export function uncertainStep(system: StateSpace, given: ParameterUncertainty, count: number): UncertainStep {
  const { n, m, p, q, A, B, C, D } = flatParts(system, given);
  const slopes = slopesOf(system, given);
  const grid = (): Float64Array[][] =>
    Array.from({ length: p }, () => Array.from({ length: m }, () => new Float64Array(count)));
  const [response, sd] = [grid(), grid()];
  const covariance = flat(given.covariance);
  // States n x m of all inputs' steps at once, and how they change with each parameter.
  let x: Float64Array = new Float64Array(n * m);
  const dx = slopes.map((): Float64Array => new Float64Array(n * m));
  for (let k = 0; k < count; k++) {
    const y = plus(product(C, x, p, n, m), D);
    const dy = slopes.map(({ C: dC, D: dD }, l) =>
      plus(plus(product(dC, x, p, n, m), product(C, dx[l]!, p, n, m)), dD),
    );
    for (let o = 0; o < p; o++) {
      for (let i = 0; i < m; i++) {
        const by = Float64Array.from({ length: q }, (_, l) => dy[l]![o * m + i]!);
        response[o]![i]![k] = y[o * m + i]!;
        sd[o]![i]![k] = deviation(covariance, by);
      }
    }
    slopes.forEach(({ A: dA, B: dB }, l) => {
      dx[l] = plus(plus(product(dA, x, n, n, m), product(A, dx[l]!, n, n, m)), dB);
    });
    x = plus(product(A, x, n, n, m), B);
  }
  return { response, sd };
}

export interface UncertainPole {
  readonly re: number;
  readonly im: number;
  /** Standard deviations of both; NaN where a pole is so nearly a double one that it has no slope. */
  readonly reSd: number;
  readonly imSd: number;
}

/** Poles with how sure they are: d lambda = w' dA v / w' v. */
export function uncertainPoles(system: StateSpace, given: ParameterUncertainty): readonly UncertainPole[] {
  const { n, A, q } = flatParts(system, given);
  if (n === 0) return [];
  const covariance = flat(given.covariance);
  const { realEigenvalues, imaginaryEigenvalues, eigenvectorMatrix: V } = new EigenvalueDecomposition(system.A);
  const left = inverseOf(V);
  const moved =
    left && slopesOf(system, given).map((s) => product(product(flat(left), s.A, n, n, n), flat(V), n, n, n));
  const known = flatEigenvalues(A, n).values;
  return Array.from({ length: n }, (_, k): UncertainPole => {
    const [re, im] = [realEigenvalues[k]!, imaginaryEigenvalues[k]!];
    // Eigenvectors are not balanced; the values themselves are those that everything else of Lazo shows.
    const [shownRe, shownIm] = known.reduce<readonly [number, number]>(
      (best, one) => (Math.hypot(one[0] - re, one[1] - im) < Math.hypot(best[0] - re, best[1] - im) ? one : best),
      known[0] ?? [re, im],
    );
    const none = { re: shownRe, im: shownIm, reSd: Number.NaN, imSd: Number.NaN };
    if (!moved) return none;
    if (im === 0) {
      const by = Float64Array.from({ length: q }, (_v, l) => moved[l]![k * n + k]!);
      return { ...none, reSd: deviation(covariance, by), imSd: 0 };
    }
    // Of a pair, columns are the real and the imaginary part: dA is a 2 x 2 block there.
    const at = im > 0 ? k : k - 1;
    const block = (l: number, i: number, j: number): number => moved[l]![(at + i) * n + at + j]!;
    const byRe = Float64Array.from({ length: q }, (_v, l) => (block(l, 0, 0) + block(l, 1, 1)) / 2);
    const byIm = Float64Array.from({ length: q }, (_v, l) => (block(l, 0, 1) - block(l, 1, 0)) / 2);
    return { ...none, reSd: deviation(covariance, byRe), imSd: deviation(covariance, byIm) };
  });
}

/** Of one input and one output, highest power of z first: num / den, den monic and of the model's order. */
export interface Coefficients {
  readonly num: readonly number[];
  readonly den: readonly number[];
}

/** Throws a RangeError for several inputs or outputs. */
export function coefficientsOf({ A, B, C, D }: StateSpace): Coefficients {
  if (D.rows !== 1 || D.columns !== 1) throw new RangeError("A transfer function here is of one input and one output");
  return polynomials(flat(A), flat(B), flat(C), D.get(0, 0), A.rows);
}

/** The numerator is the beginning of den times the impulse response D, C B, C A B ...: no zero is looked for, none can be lost. */
function polynomials(A: Float64Array, B: Float64Array, C: Float64Array, D: number, n: number): Coefficients {
  const den = fromRoots(flatEigenvalues(A, n).values);
  const impulse = [D];
  let x = B;
  for (let k = 1; k <= n; k++) {
    impulse.push(product(C, x, 1, n, 1)[0]!);
    x = product(A, x, n, n, 1);
  }
  return { num: den.map((_, k) => den.slice(0, k + 1).reduce((s, d, j) => s + d * impulse[k - j]!, 0)), den };
}

/** Standard deviations of the coefficients, by differences over a small part of each parameter's own. */
export function coefficientsSd(system: StateSpace, given: ParameterUncertainty): Coefficients {
  const { n, A, B, C, D, q } = flatParts(system, given);
  const covariance = flat(given.covariance);
  const slopes = slopesOf(system, given).map((slope, l) => {
    const step = 0.01 * Math.sqrt(Math.max(0, covariance[l * q + l]!));
    const at = (sign: number): Coefficients => {
      const moved = (a: Float64Array, by: Float64Array): Float64Array => a.map((v, i) => v + sign * step * by[i]!);
      return polynomials(moved(A, slope.A), moved(B, slope.B), moved(C, slope.C), D[0]! + sign * step * slope.D[0]!, n);
    };
    const [up, down] = [at(1), at(-1)];
    const slopeOf = (name: keyof Coefficients): number[] =>
      up[name].map((v, i) => (step > 0 ? (v - down[name][i]!) / (2 * step) : 0));
    return { num: slopeOf("num"), den: slopeOf("den") };
  });
  const sd = (name: keyof Coefficients): number[] =>
    Array.from({ length: n + 1 }, (_, i) =>
      deviation(
        covariance,
        Float64Array.from(slopes, (slope) => slope[name][i]!),
      ),
    );
  return { num: sd("num"), den: sd("den") };
}

function flatParts({ A, B, C, D, time }: StateSpace, { slopes, covariance }: ParameterUncertainty) {
  const [n, m, p, q] = [A.rows, D.columns, D.rows, covariance.rows];
  if (time.kind !== "discrete") throw new RangeError("An identified model is discrete");
  if (slopes.rows !== n * n + n * m + p * n + p * m || slopes.columns !== q)
    throw new RangeError("This uncertainty is another model's");
  return { n, m, p, q, A: flat(A), B: flat(B), C: flat(C), D: flat(D) };
}

/** By parameter: how A, B, C, D change. */
function slopesOf({ A, D }: StateSpace, { slopes, covariance }: ParameterUncertainty) {
  const [n, m, p] = [A.rows, D.columns, D.rows];
  const [atB, atC, atD] = [n * n, n * n + n * m, n * n + n * m + p * n];
  return Array.from({ length: covariance.rows }, (_, l) => {
    const all = Float64Array.from({ length: slopes.rows }, (_v, entry) => slopes.get(entry, l));
    return { A: all.slice(0, atB), B: all.slice(atB, atC), C: all.slice(atC, atD), D: all.slice(atD) };
  });
}

/** Undefined where eigenvectors are nearly dependent. */
function inverseOf(V: Matrix): Matrix | undefined {
  try {
    const left = inverse(V);
    return left.norm("frobenius") * V.norm("frobenius") < 1e8 ? left : undefined;
  } catch {
    return undefined;
  }
}

const deviation = (covariance: Float64Array, by: Float64Array): number =>
  Math.sqrt(Math.max(0, quadratic(covariance, by)));
