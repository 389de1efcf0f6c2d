/**
 * HiPPO-LegS: the system whose states are the coefficients of the past in Legendre polynomials, and its form diagonal plus rank one.
 * Gu, Dao, Ermon, Rudra & Re, arXiv 2008.07669; Gu, Goel & Re, arXiv 2111.00396.
 */
import { realSchur } from "../math/schur.ts";

/** A[n,k] = -sqrt((2n+1)(2k+1)) below the diagonal, -(n+1) on it; B[n] = sqrt(2n+1). A is n x n, row-major. */
export function legs(n: number): { readonly A: Float64Array; readonly B: Float64Array } {
  const B = Float64Array.from({ length: n }, (_, i) => Math.sqrt(2 * i + 1));
  const A = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) A[i * n + k] = -B[i]! * B[k]!;
    A[i * n + i] = -(i + 1);
  }
  return { A, B };
}

/**
 * A = V (diag(-1/2 + i w) - p p*) V*, p = V* P with P[n] = sqrt(n + 1/2): one of each conjugate pair, by rising w. `into` gives V* x of a real x,
 * `outOf` c V of a real row c, both [2, n/2]: real parts, then imaginary parts. The phases of V are free.
 */
export interface Nplr {
  readonly w: Float64Array;
  readonly P: Float64Array;
  into(x: Float64Array): Float64Array;
  outOf(c: Float64Array): Float64Array;
}

/** Of order n, which is even. Throws a RangeError otherwise. */
export function nplr(n: number): Nplr {
  if (n < 2 || n % 2 !== 0) throw new RangeError(`The order of HiPPO in pairs is even, not ${n}`);
  const { A } = legs(n);
  const P = Float64Array.from({ length: n }, (_, i) => Math.sqrt(i + 0.5));
  const skew = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < i; k++) {
      skew[i * n + k] = A[i * n + k]! + P[i]! * P[k]!;
      skew[k * n + i] = -skew[i * n + k]!;
    }
  // Of a skew matrix the Schur form is 2 x 2 blocks [0 b; -b 0]: their vectors are (z1 + i sign(b) z2) / sqrt(2).
  const { T, Z } = realSchur(skew, n);
  const pairs = Array.from({ length: n / 2 }, (_, k) => {
    const b = (T[2 * k * n + 2 * k + 1]! - T[(2 * k + 1) * n + 2 * k]!) / 2;
    const column = (j: number, sign: number) =>
      Float64Array.from({ length: n }, (_, i) => (sign * Z![i * n + j]!) / Math.SQRT2);
    return { w: Math.abs(b), re: column(2 * k, 1), im: column(2 * k + 1, Math.sign(b)) };
  }).sort((a, b) => a.w - b.w);
  const along = (x: Float64Array, sign: number) =>
    Float64Array.of(...pairs.map(({ re }) => dot(re, x)), ...pairs.map(({ im }) => sign * dot(im, x)));
  return {
    w: Float64Array.from(pairs, ({ w }) => w),
    P: along(P, -1),
    into: (x) => along(x, -1),
    outOf: (c) => along(c, 1),
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
