/** What all forms of a linear model share: time, names, and how a system is put together from its matrices. */
import { Matrix } from "ml-matrix";
import type { StateSpace, TimeBase } from "./stateSpace.ts";

/** Names of inputs, states and outputs: u1, x1, y1 and so on where they are not given. */
export interface Names {
  readonly u?: readonly string[] | undefined;
  readonly x?: readonly string[] | undefined;
  readonly y?: readonly string[] | undefined;
}

/** Continuous without a period; with one, discrete. */
export function timeBase(period: number | undefined): TimeBase {
  if (period === undefined) return { kind: "continuous" };
  if (!(period > 0) || !Number.isFinite(period))
    throw new RangeError(`A sample period must be positive, not ${period}`);
  return { kind: "discrete", period };
}

export function sameTime(a: TimeBase, b: TimeBase): boolean {
  return a.kind === "continuous" ? b.kind === "continuous" : b.kind === "discrete" && a.period === b.period;
}

/** Throws a RangeError where sizes or names do not fit. */
export function system(A: Matrix, B: Matrix, C: Matrix, D: Matrix, time: TimeBase, names: Names = {}): StateSpace {
  const n = A.rows;
  const m = D.columns;
  const p = D.rows;
  if (A.columns !== n || B.rows !== n || B.columns !== m || C.rows !== p || C.columns !== n)
    throw new RangeError(`A ${size(A)}, B ${size(B)}, C ${size(C)} and D ${size(D)} do not fit together`);
  return { A, B, C, D, time, u: named(names.u, "u", m), x: named(names.x, "x", n), y: named(names.y, "y", p) };
}

/** A gain without states. */
export function gain(D: Matrix, time: TimeBase = { kind: "continuous" }, names: Names = {}): StateSpace {
  return system(Matrix.zeros(0, 0), Matrix.zeros(0, D.columns), Matrix.zeros(D.rows, 0), D, time, names);
}

/** The same inputs and outputs with other states, which have no names of their own. */
export function withStates(given: StateSpace, A: Matrix, B: Matrix, C: Matrix): StateSpace {
  return system(A, B, C, given.D, given.time, { u: given.u, y: given.y });
}

export function named(names: readonly string[] | undefined, prefix: string, count: number): readonly string[] {
  if (names && names.length !== count) throw new RangeError(`${names.length} names for ${count} signals`);
  return names ?? Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);
}

function size(m: Matrix): string {
  return `${m.rows}x${m.columns}`;
}
