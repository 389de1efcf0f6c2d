/**
 * Norms of a system: H2 by the covariance under white noise, H-infinity by crossings of its largest singular value, which are imaginary
 * eigenvalues of a Hamiltonian matrix. Boyd & Balakrishnan (1990); Bruinsma & Steinbuch (1990).
 */
import { Matrix } from "ml-matrix";
import { blocks, solveLinear } from "../math/blocks.ts";
import { eigenvalues } from "../math/eigenvalues.ts";
import { covar } from "../lti/gram.ts";
import { type Unstable, unstable } from "../lti/stability.ts";
import { type Lti, ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { tustin } from "./crossings.ts";
import { dynamics } from "./dynamics.ts";
import { grid } from "./grid.ts";
import { peakNear } from "./peak.ts";
import { nyquistFrequency, responder } from "./response.ts";
import { singularValues } from "./singularValues.ts";

export type H2Norm =
  | { readonly ok: true; readonly norm: number; readonly residual: number }
  | Unstable
  /** White noise passes straight to an output of a continuous system: the norm is infinite. */
  | { readonly ok: false; readonly code: "DIRECT_PATH"; readonly size: number };

/** Root of the sum of the variances of all outputs under white noise of intensity 1 at each input. */
export function h2norm(model: Lti): H2Norm {
  const given = ss(model);
  const noise = covar(given, Matrix.eye(given.u.length));
  if (!noise.ok) return noise;
  return { ok: true, norm: Math.sqrt(Math.max(0, noise.output.trace())), residual: noise.residual };
}

export interface HinfNorm {
  /** The largest singular value over all frequencies. Of an unstable system this is its L-infinity norm: H-infinity has none. */
  readonly norm: number;
  /** rad/s, where that is, to rounding; Infinity where it is only approached. */
  readonly frequency: number;
  /** A pole that does not decay; undefined for a stable system. */
  readonly unstable: Unstable | undefined;
}

/** Largest relative distance between what is found and what the crossings leave possible. */
const tolerance = 1e-10;

export function hinfnorm(model: Lti): HinfNorm {
  const given = ss(model);
  const growing = unstable(given);
  const { outputs, inputs, at } = responder(given);
  const re = new Float64Array(outputs * inputs);
  const im = new Float64Array(outputs * inputs);
  const size = (w: number): number => {
    at(w, re, im);
    const [largest = 0] = singularValues(re, im, outputs, inputs);
    // A pole on the axis.
    return Number.isNaN(largest) ? Number.POSITIVE_INFINITY : largest;
  };
  const last = nyquistFrequency(given.time);
  const direct = singularValues(
    Float64Array.from(given.D.to1DArray()),
    new Float64Array(outputs * inputs),
    outputs,
    inputs,
  );
  let best = { norm: 0, frequency: 0 };
  const consider = (w: number): void => {
    const there = size(w);
    if (there > best.norm) best = { norm: there, frequency: w };
  };
  const points = [0, ...grid(dynamics(given)), ...(last < Number.POSITIVE_INFINITY ? [last] : [])];
  for (const w of points) consider(w);
  if (given.time.kind === "continuous" && (direct[0] ?? 0) > best.norm)
    best = { norm: direct[0]!, frequency: Number.POSITIVE_INFINITY };
  const continuous = given.time.kind === "continuous" ? given : tustin(given);
  const back = (w: number): number =>
    given.time.kind === "continuous" ? w : (2 / given.time.period) * Math.atan((w * given.time.period) / 2);
  for (let round = 0; round < 30; round++) {
    if (best.frequency < Number.POSITIVE_INFINITY) consider(climb(size, points, best.frequency, last));
    if (!continuous || !Number.isFinite(best.norm) || best.norm === 0) break;
    const crossings = crossingsOf(continuous, best.norm * (1 + tolerance)).map(back);
    const before = best.norm;
    // Between two crossings the response lies above: the next peak is there.
    const bounds = [0, ...crossings];
    for (let k = 1; k < bounds.length; k++) consider((bounds[k - 1]! + bounds[k]!) / 2);
    for (const w of crossings) consider(w);
    if (!(best.norm > before)) break;
    points.push(best.frequency);
    points.sort((a, b) => a - b);
  }
  const top = peakNear(given, best.frequency);
  const most = top < Number.POSITIVE_INFINITY ? Math.max(best.norm, size(top)) : best.norm;
  // A top at 0 is flat: near it the rest is rounding.
  return { norm: most, frequency: size(0) >= most * (1 - 1e-14) ? 0 : top, unstable: growing };
}

/** By the field's one name: of a system, H2 where `kind` is 2, H-infinity where it is "inf". */
export function norm(model: Lti, kind?: 2): H2Norm;
export function norm(model: Lti, kind: "inf"): HinfNorm;
export function norm(model: Lti, kind: 2 | "inf" = 2): H2Norm | HinfNorm {
  return kind === 2 ? h2norm(model) : hinfnorm(model);
}

/** The top of the peak between the neighbours of w, by golden sections. */
function climb(size: (w: number) => number, points: readonly number[], w: number, last: number): number {
  const k = points.findIndex((p) => p >= w);
  let low = points[Math.max(0, k - 1)]!;
  let high = points[Math.min(points.length - 1, points[k] === w ? k + 1 : k)]!;
  if (high === w && w < last) high = 2 * w;
  const share = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [high - share * (high - low), low + share * (high - low)];
  let [fa, fb] = [size(a), size(b)];
  for (let k2 = 0; k2 < 80 && high - low > 1e-12 * high; k2++) {
    if (fa >= fb) {
      [high, b, fb] = [b, a, fa];
      a = high - share * (high - low);
      fa = size(a);
    } else {
      [low, a, fa] = [a, b, fb];
      b = low + share * (high - low);
      fb = size(b);
    }
  }
  const middle = (low + high) / 2;
  return size(middle) >= size(w) ? middle : w;
}

/** Frequencies at which a singular value of the response is gamma, rising. */
function crossingsOf({ A, B, C, D }: StateSpace, gamma: number): number[] {
  const n = A.rows;
  if (n === 0) return [];
  const own = (M: Matrix): Matrix => Matrix.sub(M, Matrix.eye(M.rows).mul(gamma * gamma));
  const R = solveLinear(own(D.transpose().mmul(D)), blocks([[D.transpose().mmul(C), B.transpose()]]));
  const S = solveLinear(own(D.mmul(D.transpose())), C);
  const RDC = R.X.subMatrix(0, R.X.rows - 1, 0, n - 1);
  const RB = R.X.subMatrix(0, R.X.rows - 1, n, 2 * n - 1);
  const top = Matrix.sub(A, B.mmul(RDC));
  const both = blocks([
    [top, B.mmul(RB).mul(-gamma)],
    [C.transpose().mmul(S.X).mul(gamma), Matrix.mul(top.transpose(), -1)],
  ]);
  const { values } = eigenvalues(both);
  const largest = Math.max(...values.map(([re, im]) => Math.hypot(re, im)));
  return values
    .filter(([re, im]) => im > 0 && Math.abs(re) <= 1e-8 * Math.max(im, 1e-8 * largest))
    .map(([, im]) => im)
    .toSorted((a, b) => a - b);
}
