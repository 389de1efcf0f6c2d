/** Which poles of a system grow, stay or decay. */
import type { Matrix } from "ml-matrix";
import { norm } from "../math/blocks.ts";
import type { Complex } from "../math/complex.ts";
import { eigenvalues } from "../math/eigenvalues.ts";
import type { StateSpace, TimeBase } from "./stateSpace.ts";

/** How far a pole is from growing, negative where it decays: its real part, or its modulus less 1. */
export function growth([re, im]: Complex, time: TimeBase): number {
  return time.kind === "continuous" ? re : Math.hypot(re, im) - 1;
}

/** Growth above this may be none: eigenvalues are known to within rounding of A, and an integrator's are never quite 0. */
export function border(A: Matrix): number {
  return -2.220446049250313e-16 * norm(A);
}

/** What asks for a stable system says which pole is none. */
export interface Unstable {
  readonly ok: false;
  readonly code: "UNSTABLE";
  /** The pole that grows most, or decays least where none decays clear of rounding. */
  readonly pole: Complex;
}

export function unstable({ A, time }: StateSpace): Unstable | undefined {
  const { values } = eigenvalues(A);
  if (values.length === 0) return undefined;
  const worst = values.reduce((p, q) => (growth(q, time) > growth(p, time) ? q : p));
  return growth(worst, time) < 0 ? undefined : { ok: false, code: "UNSTABLE", pole: worst };
}
