/**
 * Matrix exponential by scaling and squaring with Pade approximants of degree 3 to 13: Higham, "The scaling and squaring
 * method for the matrix exponential revisited" (2005), with the bounds on powers of Al-Mohy & Higham (2009) against
 * overscaling. Dense, row-major, flat.
 */
import { luFactor, luSolve, norm1 } from "./lu.ts";
// Under the name of what exported code has in its place (build/generate/runtime.mjs).
import { product as multiply } from "./product.ts";

/** Largest norms for which the approximants of these degrees are exact to double precision; 4.25 for 13. */
const padeDegrees = [3, 5, 7, 9] as const;
const padeBounds = [1.495585217958292e-2, 2.53939833006323e-1, 9.504178996162932e-1, 2.097847961257068] as const;

const square = (a: Float64Array, b: Float64Array, n: number): Float64Array => multiply(a, b, n, n, n);

/** e^A of the n x n matrix a. Entries that overflow come out as infinite or NaN. */
export function expm(a: Float64Array, n: number): Float64Array {
  if (n === 0) return new Float64Array(0);
  if (n === 1) return Float64Array.of(Math.exp(a[0]!));
  const norm = norm1(a, n, n);
  if (!Number.isFinite(norm)) return new Float64Array(n * n).fill(Number.NaN);
  const a2 = square(a, a, n);
  for (const [i, degree] of padeDegrees.entries()) {
    if (norm <= padeBounds[i]!) return padeQuotient(a, a2, degree, n);
  }
  // Al-Mohy and Higham: roots of norms of powers, not the norm itself, decide the scaling.
  const a4 = square(a2, a2, n);
  const a6 = square(a2, a4, n);
  const d6 = Math.pow(norm1(a6, n, n), 1 / 6);
  const d8 = Math.pow(norm1(square(a4, a4, n), n, n), 1 / 8);
  const d10 = Math.pow(norm1(square(a4, a6, n), n, n), 1 / 10);
  const eta = Math.min(Math.max(d6, d8), Math.max(d8, d10));
  let squarings = eta > 0 ? Math.max(0, Math.ceil(Math.log2(eta / 4.25))) : 0;
  if (!Number.isFinite(squarings)) squarings = Math.max(0, Math.ceil(Math.log2(norm / 4.25)));
  squarings += extraSquarings(a, squarings, norm, n);
  const scaled = a.map((v) => v * Math.pow(2, -squarings));
  // By powers of 2, which is exact; anew where a power overflowed.
  const known = (m: Float64Array, exponent: number): Float64Array => {
    const factor = Math.pow(2, -squarings * exponent);
    return m.map((v) => v * factor);
  };
  const finite = Number.isFinite(eta) && squarings < 150;
  const s2 = finite ? known(a2, 2) : square(scaled, scaled, n);
  const s4 = finite ? known(a4, 4) : square(s2, s2, n);
  const s6 = finite ? known(a6, 6) : square(s2, s4, n);
  let x = padeQuotient13(scaled, s2, s4, s6, n);
  const triangular = triangle(a, n);
  if (triangular !== 0) restoreDiagonal(x, a, squarings, triangular, n);
  for (let s = squarings - 1; s >= 0; s--) {
    x = square(x, x, n);
    if (triangular !== 0) restoreDiagonal(x, a, s, triangular, n);
  }
  return x;
}

/** Squarings still wanted for the backward error, when powers of |A| are much larger than those of A. */
function extraSquarings(a: Float64Array, squarings: number, norm: number, n: number): number {
  const coefficient = 1 / 1.1325077560602111e35;
  const factor = Math.pow(2, -squarings);
  // norm1(|A|^27) by repeated products with a row of ones.
  let row = new Float64Array(n).fill(1);
  for (let power = 0; power < 27; power++) {
    const next = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) next[j]! += row[i]! * Math.abs(a[i * n + j]! * factor);
    row = next;
  }
  const alpha = (coefficient * row.reduce((m, v) => Math.max(m, v), 0)) / (norm * factor);
  const extra = Math.ceil(Math.log2(alpha / 1.1102230246251565e-16) / 26);
  return Number.isFinite(extra) ? Math.max(extra, 0) : 0;
}

/** 1 upper triangular, -1 lower triangular, 0 neither. */
function triangle(a: Float64Array, n: number): number {
  let upper = true;
  let lower = true;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i > j && a[i * n + j] !== 0) upper = false;
      if (i < j && a[i * n + j] !== 0) lower = false;
    }
  }
  return upper ? 1 : lower ? -1 : 0;
}

/**
 * Exact diagonal and first off-diagonal of e^(A 2^-s) for triangular A, put in after each squaring: without it a large
 * off-diagonal entry costs digits (Al-Mohy & Higham 2009, code fragment 2.1).
 */
function restoreDiagonal(x: Float64Array, a: Float64Array, s: number, triangular: number, n: number): void {
  const factor = Math.pow(2, -s);
  for (let i = 0; i < n; i++) x[i * n + i] = Math.exp(a[i * n + i]! * factor);
  for (let i = 0; i + 1 < n; i++) {
    const at = triangular > 0 ? i * n + i + 1 : (i + 1) * n + i;
    const p = a[i * n + i]! * factor;
    const q = a[(i + 1) * n + i + 1]! * factor;
    const half = (q - p) / 2;
    // Far apart the difference of exponentials is exact enough, and sinh would overflow.
    const slope =
      Math.abs(half) > 350
        ? (Math.exp(q) - Math.exp(p)) / (q - p)
        : Math.exp((p + q) / 2) * (half === 0 ? 1 : Math.sinh(half) / half);
    x[at] = a[at]! * factor * slope;
  }
}

/** Coefficients of the approximant, lowest first: b_k = (2m - k)! m! / ((2m)! (m - k)! k!), scaled by b_0 = 1. */
function padeCoefficients(degree: number): number[] {
  const b = [1];
  for (let k = 1; k <= degree; k++) b.push((b[k - 1]! * (degree - k + 1)) / ((2 * degree - k + 1) * k));
  return b;
}

/** The approximant of the given odd degree: (V - U) X = V + U with U odd and V even in A. */
function padeQuotient(a: Float64Array, a2: Float64Array, degree: number, n: number): Float64Array {
  const b = padeCoefficients(degree);
  let even: Float64Array = new Float64Array(n * n);
  let odd: Float64Array = new Float64Array(n * n);
  // Horner in A^2: the coefficients fall so fast that nothing cancels.
  for (let k = degree - 1; k >= 0; k -= 2) {
    if (k < degree - 1) {
      even = square(even, a2, n);
      odd = square(odd, a2, n);
    }
    addDiagonal(even, b[k]!, n);
    addDiagonal(odd, b[k + 1]!, n);
  }
  return quotient(even, square(a, odd, n), n);
}

/** That of degree 13 from A, A^2, A^4 and A^6, in three products more (Higham 2005, 2.6). */
function padeQuotient13(
  a: Float64Array,
  a2: Float64Array,
  a4: Float64Array,
  a6: Float64Array,
  n: number,
): Float64Array {
  const b = padeCoefficients(13);
  const sum = (c6: number, c4: number, c2: number, c0: number): Float64Array => {
    const m = a6.map((v, i) => c6 * v + c4 * a4[i]! + c2 * a2[i]!);
    addDiagonal(m, c0, n);
    return m;
  };
  const half = (high: Float64Array, low: Float64Array): Float64Array => square(a6, high, n).map((v, i) => v + low[i]!);
  const odd = half(sum(b[13]!, b[11]!, b[9]!, 0), sum(b[7]!, b[5]!, b[3]!, b[1]!));
  const even = half(sum(b[12]!, b[10]!, b[8]!, 0), sum(b[6]!, b[4]!, b[2]!, b[0]!));
  return quotient(even, square(a, odd, n), n);
}

function addDiagonal(m: Float64Array, value: number, n: number): void {
  for (let i = 0; i < n; i++) m[i * n + i]! += value;
}

/** (V - U)^-1 (V + U). */
function quotient(even: Float64Array, odd: Float64Array, n: number): Float64Array {
  const x = even.map((v, i) => v + odd[i]!);
  luSolve(
    luFactor(
      even.map((v, i) => v - odd[i]!),
      n,
    ),
    x,
    n,
  );
  return x;
}
