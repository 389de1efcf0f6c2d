/** The response of a linear model to samples of its input: exact between them where the input is held or runs in straight lines. */
import type { Matrix } from "ml-matrix";
import { exponential, held, lines } from "../lti/hold.ts";
import { absorbDelay, type Delayed } from "../lti/delay.ts";
import type { Joined } from "../lti/interconnect.ts";
import { type Lti, ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { deadTimeResponse, type Drive } from "./deadTime.ts";

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
 * Behind dead time by the method of steps (deadTime.ts), what delays held before the first sample being 0; those of a sampled model are
 * states, behind its own. Throws a RangeError where sequences, lengths or steps do not fit, or where deadTime.ts does.
 */
export function lsim(
  model: Lti | Delayed,
  u: readonly ArrayLike<number>[],
  step?: number,
  options: LsimOptions = {},
): TimeResponse {
  if ("internal" in model) return late(model, u, step, options);
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

/** Shifts close no loop without states. */
export function sampledDelays(joined: Joined): StateSpace {
  if (!joined.ok) throw new Error("A chain of samples closes no loop");
  return joined.system;
}

function late(
  model: Delayed,
  u: readonly ArrayLike<number>[],
  step: number | undefined,
  { x0, hold }: LsimOptions,
): TimeResponse {
  const { system, input } = model;
  const n = system.A.rows;
  if (x0 && x0.length !== n) throw new RangeError(`A state of ${n} numbers is needed`);
  if (system.time.kind === "discrete") {
    const states = sampledDelays(absorbDelay(model));
    const start = new Float64Array(states.A.rows);
    start.set(Float64Array.from(x0 ?? []));
    return lsim(states, u, step, { x0: start });
  }
  if (step === undefined || !(step > 0)) throw new RangeError("A continuous response needs a positive step");
  const count = u[0]?.length ?? 0;
  if (u.length !== input.length || u.some((sequence) => sequence.length !== count))
    throw new RangeError(`${input.length} sequences of one length are needed`);
  const straight = hold !== "zoh";
  const at: Drive["at"] = (now, value, slope) => {
    input.forEach((delay, j) => {
      const k = Math.floor((now - delay) / step);
      const [from, to] = [u[j]![k], u[j]![Math.min(k + 1, count - 1)]];
      value[j] = k < 0 ? 0 : straight ? from! + ((to! - from!) * (now - delay - k * step)) / step : from!;
      slope[j] = k < 0 || !straight ? 0 : (to! - from!) / step;
    });
  };
  // Where a sequence begins it may jump.
  const kinks = input.map((delay) => ({ t: delay, order: straight && u.every((list) => list[0] === 0) ? 1 : 0 }));
  const t = Float64Array.from({ length: count }, (_, k) => k * step);
  return { t, ...deadTimeResponse(model, { kinks, period: step, at, impulses: [], ...(x0 && { x0 }) }, t) };
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
