/**
 * What a piece of a record does to a filter's state, and to a smoother's, as elements that can be joined in any grouping: Sarkka &
 * Garcia-Fernandez, "Temporal Parallelization of Bayesian Smoothers" (IEEE Transactions on Automatic Control 66, 2021), here from
 * prediction to prediction, x[k|k-1] to x[k+1|k]. All float64; matrices n x n by rows.
 */
import { identity, plus, symmetrize, transpose } from "../math/dense.ts";
import { luFactor, luSolve } from "../math/lu.ts";
import { product } from "../math/product.ts";

/**
 * From the state s at the beginning: the state at the end is N(A s + b, C), and the measurements say of s what information (eta, J) says.
 */
export interface Piece {
  readonly A: Float64Array;
  readonly b: Float64Array;
  readonly C: Float64Array;
  readonly eta: Float64Array;
  readonly J: Float64Array;
}

/** Of no samples. */
export function noPiece(n: number): Piece {
  const zeros = () => new Float64Array(n * n);
  return { A: identity(n), b: new Float64Array(n), C: zeros(), eta: new Float64Array(n), J: zeros() };
}

/** `one`, then `two`. Undefined where the two contradict each other, which covariances do not. */
export function joined(n: number, one: Piece, two: Piece): Piece | undefined {
  const ahead = passed(n, one.A, one.b, one.C, two);
  if (!ahead) return undefined;
  const { D, ...rest } = ahead;
  // A1' D' of what two says of its beginning.
  const back = transpose(product(D, one.A, n, n, n), n, n);
  const told = plus(two.eta, product(two.J, one.b, n, n, 1), -1);
  return {
    ...rest,
    eta: plus(product(back, told, n, n, 1), one.eta),
    J: symmetrize(plus(product(back, product(two.J, one.A, n, n, n), n, n, n), one.J), n),
  };
}

/** The mean and covariance at a piece's end, from those before it. */
export function through(
  n: number,
  x: Float64Array,
  P: Float64Array,
  piece: Piece,
): { readonly x: Float64Array; readonly P: Float64Array } | undefined {
  const ahead = passed(n, new Float64Array(n * n), x, P, piece);
  return ahead && { x: ahead.b, P: ahead.C };
}

/** With D = (I + C J)^-1: A2 D A1, A2 D (b1 + C1 eta2) + b2 and A2 D C1 A2' + C2. */
function passed(n: number, A: Float64Array, b: Float64Array, C: Float64Array, two: Piece) {
  const lu = luFactor(plus(identity(n), product(C, two.J, n, n, n)), n);
  if (lu.singular) return undefined;
  const D = identity(n);
  luSolve(lu, D, n);
  const AD = product(two.A, D, n, n, n);
  const met = plus(b, product(C, two.eta, n, n, 1));
  return {
    D,
    A: product(AD, A, n, n, n),
    b: plus(product(AD, met, n, n, 1), two.b),
    C: symmetrize(plus(product(product(AD, C, n, n, n), transpose(two.A, n, n), n, n, n), two.C), n),
  };
}

/** From the smoothed state s after the piece: the one at its beginning has mean E s + g, and covariance E P E' + L. */
export interface BackPiece {
  readonly E: Float64Array;
  readonly g: Float64Array;
  readonly L: Float64Array;
}

/** `one` lies before `two`. */
export function joinedBack(n: number, one: BackPiece, two: BackPiece): BackPiece {
  return {
    E: product(one.E, two.E, n, n, n),
    g: plus(product(one.E, two.g, n, n, 1), one.g),
    L: carriedBack(n, one, two.L),
  };
}

/** E P E' + L. */
export function carriedBack(n: number, { E, L }: BackPiece, P: Float64Array): Float64Array {
  return symmetrize(plus(product(product(E, P, n, n, n), transpose(E, n, n), n, n, n), L), n);
}
