/**
 * The noise of a model whose A, B, C, D are known, from the states that past and future agree on: covariances of what drives states and outputs, and
 * Kalman's gain from their Riccati equation. Van Overschee & De Moor (1996), 4.3: positive by construction.
 */
import { multiple, plus, symmetrize, toMatrix, transpose } from "../math/dense.ts";
import { dare } from "../math/riccati.ts";
import { flat } from "../math/blocks.ts";
import { product } from "../math/product.ts";
import { pseudoInverse } from "../math/svd.ts";
import { part, type BlockHankel } from "./blockHankel.ts";
import { closed, radius, type FlatModel } from "./identified.ts";

export interface NoiseModel {
  /** n x n, p x p, n x p: covariances of w and v in x[k+1] = A x + B u + w, y = C x + D u + v, and of both. */
  readonly Q: Float64Array;
  readonly R: Float64Array;
  readonly S: Float64Array;
  readonly K: Float64Array;
  /** p x p: of the innovations. */
  readonly innovations: Float64Array;
  /** Where the gain comes from: the Riccati equation; the innovations directly, where that has no solution; or 0, as there is no noise. */
  readonly source: "riccati" | "direct" | "none";
}

/** Of recordings whose outputs have a mean square of about 1. */
export function noiseModel(hankel: BlockHankel, model: FlatModel): NoiseModel {
  const { s, m, p, size, columns } = hankel;
  const { n, A, B, C, D } = model;
  const gamma = powers(C, A, s, p, n);
  const before = size - s * p;
  const wide = before + p;
  const H = impulses(gamma, B, D, s, n, m, p);
  // States foretold by the past alone, and one instant later with one more output known.
  const now = states(hankel, gamma, H, model, s, before);
  const next = states(hankel, gamma, H, model, s - 1, wide);
  const padded = new Float64Array(n * wide);
  for (let i = 0; i < n; i++) padded.set(now.subarray(i * before, (i + 1) * before), i * wide);
  const seen = part(hankel, before, before + p, 0, wide);
  const inputs = part(hankel, 0, m, 0, wide);
  const w = plus(plus(next, product(A, padded, n, n, wide), -1), product(B, inputs, n, m, wide), -1);
  const v = plus(plus(seen, product(C, padded, p, n, wide), -1), product(D, inputs, p, m, wide), -1);
  const covariance = (a: Float64Array, b: Float64Array, rows: number, cols: number): Float64Array =>
    multiple(product(a, transpose(b, cols, wide), rows, wide, cols), 1 / columns);
  const Q = symmetrize(covariance(w, w, n, n), n);
  const R = symmetrize(covariance(v, v, p, p), p);
  const S = covariance(w, v, n, p);
  const told = { Q, R, S };
  const none = { ...told, K: new Float64Array(n * p), innovations: R, source: "none" } as const;
  // Outputs have a mean square of 1: below this there is rounding only.
  const power = R.reduce((sum, value, i) => sum + (i % (p + 1) === 0 ? value : 0), 0);
  if (n === 0 || !(power > 1e-20 * p)) return none;
  const steady = steadyGain(model, Q, R, S);
  if (steady) return { ...told, ...steady, source: "riccati" };
  const K = direct(hankel, gamma, n);
  return radius(closed({ ...model, K }), n) < 1 ? { ...told, K, innovations: R, source: "direct" } : none;
}

/** Kalman's gain and the innovations' covariance once the filter has settled; undefined where it never does. */
export function steadyGain(
  { n, p, A, C }: Pick<FlatModel, "n" | "p" | "A" | "C">,
  Q: Float64Array,
  R: Float64Array,
  S: Float64Array,
): { readonly K: Float64Array; readonly innovations: Float64Array } | undefined {
  const solved = dare(
    toMatrix(transpose(A, n, n), n, n),
    toMatrix(transpose(C, p, n), n, p),
    toMatrix(Q, n, n),
    toMatrix(R, p, p),
    toMatrix(S, n, p),
  );
  if (!solved.ok) return undefined;
  const P = flat(solved.X);
  const spread = plus(product(product(C, P, p, n, n), transpose(C, p, n), p, n, p), R);
  return { K: transpose(flat(solved.K), p, n), innovations: symmetrize(spread, p) };
}

/** What the innovation of an instant does to the state after it. */
export function direct(hankel: BlockHankel, gamma: Float64Array, n: number): Float64Array {
  const { s, p, size } = hankel;
  const before = size - s * p;
  const own = part(hankel, before, before + p, before, before + p);
  const later = part(hankel, before + p, size, before, before + p);
  const state = product(
    pseudoInverse(gamma.subarray(0, (s - 1) * p * n), (s - 1) * p, n, 1e-13),
    later,
    n,
    (s - 1) * p,
    p,
  );
  return product(state, pseudoInverse(own, p, p, 1e-13), n, p, p);
}

/** Gamma^+ (Z - H Uf) from the first `known` columns of L, over the last `blocks` instants. */
function states(
  hankel: BlockHankel,
  gamma: Float64Array,
  H: Float64Array,
  { n }: FlatModel,
  blocks: number,
  known: number,
): Float64Array {
  const { m, size, s, p } = hankel;
  const rows = blocks * p;
  const Z = part(hankel, size - rows, size, 0, known);
  const inputs = part(hankel, (s - blocks) * m, s * m, 0, known);
  const width = blocks * m;
  const toeplitz = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) toeplitz.set(H.subarray(i * s * m, i * s * m + width), i * width);
  const free = plus(Z, product(toeplitz, inputs, rows, width, known), -1);
  return product(pseudoInverse(gamma.subarray(0, blocks * p * n), rows, n, 1e-13), free, n, rows, known);
}

/** C, C A, ..., C A^(s-1) below one another. */
export function powers(C: Float64Array, A: Float64Array, s: number, p: number, n: number): Float64Array {
  const gamma = new Float64Array(s * p * n);
  let row = C;
  for (let k = 0; k < s; k++) {
    gamma.set(row, k * p * n);
    row = product(row, A, p, n, n);
  }
  return gamma;
}

/** The lower block triangular matrix of the responses to inputs: D, C B, C A B and so on below the diagonal. */
function impulses(
  gamma: Float64Array,
  B: Float64Array,
  D: Float64Array,
  s: number,
  n: number,
  m: number,
  p: number,
): Float64Array {
  const H = new Float64Array(s * p * s * m);
  const responses = product(gamma, B, s * p, n, m);
  for (let i = 0; i < s; i++) {
    for (let j = 0; j <= i; j++) {
      for (let a = 0; a < p; a++) {
        for (let b = 0; b < m; b++)
          H[(i * p + a) * s * m + j * m + b] = i === j ? D[a * m + b]! : responses[((i - j - 1) * p + a) * m + b]!;
      }
    }
  }
  return H;
}
