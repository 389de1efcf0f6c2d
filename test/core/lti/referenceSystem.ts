/** Systems and transfer matrices of the reference cases, and how far ours are from them. */
import { evalfr } from "../../../core/lti/evalfr.ts";
import { type Lti, ss } from "../../../core/lti/ss.ts";
import type { StateSpace } from "../../../core/lti/stateSpace.ts";
import type { Complex } from "../../../core/math/complex.ts";
import { relativeError, type Rows } from "../math/reference.ts";

export interface Given {
  readonly A: Rows;
  readonly B: Rows;
  readonly C: Rows;
  readonly D: Rows;
}
export interface Points {
  readonly re: readonly number[];
  readonly im: readonly number[];
}
export interface Responses {
  readonly re: readonly Rows[];
  readonly im: readonly Rows[];
}

export function given({ A, B, C, D }: Given, period?: number): StateSpace {
  return ss(A, B, C, D, period);
}

/** max |H - expected| / max |expected| over all points. */
export function responseError(model: Lti, at: Points, expected: Responses): number {
  return distance(model, at, [...expected.re.flat(2), ...expected.im.flat(2)]);
}

/** The same between two models. */
export function responseDistance(a: Lti, b: Lti, at: Points): number {
  return distance(a, at, responses(b, at));
}

/** Largest distance of a value to its partner, over the size of the largest: the nearest are paired first. */
export function setError(actual: readonly Complex[], expected: Points | readonly number[]): number {
  const wanted: Complex[] =
    "re" in expected
      ? expected.re.map((re, i): Complex => [re, expected.im[i]!])
      : expected.map((re): Complex => [re, 0]);
  if (actual.length !== wanted.length) return Number.POSITIVE_INFINITY;
  const scale = Math.max(0, ...wanted.map(([re, im]) => Math.hypot(re, im)));
  const left = [...wanted];
  let worst = 0;
  for (const [re, im] of actual) {
    const gaps = left.map(([r, i]) => Math.hypot(r - re, i - im));
    const nearest = gaps.indexOf(Math.min(...gaps));
    worst = Math.max(worst, gaps[nearest]!);
    left.splice(nearest, 1);
  }
  return scale > 0 ? worst / scale : worst;
}

function distance(model: Lti, at: Points, expected: readonly number[]): number {
  return relativeError(responses(model, at), expected);
}

function responses(model: Lti, { re, im }: Points): number[] {
  const values = re.map((x, k) => evalfr(model, [x, im[k]!]));
  return [...values.flatMap((h) => h.re.to1DArray()), ...values.flatMap((h) => h.im.to1DArray())];
}
