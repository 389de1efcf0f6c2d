/** Responses from rest to a step or an impulse at each input, and from an initial state; exact at every instant. */
import { Matrix } from "ml-matrix";
import { type Lti, ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { instants, type Instants } from "./instants.ts";
import { lsim, type TimeResponse } from "./lsim.ts";

export interface Responses {
  /** s */
  readonly t: Float64Array;
  /** By output and input. */
  readonly y: readonly (readonly Float64Array[])[];
}

/** To 1 at one input after another. Without instants, those that suit the dynamics. */
export function step(model: Lti, at: Instants = instants(model)): Responses {
  const system = ss(model);
  const ones = new Float64Array(at.count).fill(1);
  return each(system, at, (alone) => lsim(alone, [ones], at.step, { hold: "zoh" }));
}

/**
 * Continuous: to an impulse of area 1, which moves the state to B at once; where there is a direct path its own impulse at t = 0 is
 * left out. Discrete: to 1 at the first sample alone.
 */
export function impulse(model: Lti, at: Instants = instants(model)): Responses {
  const system = ss(model);
  const u = new Float64Array(at.count);
  if (system.time.kind === "discrete") u[0] = 1;
  return each(system, at, (alone) =>
    lsim(alone, [u], at.step, { hold: "zoh", ...(system.time.kind === "continuous" && { x0: alone.B.to1DArray() }) }),
  );
}

/** Without inputs, from the state x0. Throws a RangeError where x0 has not as many numbers as there are states. */
export function initial(model: Lti, x0: ArrayLike<number>, at: Instants = instants(model)): TimeResponse {
  const system = ss(model);
  const still = system.u.map(() => new Float64Array(at.count));
  if (still.length > 0) return lsim(system, still, at.step, { x0, hold: "zoh" });
  const B = Matrix.zeros(system.A.rows, 1);
  const D = Matrix.zeros(system.C.rows, 1);
  return lsim({ ...system, B, D, u: ["u1"] }, [new Float64Array(at.count)], at.step, { x0, hold: "zoh" });
}

function each(system: StateSpace, at: Instants, run: (alone: StateSpace) => TimeResponse): Responses {
  const columns = system.u.map((name, j) =>
    run({ ...system, B: column(system.B, j), D: column(system.D, j), u: [name] }),
  );
  const t = Float64Array.from({ length: at.count }, (_, k) => k * at.step);
  return { t, y: system.y.map((_, i) => columns.map(({ y }) => y[i]!)) };
}

function column(M: Matrix, j: number): Matrix {
  const one = Matrix.zeros(M.rows, 1);
  for (let i = 0; i < M.rows; i++) one.set(i, 0, M.get(i, j));
  return one;
}
