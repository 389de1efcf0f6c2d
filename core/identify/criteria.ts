/** What a fit is worth once its parameters are paid for. */
import { luFactor } from "../math/lu.ts";

export interface Criteria {
  /** -2 log likelihood + 2 d, + d log N: the less the better, of models of the same samples only. Akaike (1974), Schwarz (1978). */
  readonly aic: number;
  readonly bic: number;
  /** det(covariance) (1 + d / N) / (1 - d / N), what new data would show. Akaike (1969); infinite where d >= N. */
  readonly fpe: number;
  /** Of Gaussian errors with that covariance. */
  readonly logLikelihood: number;
  /** d and N. */
  readonly parameters: number;
  readonly samples: number;
}

/** `covariance` p x p, row-major, of errors over N samples (divided by N). */
export function criteriaOf(covariance: Float64Array, p: number, samples: number, parameters: number): Criteria {
  const logDet = logDeterminant(covariance, p);
  return criteriaOfLikelihood(
    -0.5 * samples * (p * Math.log(2 * Math.PI) + logDet + p),
    samples,
    parameters,
    Math.exp(logDet),
  );
}

/** `determinant`: of the covariance of the errors, for the final prediction error. */
export function criteriaOfLikelihood(
  logLikelihood: number,
  samples: number,
  parameters: number,
  determinant = Number.NaN,
): Criteria {
  const share = parameters / samples;
  return {
    aic: -2 * logLikelihood + 2 * parameters,
    bic: -2 * logLikelihood + parameters * Math.log(samples),
    fpe: share < 1 ? (determinant * (1 + share)) / (1 - share) : Number.POSITIVE_INFINITY,
    logLikelihood,
    parameters,
    samples,
  };
}

/** Of a positive matrix; -Infinity where it is singular. */
export function logDeterminant(a: Float64Array, n: number): number {
  const { factors, singular } = luFactor(a, n);
  if (singular) return Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(Math.abs(factors[i * n + i]!));
  return sum;
}
