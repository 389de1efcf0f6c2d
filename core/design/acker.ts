/**
 * Pole placement with one input, where the gain is unique. Not by Ackermann's formula, whose powers of A lose digits, but by the
 * recursion of Datta (1987) on the controller Hessenberg form: multiple poles are as good as any.
 */
import type { Matrix } from "ml-matrix";
import type { Roots } from "../lti/zeroPoleGain.ts";
import { flat, matrixOf } from "../math/blocks.ts";
import type { MatrixLike } from "../math/dense.ts";
import { toMatrix } from "../math/dense.ts";
import { hessenberg } from "../math/hessenberg.ts";
import { multiply } from "../math/multiply.ts";
import { askedPoles, outcome, uncontrollable } from "./placement.ts";
import type { PlaceOutcome } from "./placement.ts";

/**
 * K, 1 x n, for which A - B K has the given eigenvalues. A n x n, B n x 1, n poles: complex ones in conjugate pairs. UNCONTROLLABLE where
 * B does not reach a mode, which is named.
 */
export function acker(A: MatrixLike, B: MatrixLike, poles: Roots): PlaceOutcome {
  const [a, b] = [matrixOf(A), matrixOf(B)];
  if (b.columns !== 1 || b.rows !== a.rows)
    throw new RangeError(`B must be ${a.rows} x 1, is ${b.rows} x ${b.columns}`);
  const asked = askedPoles(poles, a.rows);
  const refused = uncontrollable(a, b);
  return refused ?? outcome(a, b, singleInput(a, flat(b), asked));
}

/** For (A, b) controllable. */
export function singleInput(A: Matrix, b: Float64Array, asked: ReturnType<typeof askedPoles>): Matrix {
  const n = A.rows;
  // A reflection that turns b onto the first axis; the Hessenberg form then leaves that axis alone.
  const length = Math.hypot(...b);
  const v = b.slice();
  const beta = b[0]! > 0 ? -length : length;
  v[0]! -= beta;
  const squares = v.reduce((sum, c) => sum + c * c, 0);
  const turn = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) turn[i * n + j] = (i === j ? 1 : 0) - (2 * v[i]! * v[j]!) / squares;
  const turned = multiply(multiply(turn, flat(A), n, n, n), turn, n, n, n);
  const { H, Q } = hessenberg(turned, n, true);
  // e_n' p(H), a factor at a time, each step divided by the subdiagonal that it brings in: the leading entry stays 1.
  let w: Float64Array = new Float64Array(n);
  w[n - 1] = 1;
  let at = n - 1;
  const divisor = (): number => {
    const value = at > 0 ? H[at * n + at - 1]! : beta;
    at--;
    return value;
  };
  for (const re of asked.real) {
    const d = divisor();
    const next = multiply(w, H, 1, n, n);
    w = next.map((value, j) => (value - re * w[j]!) / d);
  }
  for (const [re, im] of asked.above) {
    const first = divisor();
    const once = multiply(w, H, 1, n, n).map((value) => value / first);
    const second = divisor();
    const squared = (re * re + im * im) / first;
    w = multiply(once, H, 1, n, n).map((value, j) => (value - 2 * re * once[j]! + squared * w[j]!) / second);
  }
  const z = multiply(turn, Q!, n, n, n);
  return toMatrix(multiply(z, w, n, n, 1), 1, n);
}
