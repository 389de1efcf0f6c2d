/** What stands against an estimate, with the sample and the number that say so. */

export interface EstimateRefusal {
  readonly ok: false;
  /**
   * NOT_FINITE: a number of the model or an input is none, or a measurement is infinite. P_NOT_PSD, Q_NOT_PSD, R_NOT_PSD: a covariance has
   * a negative variance; `value` is the smallest relative to the largest entry. S_NOT_PD: the covariance of the innovation is singular, so
   * that a measurement says nothing new without noise. SINGULAR_R: correlated noise needs an inverse of R. DIVERGED: the estimate left the
   * range of numbers. UNDETERMINED: the record ends before the diffuse start is overcome; `value` directions are unbounded.
   */
  readonly code:
    "NOT_FINITE" | "P_NOT_PSD" | "Q_NOT_PSD" | "R_NOT_PSD" | "S_NOT_PD" | "SINGULAR_R" | "DIVERGED" | "UNDETERMINED";
  /** The sample at which it showed. */
  readonly k: number;
  readonly value: number;
  readonly message: string;
}

const sentences: { readonly [code in EstimateRefusal["code"]]: string } = {
  NOT_FINITE: "A number of the model or the record is not finite.",
  P_NOT_PSD: "The covariance of the estimate has a negative variance.",
  Q_NOT_PSD: "The covariance of the process noise has a negative variance.",
  R_NOT_PSD: "The covariance of the measurement noise has a negative variance.",
  S_NOT_PD: "The covariance of the innovation is singular: a measurement has no noise and says nothing new.",
  SINGULAR_R: "Correlated noise needs a measurement noise of positive definite covariance.",
  DIVERGED: "The estimate left the range of numbers.",
  UNDETERMINED: "The record ends before it determines every state.",
};

export function refuse(code: EstimateRefusal["code"], k: number, value: number): EstimateRefusal {
  return { ok: false, code, k, value, message: `${sentences[code]} Sample ${k}.` };
}
