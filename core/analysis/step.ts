/** Responses from rest to a step or an impulse at each input, and from an initial state; exact at every instant. */
import { Matrix } from "ml-matrix";
import { type Lti, ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { instants, type Instants } from "./instants.ts";
import { lsim, type TimeResponse } from "./lsim.ts";

/** Evenly spaced, or pieces one after the other, each beginning with the last instant of the one before. */
export type Pieces = Instants | readonly Instants[];

export interface Responses {
  /** s */
  readonly t: Float64Array;
  /** By output and input. */
  readonly y: readonly (readonly Float64Array[])[];
}

/** To 1 at one input after another. Without instants, those that suit the dynamics. */
export function step(model: Lti, at: Pieces = instants(model)): Responses {
  return each(ss(model), at, () => ({ still: 1 }));
}

/**
 * Continuous: to an impulse of area 1, which moves the state to B at once; where there is a direct path its own impulse at t = 0 is
 * left out. Discrete: to 1 at the first sample alone.
 */
export function impulse(model: Lti, at: Pieces = instants(model)): Responses {
  return each(ss(model), at, ({ B, time }) =>
    time.kind === "discrete" ? { first: 1, still: 0 } : { still: 0, x0: B.to1DArray() },
  );
}

/** Without inputs, from the state x0. Throws a RangeError where x0 has not as many numbers as there are states. */
export function initial(model: Lti, x0: ArrayLike<number>, at: Pieces = instants(model)): TimeResponse {
  const system = ss(model);
  const B = Matrix.zeros(system.A.rows, 1);
  const D = Matrix.zeros(system.C.rows, 1);
  return along({ ...system, B, D, u: ["u1"] }, at, { still: 0, x0 });
}

/** One input that stands still but for its first sample. */
interface Drive {
  readonly first?: number;
  readonly still: number;
  readonly x0?: ArrayLike<number>;
}

function along(system: StateSpace, at: Pieces, { first, still, x0 }: Drive): TimeResponse {
  const pieces = "step" in at ? [at] : at;
  const count = pieces.reduce((sum, piece) => sum + piece.count - 1, 1);
  const t = new Float64Array(count);
  const y = system.y.map(() => new Float64Array(count));
  let end: Float64Array | undefined = x0 && Float64Array.from(x0);
  let [from, place] = [0, 0];
  for (const piece of pieces) {
    const u = new Float64Array(piece.count).fill(still);
    if (place === 0 && first !== undefined) u[0] = first;
    const part = lsim(system, [u], piece.step, { hold: "zoh", ...(end && { x0: end }) });
    // Where pieces meet both give the same.
    for (let k = 0; k < piece.count; k++) t[place + k] = from + k * piece.step;
    part.y.forEach((curve, i) => y[i]!.set(curve, place));
    end = part.end;
    from += (piece.count - 1) * piece.step;
    place += piece.count - 1;
  }
  return { t, y, end: end ?? new Float64Array(system.A.rows) };
}

function each(system: StateSpace, at: Pieces, drive: (alone: StateSpace) => Drive): Responses {
  const columns = system.u.map((name, j) => {
    const alone = { ...system, B: column(system.B, j), D: column(system.D, j), u: [name] };
    return along(alone, at, drive(alone));
  });
  const t = columns[0]?.t ?? new Float64Array(0);
  return { t, y: system.y.map((_, i) => columns.map(({ y }) => y[i]!)) };
}

function column(M: Matrix, j: number): Matrix {
  const one = Matrix.zeros(M.rows, 1);
  for (let i = 0; i < M.rows; i++) one.set(i, 0, M.get(i, j));
  return one;
}
