/**
 * A state space from recorded inputs and outputs without iterating: the observability matrix from projections of past and future (subspace.ts), A and C
 * from it, B, D and initial states by least squares of the simulation, noise and Kalman's gain from the states. Van Overschee & De Moor, "Subspace
 * Identification for Linear Systems" (1996); Verhaegen, "Identification of the deterministic part of MIMO state space models" (1994).
 */
import type { Matrix } from "ml-matrix";
import { toMatrix } from "../math/dense.ts";
import { product } from "../math/product.ts";
import { pseudoInverse } from "../math/svd.ts";
import { blockHankel, type BlockHankel, collinear, defaultHorizon, excitation } from "./blockHankel.ts";
import { innovations, radius, rescaled, type FlatModel, type Innovations } from "./identified.ts";
import { inputMatrices } from "./inputMatrices.ts";
import { direct, noiseModel, powers, type NoiseModel } from "./noiseModel.ts";
import { errorCovariance, logPivots } from "./sensitivities.ts";
import {
  notFinite,
  recordsOf,
  scaledRecords,
  sizesOf,
  type IdentifyRefusal,
  type Recordings,
  type Records,
} from "./recording.ts";
import { stabilized, type Stabilized } from "./stabilized.ts";
import { subspace, type Subspace, type Weighting } from "./subspace.ts";

const weightings: readonly Weighting[] = ["CVA", "MOESP", "N4SID"];

export interface N4sidOptions {
  /** States; chosen by the data when absent. */
  readonly order?: number | undefined;
  /** When absent all three, and the model that simulates the recording best is kept. */
  readonly weighting?: Weighting | undefined;
  /** Instants of the past, and of the future, that are set against one another; at most 15 when absent, as many as the data carry. */
  readonly horizon?: number | undefined;
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
  const { m, p, total } = original;
  const s = options.horizon ?? defaultHorizon(original);
  if (!Number.isInteger(s) || s < 2) throw new RangeError(`A horizon of at least 2 instants is needed, not ${s}`);
  const sizes = { u: sizesOf(original, "u"), y: sizesOf(original, "y") };
  const records = scaledRecords(original, sizes.u, sizes.y);
  const hankel = blockHankel(records, s);
  if (!hankel) {
    const needed = 2 * s * (m + p) + 2 * s * records.segments.length - records.segments.length;
    return { ok: false, code: "TOO_FEW_SAMPLES", samples: total, needed };
  }
  const reached = excitation(hankel);
  let best: { readonly weighting: Weighting; readonly part: Subspace; readonly made: Made } | undefined;
  let refused: IdentifyRefusal | undefined;
  for (const weighting of options.weighting ? [options.weighting] : weightings) {
    const seen = subspace(hankel, weighting);
    const made = build(records, hankel, seen, reached, options);
    if ("code" in made) refused ??= made;
    else if (!best || made.loss < best.made.loss) best = { weighting, part: seen, made };
  }
  if (!best) return refused!;
  const { weighting, part, made } = best;
  const { model, x0, rcond, kept } = made;
  const { n } = model;
  const noise = noiseModel(hankel, model);
  const outputs = (cov: Float64Array): Float64Array =>
    cov.map((v, i) => v * sizes.y[Math.floor(i / p)]! * sizes.y[i % p]!);
  return {
    ok: true,
    ...innovations(rescaled({ ...model, K: noise.K }, sizes.u, sizes.y), outputs(noise.innovations), original),
    order: n,
    suggested: part.suggested,
    weighting,
    horizon: s,
    singularValues: Array.from(part.singular),
    correlations: Array.from(part.correlations),
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

interface Made {
  readonly model: FlatModel;
  readonly x0: readonly Float64Array[];
  readonly rcond: number;
  readonly kept: Stabilized | undefined;
  /** log det of the simulation's errors. */
  readonly loss: number;
}

function build(
  records: Records,
  hankel: BlockHankel,
  { singular, suggested, observability }: Subspace,
  reached: number,
  options: N4sidOptions,
): Made | IdentifyRefusal {
  const { s, m, p } = hankel;
  const n = options.order ?? suggested;
  if (!Number.isInteger(n) || n < 0) throw new RangeError(`An order is a whole number, not ${n}`);
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
  const solved = inputMatrices(records, { A, C, n, L, feedthrough: options.feedthrough ?? true });
  if (!solved) return { ok: false, code: "UNSTABLE", modulus };
  const model: FlatModel = { n, m, p, A, B: solved.B, C, D: solved.D, K: new Float64Array(n * p) };
  const errors = errorCovariance(model, records, solved.x0);
  const { x0, rcond } = solved;
  return { model, x0, rcond, kept, loss: errors ? logPivots(errors, p) : Number.POSITIVE_INFINITY };
}
