/**
 * Where a loop's crossings can be: |L(jw)| = 1 where 1 - L(s) L(-s) has a zero at s = jw, Im L(jw) = 0 where L(s) - L(-s) has. Discrete
 * loops by way of z = (1 + s h/2) / (1 - s h/2), which takes the circle to the axis.
 */
import { Matrix } from "ml-matrix";
import { d2c } from "../lti/d2c.ts";
import { parallel, series } from "../lti/interconnect.ts";
import { gain, withStates } from "../lti/model.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { tzero } from "../lti/tzero.ts";

/** Frequencies in rad/s between any two of which there is at most one simple crossing; none where the way to s does not exist. */
export function partings(loop: StateSpace, kind: "gain" | "phase"): number[] {
  const { time } = loop;
  const mapped = time.kind === "continuous" ? loop : tustin(loop);
  if (!mapped) return [];
  const { A, B, C, D } = mapped;
  const mirror = withStates(mapped, Matrix.mul(A, -1), B, Matrix.mul(C, -1));
  const minus = gain(new Matrix([[-1]]));
  const equation =
    kind === "gain"
      ? parallel(series(mapped, mirror), minus)
      : parallel({ ...mapped, D: Matrix.sub(D, D) }, series({ ...mirror, D: Matrix.sub(D, D) }, minus));
  const near = tzero(equation)
    .zeros.map(([, im]) => im)
    .filter((w) => w > 0)
    .toSorted((a, b) => a - b);
  const between = near.slice(1).map((w, k) => Math.sqrt(w) * Math.sqrt(near[k]!));
  const all = near.length > 0 ? [near[0]! / 2, ...between, near.at(-1)! * 2] : [];
  return time.kind === "continuous" ? all : all.map((w) => (2 * Math.atan((w * time.period) / 2)) / time.period);
}

/** The continuous system with the same values at mapped frequencies; undefined where a pole lies at -1. */
export function tustin(loop: StateSpace): StateSpace | undefined {
  const found = d2c(loop, "tustin");
  return found.ok ? found.system : undefined;
}
