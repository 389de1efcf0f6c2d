/** The response of a linear model to samples of its input: exact between them where the input is held or runs in straight lines. */
import type { Matrix } from "ml-matrix";
import { exponential, held, lines } from "../lti/hold.ts";
import { type Lti, ss } from "../lti/ss.ts";

export interface LsimOptions {
  /** The state at the first sample; 0 when absent. */
  readonly x0?: ArrayLike<number>;
  /** Between samples, of a continuous model: "foh" joins them by straight lines (the default), "zoh" holds them. */
  readonly hold?: "zoh" | "foh";
}

export interface TimeResponse {
  /** s, from 0. */
  readonly t: Float64Array;
  /** By output. */
  readonly y: readonly Float64Array[];
  /** The state at the last instant. */
  readonly end: Float64Array;
}

/**
 * `u` by input: one sequence each, `step` s apart; the period of a discrete model when absent there. As many instants as samples.
 * Throws a RangeError where sequences, lengths or steps do not fit.
 */
export function lsim(
  model: Lti,
  u: readonly ArrayLike<number>[],
  step?: number,
  options: LsimOptions = {},
): TimeResponse {
  const { A, B, C, D, time } = ss(model);
  const [n, m, p] = [A.rows, B.columns, C.rows];
  const dt = time.kind === "discrete" ? time.period : step;
  if (dt === undefined || !(dt > 0)) throw new RangeError("A continuous response needs a positive step");
  if (time.kind === "discrete" && step !== undefined && step !== time.period)
    throw new RangeError(`The step of a discrete model is its period, ${time.period} s`);
  const count = u[0]?.length ?? 0;
  if (u.length !== m || u.some((sequence) => sequence.length !== count))
    throw new RangeError(`${m} sequences of one length are needed`);
  if (options.x0 && options.x0.length !== n) throw new RangeError(`A state of ${n} numbers is needed`);
  const straight = time.kind === "continuous" && options.hold !== "zoh";
  const stepping: Stepping =
    time.kind === "discrete" ? { Phi: A, first: B } : straight ? lines(A, B, dt) : zoh(A, B, dt);
  const { second } = stepping;
  const [phi, gamma, ramp] = [rowsOf(stepping.Phi), rowsOf(stepping.first), second && rowsOf(second)];
  const [c, d] = [rowsOf(C), rowsOf(D)];
  const t = Float64Array.from({ length: count }, (_, k) => k * dt);
  const y = Array.from({ length: p }, () => new Float64Array(count));
  let x = options.x0 ? Float64Array.from(options.x0) : new Float64Array(n);
  let next = new Float64Array(n);
  const now = new Float64Array(m);
  const change = new Float64Array(m);
  for (let k = 0; k < count; k++) {
    for (let j = 0; j < m; j++) now[j] = u[j]![k]!;
    for (let i = 0; i < p; i++) y[i]![k] = dot(c[i]!, x) + dot(d[i]!, now);
    if (k + 1 === count) break;
    if (ramp) for (let j = 0; j < m; j++) change[j] = u[j]![k + 1]! - now[j]!;
    for (let i = 0; i < n; i++) next[i] = dot(phi[i]!, x) + dot(gamma[i]!, now) + (ramp ? dot(ramp[i]!, change) : 0);
    [x, next] = [next, x];
  }
  return { t, y, end: x };
}

/** x[k+1] = Phi x[k] + first u[k] + second (u[k+1] - u[k]) */
interface Stepping {
  readonly Phi: Matrix;
  readonly first: Matrix;
  readonly second?: Matrix;
}

function zoh(A: Matrix, B: Matrix, dt: number): Stepping {
  if (B.columns === 0) return { Phi: exponential(A, dt), first: B };
  const { Phi, Gamma } = held(A, B, dt);
  return { Phi, first: Gamma };
}

const rowsOf = (M: Matrix): readonly Float64Array[] =>
  Array.from({ length: M.rows }, (_, i) => Float64Array.from({ length: M.columns }, (__, j) => M.get(i, j)));

function dot(row: Float64Array, v: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < row.length; j++) sum += row[j]! * v[j]!;
  return sum;
}
