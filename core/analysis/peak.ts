/**
 * Where the largest singular value of a response has its top, to the last digits: a zero of its slope. Its values alone would tell no more
 * than half of them, as a top is flat.
 */
import { Matrix } from "ml-matrix";
import type { StateSpace } from "../lti/stateSpace.ts";
import type { ComplexMatrix } from "../math/complexMatrix.ts";
import { solveComplex } from "../math/complexMatrix.ts";
import { bracketed } from "./bracketed.ts";
import { nyquistFrequency, pointAt } from "./response.ts";

/** rad/s; `near` a top of which it is known better than to a thousandth. `near` itself where no top is found. */
export function peakNear(given: StateSpace, near: number): number {
  const last = nyquistFrequency(given.time);
  if (!(near > 0) || !(near < last) || given.A.rows === 0) return near;
  for (const room of [1e-7, 1e-6, 1e-5, 1e-4, 1e-3]) {
    const [low, high] = [near * (1 - room), Math.min(near * (1 + room), last)];
    const [up, down] = [slope(given, low), slope(given, high)];
    if (up > 0 && down < 0) return bracketed((w) => slope(given, w), low, high, up, down);
  }
  return near;
}

/** d sigma / dw = Re(u* dH/dw v), with dH/ds = -C (sI - A)^-2 B. */
function slope({ A, B, C, D, time }: StateSpace, w: number): number {
  const [re, im] = pointAt(w, time);
  const P = Matrix.sub(Matrix.eye(A.rows).mul(re), A);
  const Q = Matrix.eye(A.rows).mul(im);
  const X = solveComplex(P, Q, B);
  const Y = solveComplex(P, Q, X.re, X.im);
  const H = { re: Matrix.add(C.mmul(X.re), D), im: C.mmul(X.im) };
  // ds/dw is j, dz/dw is j T z.
  const [a, b] = time.kind === "continuous" ? [0, 1] : [-time.period * im, time.period * re];
  const [dre, dim] = [C.mmul(Y.re).mul(-1), C.mmul(Y.im).mul(-1)];
  const along = {
    re: Matrix.sub(Matrix.mul(dre, a), Matrix.mul(dim, b)),
    im: Matrix.add(Matrix.mul(dre, b), Matrix.mul(dim, a)),
  };
  const { u, v } = largest(H);
  const moved = times(along, v);
  return u.re.transpose().mmul(moved.re).get(0, 0) + u.im.transpose().mmul(moved.im).get(0, 0);
}

type Parts = Pick<ComplexMatrix, "re" | "im">;

const times = (M: Parts, x: Parts): Parts => ({
  re: Matrix.sub(M.re.mmul(x.re), M.im.mmul(x.im)),
  im: Matrix.add(M.re.mmul(x.im), M.im.mmul(x.re)),
});
const adjoint = ({ re, im }: Parts): Parts => ({ re: re.transpose(), im: Matrix.mul(im.transpose(), -1) });

/** Left and right vector of the largest singular value: squared again and again, M = H*H leaves nothing but its largest part. */
function largest(H: Parts): { readonly u: Parts; readonly v: Parts } {
  let M = unit(times(adjoint(H), H));
  for (let k = 0; k < 60; k++) M = unit(times(M, M));
  const column = (j: number): Parts => ({ re: M.re.getColumnVector(j), im: M.im.getColumnVector(j) });
  const sizes = Array.from({ length: M.re.columns }, (_, j) => norm(column(j)));
  const v = unit(column(sizes.indexOf(Math.max(...sizes))));
  return { u: unit(times(H, v)), v };
}

const norm = ({ re, im }: Parts): number => Math.hypot(re.norm(), im.norm());
function unit(M: Parts): Parts {
  const size = norm(M) || 1;
  return { re: Matrix.mul(M.re, 1 / size), im: Matrix.mul(M.im, 1 / size) };
}
