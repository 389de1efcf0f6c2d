/** A lower and an upper limit, as several blocks have them: what may be typed, and what becomes of a value. */
import type { Expr, Scalar } from "../expr/expr.ts";
import type { BlockAlgebra, Params } from "./block.ts";
import { common, disagreement, each, element } from "./elements.ts";

/** Of an integrator that may have none. */
export const limitFields = {
  limits: { kind: "choice", label: "Limits", default: "none", of: ["none", "hold"] },
  lower: {
    kind: "vector",
    label: "Lower",
    default: "-inf",
    infinite: true,
    help: "-inf for none.",
    when: { limits: ["hold"] },
  },
  upper: {
    kind: "vector",
    label: "Upper",
    default: "inf",
    infinite: true,
    help: "inf for none.",
    when: { limits: ["hold"] },
  },
} as const satisfies Params;

/** A sentence when two limits contradict each other, or are of different lengths. */
export function contradiction(lower: readonly number[], upper: readonly number[]): string | undefined {
  const different = disagreement({ Lower: lower, Upper: upper });
  if (different !== undefined) return different;
  const at = each(common(lower, upper), (i) => i).find((i) => element(lower, i) > element(upper, i));
  return at === undefined
    ? undefined
    : `Lower must not exceed Upper: ${element(lower, at)} is more than ${element(upper, at)}`;
}

/** A sentence when an initial value lies beyond its limits. */
export function beyond(
  initial: readonly number[],
  lower: readonly number[],
  upper: readonly number[],
): string | undefined {
  for (const i of each(common(initial, lower, upper), (k) => k)) {
    const [x, low, high] = [element(initial, i), element(lower, i), element(upper, i)];
    if (x < low || x > high) return `the initial value ${x} lies outside the limits ${low} and ${high}`;
  }
  return undefined;
}

export function clamp(m: BlockAlgebra, value: Expr, lower: Scalar, upper: Scalar): Expr {
  return m.choose(m.gt(value, upper), upper, m.choose(m.lt(value, lower), lower, value));
}
