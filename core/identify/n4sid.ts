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
import {
  heldBackErrors,
  inputMatrices,
  matricesFrom,
  remainders,
  type Given,
  type InputMatrices,
} from "./inputMatrices.ts";
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
  /** Instants of the past, and of the future, that are set against one another; when absent a few are tried, at most 20 or what the data carry. */
  readonly horizon?: number | undefined;
  /** What B and D make small: errors of the simulation, or of the predictor one instant ahead. When absent both are tried. */
  readonly inputs?: Focus | undefined;
  /** False: D is 0. */
  readonly feedthrough?: boolean | undefined;
  /** Poles beyond this modulus are brought back to it (true: 0.999), before B and D are estimated. */
  readonly stable?: boolean | number | undefined;
  /** Told before every horizon and weighting that is tried: the share of them that are done. */
  readonly progress?: ((share: number) => void) | undefined;
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
  const { horizon, weighting, inputs: focus } = options;
  const choice: Choice | IdentifyRefusal =
    horizon !== undefined && weighting !== undefined && focus !== undefined
      ? { horizon, weighting, focus }
      : chosen(records, horizons, options);
  if ("code" in choice) return choice;
  const hankel = blockHankel(records, choice.horizon);
  if (!hankel)
    return { ok: false, code: "TOO_FEW_SAMPLES", samples: total, needed: samplesFor(choice.horizon, original) };
  const seen = subspaces(hankel);
  const suggested = choice.suggested ?? seen.suggested();
  const part = seen.weighted(choice.weighting);
  const reached = excitation(hankel);
  const made = dynamics(hankel, part, reached, options.order ?? suggested, options);
  if ("code" in made) return made;
  const { kept } = made;
  const solved = finished(records, made, choice.focus);
  if ("code" in solved) return solved;
  const { model, x0, rcond, inputs } = solved;
  const { n } = model;
  const noise = noiseModel(hankel, model);
  const outputs = (cov: Float64Array): Float64Array =>
    cov.map((v, i) => v * sizes.y[Math.floor(i / p)]! * sizes.y[i % p]!);
  return {
    ok: true,
    ...innovations(rescaled({ ...model, K: noise.K }, sizes.u, sizes.y), outputs(noise.innovations), original),
    order: n,
    suggested,
    weighting: choice.weighting,
    horizon: choice.horizon,
    inputs,
    singularValues: Array.from(part.singular),
    correlations: Array.from(seen.correlations),
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

/** The longest that is always tried where the data carry it. */
const usual = 15;

interface Choice {
  readonly horizon: number;
  readonly weighting: Weighting;
  readonly focus: Focus;
  readonly suggested?: number;
}

/** Of what is left open that whose errors on parts held back are smallest. */
function chosen(records: Records, horizons: readonly number[], options: N4sidOptions): Choice | IdentifyRefusal {
  const hankels: BlockHankel[] = [];
  let refused: IdentifyRefusal | undefined;
  for (const s of horizons) {
    const hankel = blockHankel(records, s, hankels.at(-1));
    if (hankel) hankels.push(hankel);
    else refused ??= { ok: false, code: "TOO_FEW_SAMPLES", samples: records.total, needed: samplesFor(s, records) };
  }
  if (hankels.length > 1 && hankels[0]!.s === long) hankels.push(hankels.shift()!);
  if (hankels.length === 0) return refused!;
  const views = hankels.map(subspaces);
  // Of what is usual the longest shows the most states: they count for the others too, so that models of one order are set side by side.
  const suggested = views[0]!.suggested();
  const tried = options.weighting ? [options.weighting] : weightings;
  let best: Choice | undefined;
  let least = Number.NaN;
  hankels.forEach((hankel, k) => {
    const reached = excitation(hankel);
    tried.forEach((weighting, j) => {
      options.progress?.((k + j / tried.length) / hankels.length);
      const part = views[k]!.weighted(weighting);
      const made = dynamics(hankel, part, reached, options.order ?? suggested, options);
      if ("code" in made) {
        refused ??= made;
        return;
      }
      const { errors, focus } = judged(records, made, options.inputs);
      const counted = hankel.s === long ? errors / (1 - clear) : errors;
      if (best && !(counted < least)) return;
      best = { horizon: hankel.s, weighting, focus, suggested };
      least = counted;
    });
  });
  return best ?? refused!;
}

/** Long enough for slow modes in slow noise, where there are samples enough. */
const long = 20;
/** What `long` has to take off the errors on parts held back: one more to choose from does well there by chance as well, but then not by much. */
const clear = 0.02;

/** From the longest that the data carry, up to 15, down to two fifths of it: long ones tell slow modes, short ones waste fewer numbers on noise. */
function horizonsOf(records: Records): readonly number[] {
  const { m, p, total } = records;
  const most = defaultHorizon(records);
  // Six times as many samples as the matrix of past and future has rows.
  const longer = total >= 6 * 2 * long * (m + p) ? [long] : [];
  return [...new Set([...longer, ...[15, 12, 10, 8, 6].map((s) => Math.max(2, Math.round((s * most) / usual)))])];
}

/** For as many instants as the matrix of past and future has rows. */
function samplesFor(s: number, { m, p, segments }: Records): number {
  return 2 * s * (m + p) + 2 * s * segments.length - segments.length;
}

/** A and C of one horizon and weighting. */
interface Dynamics {
  readonly n: number;
  readonly hankel: BlockHankel;
  readonly A: Float64Array;
  readonly C: Float64Array;
  readonly kept: Stabilized | undefined;
  readonly simulating: Given;
  /** Of the largest eigenvalue of A. */
  readonly modulus: number;
}

function dynamics(
  hankel: BlockHankel,
  { singular, observability }: Subspace,
  reached: number,
  n: number,
  options: N4sidOptions,
): Dynamics | IdentifyRefusal {
  const { s, p } = hankel;
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
  return { n, hankel, A, C, kept, modulus, simulating: { A, C, n, L, feedthrough: options.feedthrough ?? true } };
}

const modelOf = ({ n, A, C, hankel: { m, p } }: Dynamics, B: Float64Array, D: Float64Array): FlatModel => ({
  ...{ n, m, p, A, B, C, D },
  K: new Float64Array(n * p),
});

/** The errors of the predictor instead, weighed; undefined where there is no noise. */
function predicting({ simulating, hankel }: Dynamics, model: FlatModel): Given | undefined {
  const noise = noiseModel(hankel, model);
  if (noise.source === "none") return undefined;
  return { ...simulating, L: noise.K, weight: whitening(noise.innovations, hankel.p) };
}

/**
 * By parts held back in turn: whose errors B and D are to make small, where that is not `wanted`, and the squares of the simulation's errors then; infinite for
 * what grows too fast to be simulated.
 */
function judged(
  records: Records,
  made: Dynamics,
  wanted: Focus | undefined,
): { readonly errors: number; readonly focus: Focus } {
  const { modulus, simulating } = made;
  const usually = wanted ?? (simulating.L ? "prediction" : "simulation");
  // Over a recording half of the digits would be lost.
  if (modulus ** Math.max(...records.segments.map(({ count }) => count)) > 1e8)
    return { errors: Number.POSITIVE_INFINITY, focus: usually };
  const driven = records.m > 0;
  const own = remainders(records, simulating);
  const simulated = simulating.L && driven ? remainders(records, { ...simulating, L: undefined }) : own;
  const simulation = { errors: heldBackErrors(own, simulated), focus: usually };
  if (wanted === "simulation") return simulation;
  const found = matricesFrom(own);
  const ahead = found && predicting(made, modelOf(made, found.B, found.D));
  if (!ahead) return simulation;
  const foretold = remainders(records, ahead);
  const unweighted = driven ? simulated : remainders(records, { ...ahead, weight: undefined });
  const prediction = { errors: heldBackErrors(foretold, unweighted), focus: "prediction" } as const;
  return usually === "prediction" || prediction.errors < simulation.errors ? prediction : simulation;
}

interface Finished {
  readonly model: FlatModel;
  readonly x0: readonly Float64Array[];
  readonly rcond: number;
  readonly inputs: Focus;
}

/** With B, D and the states at the beginnings. */
function finished(records: Records, made: Dynamics, focus: Focus): Finished | IdentifyRefusal {
  const { simulating, modulus } = made;
  const solved = inputMatrices(records, simulating);
  if (!solved) return { ok: false, code: "UNSTABLE", modulus };
  const withInputs = ({ B, D, x0, rcond }: InputMatrices, inputs: Focus): Finished => ({
    model: modelOf(made, B, D),
    x0,
    rcond,
    inputs,
  });
  const first = withInputs(solved, simulating.L ? "prediction" : "simulation");
  const given = focus === "prediction" ? predicting(made, first.model) : undefined;
  const ahead = given && inputMatrices(records, given);
  return ahead ? withInputs(ahead, "prediction") : first;
}
