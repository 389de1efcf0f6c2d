/** How well a number fits as an eigenvalue of a Hessenberg matrix: by the best vector that n^2 operations find for it. */
import { frobenius } from "./dense.ts";

/** Beyond which a residual is looked at again: rounding of the whole stays below it where n is some hundreds. */
const small = 1e-14;

/** The smallest |(H - lambda) x| / |x| found, relative to `norm`. H is n x n, row-major, and zero below its first subdiagonal. */
export function eigenvalueResidual(
  h: Float64Array,
  n: number,
  lambda: readonly [number, number],
  norm: number,
): number {
  if (norm === 0) return Math.hypot(...lambda);
  const byRows = upwards(h, n, lambda) / norm;
  return byRows <= small ? byRows : Math.min(byRows, inverseIteration(h, n, lambda, norm));
}

/**
 * |(H - lambda) x| / |x| for the x that makes all rows but the first zero, from its last entry up: 2 n^2 operations, each row being exact
 * for an H next to this one. Poor where the left eigenvector hardly has a first entry, infinite where H falls into blocks.
 * Hyman (1957); Wilkinson, "The Algebraic Eigenvalue Problem", 7.11.
 */
function upwards(h: Float64Array, n: number, [re, im]: readonly [number, number]): number {
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  x[n - 1] = 1;
  let squares = 1;
  for (let k = n - 1; ; k--) {
    let a = -re * x[k]! + im * y[k]!;
    let b = -re * y[k]! - im * x[k]!;
    let c = 0;
    let d = 0;
    let j = k;
    let p = k * n + k;
    for (; j + 1 < n; j += 2, p += 2) {
      const one = h[p]!;
      const other = h[p + 1]!;
      a += one * x[j]!;
      b += one * y[j]!;
      c += other * x[j + 1]!;
      d += other * y[j + 1]!;
    }
    if (j < n) {
      a += h[p]! * x[j]!;
      b += h[p]! * y[j]!;
    }
    a += c;
    b += d;
    if (k === 0) return Math.hypot(a, b) / Math.sqrt(squares);
    const below = -h[k * n + k - 1]!;
    const [u, v] = [a / below, b / below];
    x[k - 1] = u;
    y[k - 1] = v;
    squares += u * u + v * v;
    if (squares < 1e200) continue;
    if (!Number.isFinite(squares)) return Number.POSITIVE_INFINITY;
    for (let i = k - 1; i < n; i++) {
      x[i]! *= 1e-100;
      y[i]! *= 1e-100;
    }
    squares *= 1e-200;
  }
}

/**
 * The same after a step of inverse iteration; a second step where the first start was poor. A step costs n^2: the shifted matrix is
 * eliminated row by row, the pivot being one of two neighbours, with the right-hand side as its last column.
 */
function inverseIteration(h: Float64Array, n: number, lambda: readonly [number, number], norm: number): number {
  const [shift, im] = lambda;
  // Off by a rounding error, or the matrix is singular to the last bit and cannot be solved with.
  const re = shift + norm * 2.220446049250313e-16;
  const w = n + 1;
  const ur = new Float64Array(n * w);
  const ui = new Float64Array(n * w);
  let x = Float64Array.from({ length: 2 * n }, (_, i) => (i < n ? 1 + ((i * 7919) % 97) / 97 : 0));
  let best = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < 2 && best > small; pass++) {
    for (let i = 0; i < n; i++) {
      ur.set(h.subarray(i * n, i * n + n), i * w);
      ui.fill(0, i * w, i * w + n);
      ur[i * w + i]! -= re;
      ui[i * w + i]! -= im;
      ur[i * w + n] = x[i]!;
      ui[i * w + n] = x[n + i]!;
    }
    for (let k = 0; k + 1 < n; k++) eliminate(ur, ui, w, k);
    const y = backSubstitute(ur, ui, n);
    const before = frobenius(x);
    const after = frobenius(y);
    if (!Number.isFinite(after)) return 0;
    if (after === 0) break;
    best = Math.min(best, before / after / norm);
    x = y.map((v) => v / after);
  }
  return best;
}

/** Takes row k from row k + 1 of complex rows of length w, after exchanging them where the lower one leads with more. */
function eliminate(ur: Float64Array, ui: Float64Array, w: number, k: number): void {
  const p = k * w;
  const q = p + w;
  if (Math.abs(ur[q + k]!) + Math.abs(ui[q + k]!) > Math.abs(ur[p + k]!) + Math.abs(ui[p + k]!)) {
    for (let j = k; j < w; j++) {
      const re = ur[p + j]!;
      const im = ui[p + j]!;
      ur[p + j] = ur[q + j]!;
      ui[p + j] = ui[q + j]!;
      ur[q + j] = re;
      ui[q + j] = im;
    }
  }
  const [re, im] = quotient(ur[q + k]!, ui[q + k]!, ur[p + k]!, ui[p + k]!);
  if (re === 0 && im === 0) return;
  for (let j = k + 1; j < w; j++) {
    const a = ur[p + j]!;
    const b = ui[p + j]!;
    ur[q + j]! -= re * a - im * b;
    ui[q + j]! -= re * b + im * a;
  }
}

/** Real parts, then imaginary parts. */
function backSubstitute(ur: Float64Array, ui: Float64Array, n: number): Float64Array {
  const w = n + 1;
  const x = new Float64Array(2 * n);
  for (let i = n - 1; i >= 0; i--) {
    const row = i * w;
    let re = ur[row + n]!;
    let im = ui[row + n]!;
    for (let j = i + 1; j < n; j++) {
      re -= ur[row + j]! * x[j]! - ui[row + j]! * x[n + j]!;
      im -= ur[row + j]! * x[n + j]! + ui[row + j]! * x[j]!;
    }
    [x[i], x[n + i]] = quotient(re, im, ur[row + i]!, ui[row + i]!);
  }
  return x;
}

function quotient(a: number, b: number, c: number, d: number): [number, number] {
  const size = Math.max(Math.abs(c), Math.abs(d));
  if (size === 0 && a === 0 && b === 0) return [0, 0];
  const p = c / size;
  const q = d / size;
  const squares = (p * p + q * q) * size;
  return [(a * p + b * q) / squares, (b * p - a * q) / squares];
}
