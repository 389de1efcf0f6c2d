/**
 * Linear models with Gaussian noise, as estimators take them, and what is made of them: flat arrays with a stride from sample to
 * sample, 0 where a matrix stays the same. Shapes that do not fit are a programmer's mistake and throw.
 */
import { type Flat, flatten, identity, type MatrixLike } from "../math/dense.ts";

/** A matrix in any of our forms. */
export type Dense = MatrixLike | Flat;
/** One for all samples, or one for each sample. */
export type Varying = Dense | readonly Dense[];

/**
 * x[k+1] = A x[k] + B u[k] + w[k], y[k] = C x[k] + D u[k] + v[k], with white w, v of covariances Q, R and E[w v'] = S.
 * A and Q n x n, B n x m, C p x n, D p x m, R p x p, S n x p.
 */
export interface LinearGaussian {
  readonly A: Varying;
  readonly B?: Varying | undefined;
  readonly C: Varying;
  readonly D?: Varying | undefined;
  readonly Q: Varying;
  readonly R: Varying;
  readonly S?: Varying | undefined;
  /** Mean of x[0] before y[0]; zeros where left out. */
  readonly x0?: readonly number[] | undefined;
  /** Covariance of x[0] before y[0]. Where neither it nor Pinf is given nothing is known of x[0]: Pinf is the identity. */
  readonly P0?: Dense | undefined;
  /** The covariance of x[0] is P0 + c Pinf with c beyond all bounds (exact diffuse start). */
  readonly Pinf?: Dense | undefined;
}

/** Entry (i, j) at sample k is data[k stride + i cols + j]. */
export interface Sequence {
  readonly data: Float64Array;
  readonly stride: number;
}

export interface FlatModel {
  readonly n: number;
  readonly m: number;
  readonly p: number;
  readonly steps: number;
  readonly A: Sequence;
  readonly B: Sequence | undefined;
  readonly C: Sequence;
  readonly D: Sequence | undefined;
  readonly Q: Sequence;
  readonly R: Sequence;
  readonly S: Sequence | undefined;
  /** No matrix changes, and S is left out: covariances depend on which entries are there alone. */
  readonly invariant: boolean;
  readonly x0: Float64Array;
  readonly P0: Float64Array;
  readonly Pinf: Float64Array | undefined;
  /** steps x p; NaN where missing. */
  readonly y: Float64Array;
  /** steps x m. */
  readonly u: Float64Array;
}

export function flatOf(value: Dense): Flat {
  return "data" in value && value.data instanceof Float64Array ? (value as Flat) : flatten(value as MatrixLike);
}

/** For a record of y (steps x p) and u (steps x m). */
export function flatModel(model: LinearGaussian, y: Dense, u?: Dense): FlatModel {
  const measured = flatOf(y);
  const steps = measured.rows;
  const { rows: n } = flatOf(first(model.A));
  const { rows: p } = flatOf(first(model.C));
  const m = model.B ? flatOf(first(model.B)).cols : model.D ? flatOf(first(model.D)).cols : 0;
  if (steps > 0) expectShape("y", measured, steps, p);
  if (m > 0 && !u) throw new RangeError("the model has inputs, the record has none");
  const sequence = (name: string, value: Varying, rows: number, cols: number): Sequence =>
    sequenceOf(name, value, rows, cols, steps);
  const optional = (name: string, value: Varying | undefined, rows: number, cols: number): Sequence | undefined =>
    value === undefined ? undefined : sequence(name, value, rows, cols);
  const A = sequence("A", model.A, n, n);
  const C = sequence("C", model.C, p, n);
  const Q = sequence("Q", model.Q, n, n);
  const R = sequence("R", model.R, p, p);
  const S = optional("S", model.S, n, p);
  const driven = m > 0 ? expectShape("u", flatOf(u!), steps, m).data : new Float64Array(0);
  const start = (name: string, value: Dense | undefined) =>
    value === undefined ? undefined : expectShape(name, flatOf(value), n, n).data;
  if (model.x0 && model.x0.length !== n)
    throw new RangeError(`x0 has ${model.x0.length} entries, the model ${n} states`);
  const unknown = model.P0 === undefined && model.Pinf === undefined;
  return {
    n,
    m,
    p,
    steps,
    A,
    B: optional("B", model.B, n, m),
    C,
    D: optional("D", model.D, p, m),
    Q,
    R,
    S,
    invariant: !S && [A, C, Q, R].every(({ stride }) => stride === 0),
    x0: Float64Array.from(model.x0 ?? new Float64Array(n)),
    P0: start("P0", model.P0) ?? new Float64Array(n * n),
    Pinf: unknown ? identity(n) : start("Pinf", model.Pinf),
    y: measured.data,
    u: driven,
  };
}

/** The matrix of sample k. */
export function at({ data, stride }: Sequence, k: number, size: number): Float64Array {
  return stride === 0 ? data : data.subarray(k * stride, k * stride + size);
}

function isList(value: Varying): value is readonly Dense[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  const one: unknown = value[0];
  return !Array.isArray(one) || Array.isArray(one[0]);
}

export const first = (value: Varying): Dense => (isList(value) ? value[0]! : value);

/** Throws where shapes do not fit, or matrices are too few for the record. */
export function sequenceOf(name: string, value: Varying, rows: number, cols: number, steps: number): Sequence {
  if (!isList(value)) return { data: expectShape(name, flatOf(value), rows, cols).data, stride: 0 };
  if (value.length < steps) throw new RangeError(`${name} has ${value.length} matrices, the record ${steps} samples`);
  const data = new Float64Array(value.length * rows * cols);
  value.forEach((one, k) => data.set(expectShape(name, flatOf(one), rows, cols).data, k * rows * cols));
  return { data, stride: rows * cols };
}

function expectShape(name: string, found: Flat, rows: number, cols: number): Flat {
  if (found.data.length === 0 && rows * cols === 0) return found;
  if (found.rows !== rows || found.cols !== cols) {
    throw new RangeError(`${name} is ${found.rows} x ${found.cols}, ${rows} x ${cols} was expected`);
  }
  return found;
}
