/** What a search for the most likely parameters comes to, whatever the likelihood was of: values, how sure they are, and what they are worth. */
import type { Matrix } from "ml-matrix";
import { toMatrix } from "../math/dense.ts";
import { criteriaOfLikelihood, type Criteria } from "./criteria.ts";
import { inverseInformation, type Scored, type ScoringResult } from "./scoring.ts";

export interface Estimated {
  readonly ok: true;
  readonly parameters: readonly number[];
  /** Standard deviations: 0 for a parameter on its bound. */
  readonly sd: readonly number[];
  /** q x q, by the expected information. */
  readonly covariance: Matrix;
  /** Of the information, its rows and columns brought to one length: near 0 the record does not tell parameters apart. */
  readonly rcond: number;
  /** A diffuse start counts as in `kalmanFilter`. */
  readonly logLikelihood: number;
  readonly gradient: readonly number[];
  readonly onBound: readonly boolean[];
  readonly criteria: Criteria;
  readonly iterations: number;
  readonly converged: boolean;
}

/** `count`: of the numbers that were measured. */
export function estimatedOf(
  { theta, at, held, iterations, converged }: ScoringResult<Scored>,
  count: number,
): Estimated | { readonly ok: false; readonly code: "SINGULAR"; readonly rcond: number } {
  const q = theta.length;
  const { covariance, rcond } = inverseInformation(at, held);
  if (q > 0 && !(rcond > 1e-14)) return { ok: false, code: "SINGULAR", rcond };
  return {
    ok: true,
    parameters: Array.from(theta),
    sd: Array.from(theta, (_, j) => Math.sqrt(Math.max(0, covariance[j * q + j]!))),
    covariance: toMatrix(covariance, q, q),
    rcond,
    logLikelihood: at.logLikelihood,
    gradient: Array.from(at.gradient),
    onBound: held,
    criteria: criteriaOfLikelihood(at.logLikelihood, count, q),
    iterations,
    converged,
  };
}

/** Throws a RangeError where there are not as many as parameters. */
export function bounds(given: readonly number[] | undefined, q: number, otherwise: number): Float64Array {
  if (given && given.length !== q) throw new RangeError(`${given.length} bounds for ${q} parameters`);
  return given ? Float64Array.from(given) : new Float64Array(q).fill(otherwise);
}
