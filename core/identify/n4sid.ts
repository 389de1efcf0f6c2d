/**
 * A state space from recorded inputs and outputs without iterating: the observability matrix from projections of past and future (subspace.ts), A and C
 * from it, B, D and initial states by least squares, noise and Kalman's gain from the states. Van Overschee & De Moor, "Subspace Identification for
 * Linear Systems" (1996); Verhaegen, "Identification of the deterministic part of MIMO state space models" (1994). What is left open, horizon, weighting
 * and whose errors B and D make small, is what simulates parts of the recordings best that B and D were not estimated from. SLICOT, behind Octave's n4sid, takes A
 * and C from MOESP's projection and B and D from N4SID's: Sima, Sima & Van Huffel, "High-performance numerical algorithms and software for subspace-based linear
 * multivariable system identification", J. Comput. Appl. Math. 170 (2004).
 */
import type { Matrix } from "ml-matrix";
import { toMatrix } from "../math/dense.ts";
import { product } from "../math/product.ts";
import { pseudoInverse } from "../math/svd.ts";
import { blockHankel, type BlockHankel, collinear, defaultHorizon, excitation } from "./blockHankel.ts";
import { innovations, radius, rescaled, type FlatModel, type Innovations } from "./identified.ts";
import { heldBackErrors, inputMatrices, type Given, type InputMatrices } from "./inputMatrices.ts";
import { direct, noiseModel, powers, type NoiseModel } from "./noiseModel.ts";
import {
  notFinite,
  recordsOf,
  scaledRecords,
  sizesOf,
  type IdentifyRefusal,
  type Recordings,
  type Records,
} from "./recording.ts";
import { whitening } from "./sensitivities.ts";
import { stabilized, type Stabilized } from "./stabilized.ts";
import { subspaces, type Subspace, type Weighting } from "./subspace.ts";

export type Focus = "simulation" | "prediction";

const weightings: readonly Weighting[] = ["CVA", "MOESP", "N4SID"];

export interface N4sidOptions {
  /** States; chosen by the data when absent. */
  readonly order?: number | undefined;
  /** When absent all three are tried. */
  readonly weighting?: Weighting | undefined;
  /** Instants of the past, and of the future, that are set against one another; when absent a few are tried, at most 15 or what the data carry. */
  readonly horizon?: number | undefined;
  /** What B and D make small: errors of the simulation, or of the predictor one instant ahead. When absent both are tried. */
  readonly inputs?: Focus | undefined;
  /** False: D is 0. */
  readonly feedthrough?: boolean | undefined;
  /** Poles beyond this modulus are brought back to it (true: 0.999), before B and D are estimated. */
  readonly stable?: boolean | number | undefined;
}

export interface N4sid extends Innovations {
  readonly ok: true;
  readonly order: number;
  /** What the data speak for, whatever was asked. */
  readonly suggested: number;
  readonly weighting: Weighting;
  readonly horizon: number;
  /** Whose errors B and D make small. */
  readonly inputs: Focus;
  /** Of the weighted projection, falling: a drop shows the order. */
  readonly singularValues: readonly number[];
  /** Canonical correlations of past and future, falling, between 0 and 1. */
  readonly correlations: readonly number[];
  /** State at the first sample, by recording. */
  readonly x0: readonly Float64Array[];
  /** Covariances of w and v in x[k+1] = A x + B u + w, y = C x + D u + v: Q n x n, R p x p, S n x p. */
  readonly covariances: { readonly Q: Matrix; readonly R: Matrix; readonly S: Matrix };
  readonly gain: NoiseModel["source"];
  /** Where it was asked for: eigenvalues moved, modulus of the largest one before, relative change of A. */
  readonly stabilized?: { readonly moved: number; readonly before: number; readonly change: number };
  /** Inputs excite persistently up to this order; 2 `horizon` is all that was looked at. */
  readonly excitation: number;
  /** Of the regression for B, D and initial states. */
  readonly rcond: number;
}

export type N4sidOutcome = N4sid | IdentifyRefusal;

/** Recordings of m >= 0 inputs and p >= 1 outputs; remove means and trends before. Throws a RangeError for options that mean nothing. */
export function n4sid(given: Recordings, options: N4sidOptions = {}): N4sidOutcome {
  const original = recordsOf(given);
  const wrong = notFinite(original) ?? collinear(original);
  if (wrong) return wrong;
  const { p, total } = original;
  const horizons = options.horizon === undefined ? horizonsOf(original) : [options.horizon];
  const poor = horizons.find((s) => !Number.isInteger(s) || s < 2);
  if (poor !== undefined) throw new RangeError(`A horizon of at least 2 instants is needed, not ${poor}`);
  if (options.order !== undefined && !(Number.isInteger(options.order) && options.order >= 0))
    throw new RangeError(`An order is a whole number, not ${options.order}`);
  const sizes = { u: sizesOf(original, "u"), y: sizesOf(original, "y") };
  const records = scaledRecords(original, sizes.u, sizes.y);
  const chosen = options.weighting ? [options.weighting] : weightings;
  const only = horizons.length === 1 && chosen.length === 1 && options.inputs !== undefined;
  let best: Candidate | undefined;
  let refused: IdentifyRefusal | undefined;
  let suggested: number | undefined;
  for (const s of horizons) {
    const hankel = blockHankel(records, s);
    if (!hankel) {
      refused ??= { ok: false, code: "TOO_FEW_SAMPLES", samples: total, needed: samplesFor(s, original) };
      continue;
    }
    const seen = subspaces(hankel);
    // The longest horizon shows the most states: they count for the shorter ones too, so that models of one order are set side by side.
    suggested ??= seen.suggested();
    const reached = excitation(hankel);
    for (const weighting of chosen) {
      const part = seen.weighted(weighting);
      const made = build(records, hankel, part, reached, options.order ?? suggested, options, only);
      if ("code" in made) refused ??= made;
      else if (!best || made.errors < best.errors)
        best = { ...made, weighting, hankel, reached, singular: part.singular, correlations: seen.correlations };
    }
  }
  if (!best) return refused!;
  const { model, x0, rcond, kept, hankel, weighting, singular, correlations, reached, inputs } = best;
  const { n } = model;
  const noise = noiseModel(hankel, model);
  const outputs = (cov: Float64Array): Float64Array =>
    cov.map((v, i) => v * sizes.y[Math.floor(i / p)]! * sizes.y[i % p]!);
  return {
    ok: true,
    ...innovations(rescaled({ ...model, K: noise.K }, sizes.u, sizes.y), outputs(noise.innovations), original),
    order: n,
    suggested: suggested!,
    weighting,
    horizon: hankel.s,
    inputs,
    singularValues: Array.from(singular),
    correlations: Array.from(correlations),
    x0,
    covariances: {
      Q: toMatrix(noise.Q, n, n),
      R: toMatrix(outputs(noise.R), p, p),
      S: toMatrix(
        noise.S.map((v, i) => v * sizes.y[i % p]!),
        n,
        p,
      ),
    },
    gain: noise.source,
    ...(kept ? { stabilized: { moved: kept.moved, before: kept.before, change: kept.change } } : {}),
    excitation: reached,
    rcond,
  };
}

/** From the longest that the data carry, up to 15, down to two fifths of it: long ones tell slow modes, short ones waste fewer numbers on noise. */
function horizonsOf(records: Records): readonly number[] {
  const most = defaultHorizon(records);
  return [...new Set([15, 12, 10, 8, 6].map((s) => Math.max(2, Math.round((s * most) / 15))))];
}

/** For as many instants as the matrix of past and future has rows. */
function samplesFor(s: number, { m, p, segments }: Records): number {
  return 2 * s * (m + p) + 2 * s * segments.length - segments.length;
}

interface Made {
  readonly model: FlatModel;
  readonly x0: readonly Float64Array[];
  readonly rcond: number;
  readonly kept: Stabilized | undefined;
  readonly inputs: Focus;
  /** Squares of the errors on parts held back in turn; infinite for what grows too fast to be simulated. */
  readonly errors: number;
}

interface Candidate extends Made {
  readonly hankel: BlockHankel;
  readonly weighting: Weighting;
  readonly reached: number;
  readonly singular: Float64Array;
  readonly correlations: Float64Array;
}

/** `only`: there is no other model that its errors would be set against. */
function build(
  records: Records,
  hankel: BlockHankel,
  { singular, observability }: Subspace,
  reached: number,
  n: number,
  options: N4sidOptions,
  only: boolean,
): Made | IdentifyRefusal {
  const { s, m, p } = hankel;
  const rank = singular.findIndex((v) => !(v > 1e-13 * singular[0]!));
  const most = Math.min((s - 1) * p, rank < 0 ? singular.length : rank);
  if (n > most) return { ok: false, code: "ORDER_TOO_HIGH", order: n, most };
  // Future inputs and states must be independent.
  if (reached < s + n) return { ok: false, code: "NOT_EXCITING", reached, needed: s + n };
  const gamma = observability(n);
  const C = gamma.slice(0, p * n);
  const rows = (s - 1) * p;
  const found = product(pseudoInverse(gamma.subarray(0, rows * n), rows, n, 1e-14), gamma.subarray(p * n), n, rows, n);
  const limit = options.stable === true ? 0.999 : options.stable === false ? undefined : options.stable;
  const kept = limit === undefined ? undefined : stabilized(found, n, limit);
  const A = kept?.A ?? found;
  const modulus = radius(A, n);
  // What grows is not simulated from its beginning: the predictor's errors are made small instead.
  const L = modulus > 1 ? direct(hankel, powers(C, A, s, p, n), n) : undefined;
  const simulating: Given = { A, C, n, L, feedthrough: options.feedthrough ?? true };
  const solved = inputMatrices(records, simulating);
  if (!solved) return { ok: false, code: "UNSTABLE", modulus };
  const made = ({ B, D, x0, rcond }: InputMatrices, inputs: Focus, errors: number): Made => ({
    model: { n, m, p, A, B, C, D, K: new Float64Array(n * p) },
    x0,
    rcond,
    kept,
    inputs,
    errors,
  });
  const first = made(solved, L ? "prediction" : "simulation", Number.POSITIVE_INFINITY);
  if (only && options.inputs === "simulation") return first;
  const noise = noiseModel(hankel, first.model);
  const predicting: Given | undefined =
    noise.source === "none" ? undefined : { ...simulating, L: noise.K, weight: whitening(noise.innovations, p) };
  const ways = predicting ? [simulating, predicting] : [simulating];
  // Over a recording half of the digits would be lost.
  const grows = modulus ** Math.max(...records.segments.map(({ count }) => count)) > 1e8;
  const [simulation, prediction = simulation] =
    only || grows ? ways.map(() => Number.POSITIVE_INFINITY) : heldBackErrors(records, ways);
  const wanted = options.inputs ?? (L || prediction! < simulation! ? "prediction" : "simulation");
  const ahead = wanted === "prediction" && predicting ? inputMatrices(records, predicting) : undefined;
  return ahead ? made(ahead, "prediction", prediction!) : { ...first, errors: simulation! };
}
