/**
 * Real Schur form A = Z T Z': Z orthogonal, T upper triangular but for 2 x 2 blocks of complex pairs, whose diagonal entries are
 * equal. Hessenberg form, then the implicit double shift of Francis with the deflation test of Ahues & Tisseur (1997).
 * Golub & Van Loan, "Matrix Computations", 7.5.
 */
import { largest, multiple, transpose } from "./dense.ts";
import { hessenberg } from "./hessenberg.ts";
import { reflections, type Reflections } from "./reflections.ts";

export interface Schur {
  readonly n: number;
  /** Only the eigenvalues are meant where Z was not asked for: T is then no similar matrix. */
  readonly T: Float64Array;
  readonly Z: Float64Array | undefined;
  /** Eigenvalues as they stand on the diagonal; of a pair the one with positive imaginary part first. */
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** False where 30 n sweeps were not enough, or the matrix holds numbers that are not finite: nothing above is then meant. */
  readonly converged: boolean;
}

const epsilon = 2.220446049250313e-16;
/** Nothing beside entries of about 1, and too small for quotients to be exact. */
const nothing = 1e-280;

const powerOfTwo = (value: number): number =>
  value > 0 ? Math.pow(2, Math.min(Math.max(Math.floor(Math.log2(value)), -1022), 1022)) : 1;

/** Of the n x n matrix a (row-major), which is left as it was. */
export function realSchur(a: Float64Array, n: number, vectors = true): Schur {
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  const most = largest(a);
  if (!Number.isFinite(most)) return { n, T: a, Z: undefined, re, im, converged: false };
  // By a power of 2, so that nothing that matters overflows or underflows on the way.
  const scale = powerOfTwo(most);
  const { H, Q } = hessenberg(multiple(a, 1 / scale), n, vectors);
  const work = reflections(vectors ? 2 * n * n : n * n);
  work.all.set(H);
  if (Q) work.all.set(transpose(Q, n, n), n * n);
  const converged = francis(work, n, vectors);
  const small = work.all.slice(0, n * n);
  const z = vectors ? transpose(work.all.subarray(n * n), n, n) : undefined;
  for (let i = 0; i + 1 < n; i++) if (small[(i + 1) * n + i] !== 0) standardize(small, z, n, i++);
  const t = multiple(small, scale);
  for (let i = 0; i < n; i++) {
    re[i] = t[i * n + i]!;
    const below = i + 1 < n ? t[(i + 1) * n + i]! : 0;
    if (below === 0) continue;
    re[i + 1] = t[(i + 1) * n + i + 1]!;
    im[i] = Math.sqrt(Math.abs(below)) * Math.sqrt(Math.abs(t[i * n + i + 1]!));
    im[i + 1] = -im[i]!;
    i++;
  }
  return { n, T: t, Z: z, re, im, converged };
}

/** On T, the first n^2 numbers of the array, and Z', the next where there are vectors. Leaves blocks of 2 x 2 as they come. */
function francis(work: Reflections, n: number, vectors: boolean): boolean {
  const t = work.all.subarray(0, n * n);
  const zt = vectors ? work.all.subarray(n * n) : undefined;
  let hi = n - 1;
  let sweeps = 0;
  let total = 0;
  while (hi >= 0) {
    const lo = deflate(t, n, hi);
    if (lo >= hi - 1) {
      hi = lo - 1;
      sweeps = 0;
      continue;
    }
    if (total++ > 30 * n) return false;
    sweeps++;
    sweep(work, t, zt, n, lo, hi, sweeps);
  }
  return true;
}

/** The first row of the unreduced block that ends at `hi`; what is negligible before it is set to 0. */
function deflate(t: Float64Array, n: number, hi: number): number {
  for (let k = hi; k > 0; k--) {
    const at = k * n + k;
    const below = Math.abs(t[at - 1]!);
    if (below <= nothing) {
      t[at - 1] = 0;
      return k;
    }
    const here = Math.abs(t[at]!);
    const before = Math.abs(t[at - n - 1]!);
    let size = here + before;
    if (size === 0) {
      if (k > 1) size += Math.abs(t[at - n - 2]!);
      if (k < hi) size += Math.abs(t[at + n]!);
    }
    if (below > epsilon * size) continue;
    const above = Math.abs(t[at - n]!);
    const apart = Math.abs(t[at - n - 1]! - t[at]!);
    const larger = Math.max(below, above);
    const smaller = Math.min(below, above);
    const far = Math.max(here, apart);
    const near = Math.min(here, apart);
    const scale = far + larger;
    if (smaller * (larger / scale) <= Math.max(Number.MIN_VALUE, epsilon * (near * (far / scale)))) {
      t[at - 1] = 0;
      return k;
    }
  }
  return 0;
}

/** One double-shift sweep over the block from lo to hi. */
function sweep(
  work: Reflections,
  t: Float64Array,
  zt: Float64Array | undefined,
  n: number,
  lo: number,
  hi: number,
  count: number,
): void {
  // Shifts: eigenvalues of the last 2 x 2 block, by their sum and product; now and then others, against cycles.
  let sum: number;
  let product: number;
  if (count % 10 === 0) {
    const at = count % 20 === 0 ? lo + 1 : hi;
    const size = Math.abs(t[at * n + at - 1]!) + (at > 1 ? Math.abs(t[(at - 1) * n + at - 2]!) : 0);
    const centre = 0.75 * size + t[at * n + at]!;
    sum = 2 * centre;
    product = centre * centre + 0.4375 * size * size;
  } else {
    const p = t[(hi - 1) * n + hi - 1]!;
    const q = t[hi * n + hi]!;
    const between = t[(hi - 1) * n + hi]! * t[hi * n + hi - 1]!;
    const half = (p - q) / 2;
    const squared = half * half + between;
    if (squared >= 0) {
      // Both real: the one nearer to the corner, twice (Wilkinson).
      const root = Math.sqrt(squared);
      const nearer = q - (half === 0 && root === 0 ? 0 : between / (half + (half >= 0 ? root : -root)));
      sum = 2 * nearer;
      product = nearer * nearer;
    } else {
      sum = p + q;
      product = p * q - between;
    }
  }
  // Begin where two subdiagonals in a row are small enough.
  let m = hi - 2;
  let x = 0;
  let y = 0;
  let w = 0;
  for (; m >= lo; m--) {
    const at = m * n + m;
    const a = t[at]!;
    const below = t[at + n]!;
    const next = t[at + n + 1]!;
    // (a - s1)(a - s2) = (a - sum / 2)^2 - (sum^2 / 4 - product)
    const centred = a - sum / 2;
    x = (centred * centred - (sum * sum) / 4 + product) / below + t[at + 1]!;
    y = a + next - sum;
    w = t[at + 2 * n + 1]!;
    const size = Math.abs(x) + Math.abs(y) + Math.abs(w);
    if (size > 0) {
      x /= size;
      y /= size;
      w /= size;
    }
    if (m === lo) break;
    const before = Math.abs(t[at - 1]!);
    const around = Math.abs(t[at - n - 1]!) + Math.abs(a) + Math.abs(next);
    if (before * (Math.abs(y) + Math.abs(w)) <= epsilon * Math.abs(x) * around) break;
  }
  const left = zt ? 0 : lo;
  const right = zt ? n - 1 : hi;
  for (let k = m; k < hi; k++) {
    const three = k + 2 <= hi;
    if (k > m) {
      x = t[k * n + k - 1]!;
      y = t[(k + 1) * n + k - 1]!;
      w = three ? t[(k + 2) * n + k - 1]! : 0;
    } else if (!three) w = 0;
    const size = Math.max(Math.abs(x), Math.abs(y), Math.abs(w));
    if (size <= nothing) {
      if (k > m) {
        t[k * n + k - 1] = 0;
        t[(k + 1) * n + k - 1] = 0;
        if (three) t[(k + 2) * n + k - 1] = 0;
      }
      continue;
    }
    const length = size * Math.sqrt((x / size) ** 2 + (y / size) ** 2 + (w / size) ** 2);
    const beta = x >= 0 ? -length : length;
    const tau = (beta - x) / beta;
    const v1 = y / (x - beta);
    const v2 = w / (x - beta);
    if (k > m) {
      t[k * n + k - 1] = beta;
      t[(k + 1) * n + k - 1] = 0;
      if (three) t[(k + 2) * n + k - 1] = 0;
    } else if (k > lo) t[k * n + k - 1]! *= 1 - tau;
    if (three) {
      work.rows3(k * n + k, n, right - k + 1, tau, v1, v2);
      work.columns3(left * n + k, n, Math.min(k + 3, hi) - left + 1, tau, v1, v2);
      if (zt) work.rows3(n * n + k * n, n, n, tau, v1, v2);
    } else reflect2(t, zt, n, k, tau, v1, left, right, hi);
  }
}

/** I - tau v v', v = (1, v1), on rows and columns k and k + 1. */
function reflect2(
  t: Float64Array,
  zt: Float64Array | undefined,
  n: number,
  k: number,
  tau: number,
  v1: number,
  left: number,
  right: number,
  last: number,
): void {
  const t1 = tau * v1;
  for (let p = k * n + k, q = p + n, end = k * n + right; p <= end; p++, q++) {
    const sum = t[p]! + v1 * t[q]!;
    t[p]! -= sum * tau;
    t[q]! -= sum * t1;
  }
  for (let i = left, p = left * n + k; i <= last; i++, p += n) {
    const sum = t[p]! + v1 * t[p + 1]!;
    t[p]! -= sum * tau;
    t[p + 1]! -= sum * t1;
  }
  for (let p = k * n, q = p + n, end = q; zt && p < end; p++, q++) {
    const sum = zt[p]! + v1 * zt[q]!;
    zt[p]! -= sum * tau;
    zt[q]! -= sum * t1;
  }
}

/**
 * Rotates rows and columns k and k + 1 so that the block there is triangular (real eigenvalues) or has equal diagonal entries
 * (a complex pair).
 */
export function standardize(t: Float64Array, z: Float64Array | undefined, n: number, k: number): void {
  const at = k * n + k;
  const a = t[at]!;
  const b = t[at + 1]!;
  const c = t[at + n]!;
  const d = t[at + n + 1]!;
  if (c === 0) return;
  const half = (a - d) / 2;
  const scale = Math.max(Math.abs(half), Math.abs(b), Math.abs(c));
  const squared = (half / scale) * half + (b / scale) * c;
  let cos: number;
  let sin: number;
  const real = squared >= 0;
  if (real) {
    const root = half + (half >= 0 ? 1 : -1) * Math.sqrt(squared) * Math.sqrt(scale);
    const length = Math.hypot(root, c);
    cos = root / length;
    sin = c / length;
  } else {
    const angle = Math.atan2(-2 * half, b + c) / 2;
    cos = Math.cos(angle);
    sin = Math.sin(angle);
  }
  for (let p = k * n, q = p + n, end = p + n; p < end; p++, q++) {
    const upper = t[p]!;
    t[p] = cos * upper + sin * t[q]!;
    t[q] = cos * t[q]! - sin * upper;
  }
  for (let i = 0, p = k; i < n; i++, p += n) {
    const first = t[p]!;
    t[p] = cos * first + sin * t[p + 1]!;
    t[p + 1] = cos * t[p + 1]! - sin * first;
  }
  if (real) t[at + n] = 0;
  else {
    const mean = (a + d) / 2;
    t[at] = mean;
    t[at + n + 1] = mean;
  }
  for (let i = 0, p = k; z && i < n; i++, p += n) {
    const first = z[p]!;
    z[p] = cos * first + sin * z[p + 1]!;
    z[p + 1] = cos * z[p + 1]! - sin * first;
  }
  // Rounding may have made two real ones of a pair that was hardly one.
  if (!real && t[at + 1]! * t[at + n]! >= 0) standardize(t, z, n, k);
}
