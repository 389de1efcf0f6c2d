/** What identification gives: a linear model in innovations form, which simulates, predicts and is a state space like any other. */
import { Matrix } from "ml-matrix";
import { flat } from "../math/blocks.ts";
import { plus, toMatrix } from "../math/dense.ts";
import { flatEigenvalues } from "../math/eigenvalues.ts";
import { product } from "../math/product.ts";
import { system as assembled } from "../lti/model.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import type { Records } from "./recording.ts";

/** x[k+1] = A x[k] + B u[k] + K e[k], y[k] = C x[k] + D u[k] + e[k], e white. */
export interface Innovations {
  /** A, B, C, D, with the recording's period and names: what everything else of Lazo takes. */
  readonly system: StateSpace;
  /** n x p: of the predictor, xhat[k+1|k] = A xhat + B u + K (y - C xhat - D u); 0 where the model only simulates. */
  readonly K: Matrix;
  /** p x p: covariance of e, or of the errors of the simulation where K is 0. */
  readonly noise: Matrix;
}

/** Row-major, for the loops. */
export interface FlatModel {
  readonly n: number;
  readonly m: number;
  readonly p: number;
  readonly A: Float64Array;
  readonly B: Float64Array;
  readonly C: Float64Array;
  readonly D: Float64Array;
  readonly K: Float64Array;
}

export function flatModel({ system: { A, B, C, D }, K }: Pick<Innovations, "system" | "K">): FlatModel {
  const [n, m, p] = [A.rows, D.columns, D.rows];
  return { n, m, p, A: flat(A), B: flat(B), C: flat(C), D: flat(D), K: flat(K) };
}

/** With the recording's channels as names. */
export function innovations(model: FlatModel, noise: Float64Array, { period, names }: Records): Innovations {
  const { n, m, p } = model;
  const system = assembled(
    toMatrix(model.A, n, n),
    toMatrix(model.B, n, m),
    toMatrix(model.C, p, n),
    toMatrix(model.D, p, m),
    { kind: "discrete", period },
    names,
  );
  return { system, K: n === 0 ? Matrix.zeros(0, p) : toMatrix(model.K, n, p), noise: toMatrix(noise, p, p) };
}

/** The same model for channels that are multiples u and y of those it was made for, sample by sample. */
export function rescaled(model: FlatModel, u: Float64Array, y: Float64Array): FlatModel {
  const { m, p } = model;
  return {
    ...model,
    B: model.B.map((v, i) => v / u[i % m]!),
    C: model.C.map((v, i) => v * y[Math.floor(i / model.n)]!),
    D: model.D.map((v, i) => (v * y[Math.floor(i / m)]!) / u[i % m]!),
    K: model.K.map((v, i) => v / y[i % p]!),
  };
}

/** A - K C: how errors of the predictor die away. */
export function closed({ A, C, K, n, p }: FlatModel): Float64Array {
  return plus(A, product(K, C, n, p, n), -1);
}

/** The largest modulus of an eigenvalue; infinite where there are none to be found. */
export function radius(a: Float64Array, n: number): number {
  if (!a.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
  const { values } = flatEigenvalues(a, n);
  if (n > 0 && values.length === 0) return Number.POSITIVE_INFINITY;
  return values.reduce((most, [re, im]) => Math.max(most, Math.hypot(re, im)), 0);
}
