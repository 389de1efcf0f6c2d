/**
 * Where a loop's crossings can be: |L(jw)| = 1 where 1 - L(s) L(-s) has a zero at s = jw, Im L(jw) = 0 where L(s) - L(-s) has. Discrete
 * loops by way of z = (1 + s h/2) / (1 - s h/2), which takes the circle to the axis.
 */
import { Matrix } from "ml-matrix";
import { d2c } from "../lti/d2c.ts";
import { system } from "../lti/model.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { tzero } from "../lti/tzero.ts";
import { blockDiagonal, blocks } from "../math/blocks.ts";
import { eigenvalues } from "../math/eigenvalues.ts";

/** Frequencies in rad/s between any two of which there is at most one simple crossing; none where the way to s does not exist. */
export function partings(loop: StateSpace, kind: "gain" | "phase"): number[] {
  const { time } = loop;
  const mapped = time.kind === "continuous" ? loop : tustin(loop);
  if (!mapped) return [];
  const near = (kind === "gain" ? gainZeros(mapped) : phaseZeros(mapped))
    .map(([, im]) => im)
    .filter((w) => w > 0)
    .toSorted((a, b) => a - b);
  const between = near.slice(1).map((w, k) => Math.sqrt(w) * Math.sqrt(near[k]!));
  const all = near.length > 0 ? [near[0]! / 2, ...between, near.at(-1)! * 2] : [];
  return time.kind === "continuous" ? all : all.map((w) => (2 * Math.atan((w * time.period) / 2)) / time.period);
}

/** Of L(s) L(-s) - 1: where the direct path is not 1 it determines the zeros as eigenvalues at once. */
function gainZeros({ A, B, C, D, time }: StateSpace) {
  const n = A.rows;
  const direct = D.get(0, 0);
  const a = blocks([
    [A, Matrix.zeros(n, n)],
    [B.mmul(C), Matrix.mul(A, -1)],
  ]);
  const b = blocks([[B], [Matrix.mul(B, direct)]]);
  const c = blocks([[Matrix.mul(C, direct), Matrix.mul(C, -1)]]);
  const d = direct * direct - 1;
  if (Math.abs(d) > 1e-3) return eigenvalues(Matrix.sub(a, b.mmul(c).mul(1 / d))).values;
  return tzero(system(a, b, c, new Matrix([[d]]), time)).zeros;
}

/** Of L(s) - L(-s). */
function phaseZeros({ A, B, C, time }: StateSpace) {
  const both = system(
    blockDiagonal([A, Matrix.mul(A, -1)]),
    blocks([[B], [B]]),
    blocks([[C, C]]),
    Matrix.zeros(1, 1),
    time,
  );
  return tzero(both).zeros;
}

/** The continuous system with the same values at mapped frequencies; undefined where a pole lies at -1. */
export function tustin(loop: StateSpace): StateSpace | undefined {
  const found = d2c(loop, "tustin");
  return found.ok ? found.system : undefined;
}
