/**
 * The extended observability matrix, from the part of the future outputs that the past explains. The three classic methods differ in how they weigh
 * that part before its singular values are taken: Van Overschee & De Moor, "A unifying theorem for three subspace system identification algorithms",
 * Automatica 31 (1995).
 */
import { product } from "../math/product.ts";
import { pseudoInverse, svd, type Svd } from "../math/svd.ts";
import { part, type BlockHankel } from "./blockHankel.ts";

/** N4SID: the oblique projection, unweighted; MOESP: past outputs and inputs apart from the future inputs; CVA: canonical correlations. */
export type Weighting = "N4SID" | "MOESP" | "CVA";

export interface Subspace {
  /** Of the weighted projection, falling. */
  readonly singular: Float64Array;
  /** Canonical correlations of past and future, whatever the weighting: 1 for what the past foretells exactly, about 0 for noise. */
  readonly correlations: Float64Array;
  /** Columns of the extended observability matrix, s p x n, for any order n up to the number of singular values. */
  readonly observability: (n: number) => Float64Array;
}

/** Relative to the largest singular value; below it lies rounding only. */
const rounding = 1e-11;

export function subspace(hankel: BlockHankel, weighting: Weighting): Subspace {
  const { s, m, p } = hankel;
  const future = s * m;
  const past = future + s * (m + p);
  const [rows, width] = [s * p, s * (m + p)];
  const explained = part(hankel, past, past + rows, future, past);
  const apart = part(hankel, past, past + rows, future, hankel.size);
  const whitening = svd(apart, rows, hankel.size - future);
  const kept = whitening.s.findIndex((v) => !(v > rounding * whitening.s[0]!));
  const rank = kept < 0 ? whitening.count : kept;
  const correlated = svd(whitened(whitening, rank, explained, rows, width), rank, width);
  const correlations = correlated.s;
  const told = { correlations };
  if (weighting === "CVA") {
    const observability = (n: number): Float64Array => {
      const gamma = new Float64Array(rows * n);
      for (let i = 0; i < rows; i++) {
        for (let k = 0; k < n; k++) {
          let sum = 0;
          for (let r = 0; r < rank; r++)
            sum += whitening.U[i * whitening.count + r]! * whitening.s[r]! * correlated.U[r * correlated.count + k]!;
          gamma[i * n + k] = sum * Math.sqrt(correlated.s[k]!);
        }
      }
      return gamma;
    };
    return { ...told, singular: correlations, observability };
  }
  const projected = svd(
    weighting === "MOESP" ? explained : oblique(hankel, explained, rows, width),
    rows,
    weighting === "MOESP" ? width : future + width,
  );
  const observability = (n: number): Float64Array => {
    const gamma = new Float64Array(rows * n);
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < n; k++) gamma[i * n + k] = projected.U[i * projected.count + k]! * Math.sqrt(projected.s[k]!);
    return gamma;
  };
  return { ...told, singular: projected.s, observability };
}

/** diag(1 / s) U' M for the first `rank` columns of U. */
function whitened({ U, s, count }: Svd, rank: number, M: Float64Array, rows: number, cols: number): Float64Array {
  const left = new Float64Array(rank * rows);
  for (let r = 0; r < rank; r++) for (let i = 0; i < rows; i++) left[r * rows + i] = U[i * count + r]! / s[r]!;
  return product(left, M, rank, rows, cols);
}

/** The future outputs along the future inputs on the past: L32 L22^+ [L21 L22]. */
function oblique(hankel: BlockHankel, explained: Float64Array, rows: number, width: number): Float64Array {
  const future = hankel.s * hankel.m;
  const own = part(hankel, future, future + width, future, future + width);
  const along = product(explained, pseudoInverse(own, width, width, rounding), rows, width, width);
  return product(along, part(hankel, future, future + width, 0, future + width), rows, width, future + width);
}

/**
 * The number of states that the data speak for: least sum of the first correlation left out, squared, and of log(N) / N for every parameter.
 * Bauer, "Order estimation for subspace methods", Automatica 37 (2001), criterion SVC.
 */
export function suggestedOrder(correlations: Float64Array, samples: number, m: number, p: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n <= correlations.length; n++) {
    const left = correlations[n] ?? 0;
    const criterion = left * left + (Math.log(samples) / samples) * n * (2 * p + m);
    if (criterion < least - 1e-15) [best, least] = [n, criterion];
  }
  return best;
}
