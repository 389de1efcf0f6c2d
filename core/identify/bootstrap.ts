/**
 * How sure a model is of a method whose variance has no simple formula, as with subspaces: the method is run anew on records that the model itself makes
 * from the same inputs, and what comes out differs by as much as it might from the truth. Efron, "Bootstrap methods" (1979); for subspaces Bittanti & Lovera,
 * "Bootstrap-based estimates of uncertainty in subspace identification methods", Automatica 36 (2000).
 */
import { normalQuantile } from "../math/chiSquare.ts";
import { ldl } from "../math/ldl.ts";
import { toMatrix } from "../math/dense.ts";
import { product } from "../math/product.ts";
import { uniform } from "../math/random.ts";
import { pseudoInverse } from "../math/svd.ts";
import { flatModel, rescaled, type FlatModel, type Innovations } from "./identified.ts";
import { localCoordinates } from "./localCoordinates.ts";
import { inUnits } from "./pem.ts";
import { beginnings } from "./predict.ts";
import { recordsOf, sizesOf, type Recording, type Recordings, type Segment } from "./recording.ts";
import { entriesOf } from "./sensitivities.ts";
import type { ParameterUncertainty } from "./uncertainty.ts";

export interface BootstrapOptions {
  /** Records that are made; 40 when absent. Deviations are sure to 1 part in sqrt(2 count). */
  readonly count?: number | undefined;
  readonly seed?: number | undefined;
  /** Of the method: without a direct path D stays 0. */
  readonly feedthrough?: boolean | undefined;
  /** Told before every record: the share that is done. */
  readonly progress?: ((share: number) => void) | undefined;
}

/**
 * `identify` is the method that made `model` of `data`, with the same order; what it refuses is left out. Undefined where less than half of the records give a
 * model, or the model has no states.
 */
export function bootstrap(
  given: Innovations,
  data: Recordings,
  identify: (made: readonly Recording[]) => Innovations | { readonly ok: false },
  { count = 40, seed = 1, feedthrough = true, progress }: BootstrapOptions = {},
): ParameterUncertainty | undefined {
  const records = recordsOf(data);
  const { m, p, segments, period, names } = records;
  const model = flatModel(given);
  const { n } = model;
  const x0 = beginnings(model, records, true);
  if (n === 0 || !x0) return undefined;
  const noise = Float64Array.from(given.noise.to1DArray());
  const [u, y] = [sizesOf(records, "u"), sizesOf(records, "y")];
  const root = rootOf(noise, p);
  const scaled = (one: FlatModel): FlatModel =>
    rescaled(
      one,
      u.map((v) => 1 / v),
      y.map((v) => 1 / v),
    );
  const own = scaled(model);
  const { basis, count: q } = localCoordinates(own, { feedthrough, gain: true });
  const lags = 2 * n;
  // Innovations as an input, in the size that they have.
  const unit = Float64Array.from(root, (v, i) => v / y[Math.floor(i / p)]!);
  const there = responses(own, unit, lags);
  const J = new Float64Array(there.length * q);
  for (let l = 0; l < q; l++) {
    const [up, down] = [1, -1].map((sign) => responses(movedBy(own, basis, q, l, sign * 1e-6), unit, lags));
    for (let i = 0; i < there.length; i++) J[i * q + l] = (up![i]! - down![i]!) / 2e-6;
  }
  const toParameters = pseudoInverse(J, there.length, q, 1e-9);
  const moves: Float64Array[] = [];
  for (let run = 0; run < count; run++) {
    progress?.(run / count);
    const made = segments.map((segment, s): Recording => {
      const values = simulated(model, segment, x0[s]!, root, seed + 7919 * (run * segments.length + s));
      const channel = (of: Float64Array, width: number, j: number): Float64Array =>
        of.filter((_, i) => i % width === j);
      return {
        u: names.u.map((_, j) => channel(segment.u, m, j)),
        y: names.y.map((_, j) => channel(values, p, j)),
        period,
        names,
      };
    });
    const again = identify(made);
    if ("ok" in again && !again.ok) continue;
    const other = flatModel(again as Innovations);
    if (other.n !== n) continue;
    const seen = responses(scaled(other), unit, lags);
    const move = product(
      toParameters,
      seen.map((v, i) => v - there[i]!),
      q,
      there.length,
      1,
    );
    if (move.every(Number.isFinite)) moves.push(move);
  }
  if (moves.length < Math.max(4, count / 2)) return undefined;
  const mean = new Float64Array(q).map((_, l) => moves.reduce((sum, v) => sum + v[l]!, 0) / moves.length);
  const covariance = new Float64Array(q * q);
  for (const move of moves)
    for (let i = 0; i < q; i++)
      for (let j = 0; j < q; j++)
        covariance[i * q + j]! += ((move[i]! - mean[i]!) * (move[j]! - mean[j]!)) / (moves.length - 1);
  return {
    slopes: toMatrix(inUnits(basis, q, own, u, y), entriesOf(own).K, q),
    covariance: toMatrix(covariance, q, q),
  };
}

/** What inputs and innovations do to outputs at lags 0, 1, ...: the same for all choices of states. */
function responses({ n, m, p, A, B, C, D, K }: FlatModel, unit: Float64Array, lags: number): Float64Array {
  const all = new Float64Array((lags + 1) * p * (m + p) - p * p);
  all.set(D);
  let at = p * m;
  let [x, e]: [Float64Array, Float64Array] = [B, product(K, unit, n, p, p)];
  for (let k = 1; k <= lags; k++) {
    all.set(product(C, x, p, n, m), at);
    all.set(product(C, e, p, n, p), at + p * m);
    at += p * (m + p);
    x = product(A, x, n, n, m);
    e = product(A, e, n, n, p);
  }
  return all;
}

function movedBy(model: FlatModel, basis: Float64Array, q: number, l: number, by: number): FlatModel {
  const at = entriesOf(model);
  const moved = (matrix: Float64Array, from: number): Float64Array =>
    matrix.map((v, i) => v + by * basis[(from + i) * q + l]!);
  return {
    ...model,
    A: moved(model.A, 0),
    B: moved(model.B, at.B),
    C: moved(model.C, at.C),
    D: moved(model.D, at.D),
    K: moved(model.K, at.K),
  };
}

/** L with L L' = noise. */
function rootOf(noise: Float64Array, p: number): Float64Array {
  const [l, d] = [new Float64Array(p * p), new Float64Array(p)];
  ldl(noise, 0, p, l, d);
  return Float64Array.from(l, (v, i) => {
    const [row, column] = [Math.floor(i / p), i % p];
    return (row === column ? 1 : row > column ? v : 0) * Math.sqrt(Math.max(0, d[column]!));
  });
}

/** count x p, row-major: the outputs that the model gives under its own noise. */
function simulated(
  { n, m, p, A, B, C, D, K }: FlatModel,
  { count, u }: Segment,
  x0: Float64Array,
  root: Float64Array,
  seed: number,
): Float64Array {
  const said = new Float64Array(count * p);
  const draws = Float64Array.from(said, (_, i) => normalQuantile(uniform(seed, i)));
  let x: Float64Array = x0;
  for (let k = 0; k < count; k++) {
    const now = u.subarray(k * m, (k + 1) * m);
    const e = product(root, draws.subarray(k * p, (k + 1) * p), p, p, 1);
    const [y, direct] = [product(C, x, p, n, 1), product(D, now, p, m, 1)];
    for (let i = 0; i < p; i++) said[k * p + i] = y[i]! + direct[i]! + e[i]!;
    const [own, driven, kept] = [product(A, x, n, n, 1), product(B, now, n, m, 1), product(K, e, n, p, 1)];
    x = own.map((v, i) => v + driven[i]! + kept[i]!);
  }
  return said;
}
