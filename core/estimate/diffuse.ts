/**
 * Exact diffuse start: the covariance of the state is P + c Psi Psi' with c beyond all bounds. Measurements are taken one by one; each that
 * sees an unbounded direction settles it, which takes a column from Psi. So the rank falls exactly, with no tolerance for what is left.
 * Koopman & Durbin, "Filtering and smoothing of state vector for diffuse state-space models" (2003); Durbin & Koopman (2012), 5 and 6.4.
 */
import { Matrix } from "ml-matrix";
import { flat } from "../math/blocks.ts";
import { transpose, toMatrix } from "../math/dense.ts";
import { ldl } from "../math/ldl.ts";
import { pivotedQr } from "../math/qr.ts";

/** One scalar measurement y = c x + v of a sample, its noise independent of the others'. */
export interface DiffuseElement {
  readonly c: Float64Array;
  /** Innovation. */
  readonly v: number;
  /** Variances: bounded part, and factor of the unbounded part; 0 where the measurement sees no unbounded direction. */
  readonly F: number;
  readonly Finf: number;
  /** P c' and Psi Psi' c'. */
  readonly M: Float64Array;
  readonly Minf: Float64Array;
}

export interface DiffuseStep {
  /** Psi Psi' before the sample's measurements. */
  readonly Pinf: Float64Array;
  readonly elements: readonly DiffuseElement[];
}

/** Psi, n x q by columns. */
export type Unbounded = readonly Float64Array[];

/** Columns that span what is unbounded, from its covariance (n x n, semidefinite). */
export function unboundedOf(Pinf: Float64Array, n: number): Unbounded | undefined {
  const l = new Float64Array(n * n);
  const d = new Float64Array(n);
  if (ldl(Pinf, 0, n, l, d) < 0) return undefined;
  const columns: Float64Array[] = [];
  for (let j = 0; j < n; j++) {
    if (d[j] === 0) continue;
    const column = new Float64Array(n);
    for (let i = j; i < n; i++) column[i] = l[i * n + j]! * Math.sqrt(d[j]!);
    columns.push(column);
  }
  return columns;
}

/** Psi Psi'. */
export function unboundedCovariance(psi: Unbounded, n: number): Float64Array {
  const all = new Float64Array(n * n);
  for (const column of psi)
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) all[i * n + j]! += column[i]! * column[j]!;
  return all;
}

/** Columns of the next sample; those that A takes to nothing, or to what others span, fall away. */
export function predictUnbounded(psi: Unbounded, A: Float64Array, n: number): Unbounded {
  const moved = new Float64Array(psi.length * n);
  psi.forEach((column, j) => {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += A[i * n + k]! * column[k]!;
      moved[j * n + i] = sum;
    }
  });
  const size = Math.max(...psi.map((column) => Math.hypot(...column)));
  const { R, columns, rank } = pivotedQr(toMatrix(moved, psi.length, n), 1e-12 * size);
  const r = flat(R);
  return Array.from({ length: rank }, (_, j) => {
    const column = new Float64Array(n);
    columns.forEach((state, i) => (column[state] = r[j * n + i]!));
    return column;
  });
}

/**
 * Takes a sample's q measurements, C q x n, with their noise R and their innovations against x: x and P are changed in place. R = L D L' with
 * unit L makes them independent, so that R may be singular. Undefined where a measurement has no variance at all.
 */
export function takeDiffuse(
  x: Float64Array,
  P: Float64Array,
  psi: Unbounded,
  C: Float64Array,
  R: Float64Array,
  innovations: Float64Array,
): { readonly elements: readonly DiffuseElement[]; readonly psi: Unbounded } | undefined {
  const n = x.length;
  const q = innovations.length;
  const l = new Float64Array(q * q);
  const d = new Float64Array(q);
  ldl(R, 0, q, l, d);
  const rows: Float64Array[] = [];
  const values: number[] = [];
  const elements: DiffuseElement[] = [];
  let left = psi;
  for (let a = 0; a < q; a++) {
    const c = C.slice(a * n, a * n + n);
    let value = innovations[a]!;
    for (let j = 0; j < n; j++) value += c[j]! * x[j]!;
    rows.push(c);
    values.push(value);
  }
  for (let a = 0; a < q; a++) {
    const c = rows[a]!;
    for (let b = 0; b < a; b++) {
      const factor = l[a * q + b]!;
      values[a]! -= factor * values[b]!;
      for (let j = 0; j < n; j++) c[j]! -= factor * rows[b]![j]!;
    }
    const taken = measureDiffuse(x, P, left, c, values[a]!, d[a]!);
    if (!taken) return undefined;
    elements.push(taken.element);
    left = taken.left;
  }
  return { elements, psi: left };
}

/**
 * Takes one measurement: x and P are changed in place. Gives what was done, and the columns left; undefined where the measurement
 * has no variance at all.
 */
function measureDiffuse(
  x: Float64Array,
  P: Float64Array,
  psi: Unbounded,
  c: Float64Array,
  y: number,
  r: number,
): { readonly element: DiffuseElement; readonly left: Unbounded } | undefined {
  const n = x.length;
  const M = new Float64Array(n);
  let v = y;
  let F = r;
  for (let i = 0; i < n; i++) {
    v -= c[i]! * x[i]!;
    for (let j = 0; j < n; j++) M[i]! += P[i * n + j]! * c[j]!;
    F += c[i]! * M[i]!;
  }
  const w = psi.map((column) => column.reduce((sum, value, i) => sum + value * c[i]!, 0));
  const size = Math.max(0, ...psi.map((column) => Math.hypot(...column))) * Math.hypot(...c);
  const seen = Math.hypot(...w) > 1e-10 * size;
  const Finf = seen ? w.reduce((sum, value) => sum + value * value, 0) : 0;
  const Minf = new Float64Array(n);
  if (seen) psi.forEach((column, j) => column.forEach((value, i) => (Minf[i]! += value * w[j]!)));
  if (!seen && !(F > 0)) return undefined;
  const gain = seen ? Minf.map((value) => value / Finf) : M.map((value) => value / F);
  // Joseph's form of a scalar measurement: P - K M' - M K' + F K K'.
  for (let i = 0; i < n; i++) {
    x[i]! += gain[i]! * v;
    for (let j = 0; j <= i; j++) {
      const value = P[i * n + j]! - gain[i]! * M[j]! - M[i]! * gain[j]! + F * gain[i]! * gain[j]!;
      P[i * n + j] = value;
      P[j * n + i] = value;
    }
  }
  return { element: { c, v, F, Finf, M, Minf }, left: seen ? without(psi, w) : psi };
}

/** Psi reflected so that one column alone has all of w, and that column left out. */
function without(psi: Unbounded, w: readonly number[]): Unbounded {
  const length = Math.hypot(...w);
  const h = [...w];
  const pivot = w.reduce((best, value, j) => (Math.abs(value) > Math.abs(w[best]!) ? j : best), 0);
  h[pivot]! += w[pivot]! >= 0 ? length : -length;
  const square = h.reduce((sum, value) => sum + value * value, 0);
  const n = psi[0]!.length;
  const along = new Float64Array(n);
  psi.forEach((column, j) => column.forEach((value, i) => (along[i]! += (2 / square) * value * h[j]!)));
  return psi.flatMap((column, j) => (j === pivot ? [] : [column.map((value, i) => value - along[i]! * h[j]!)]));
}

/**
 * Backward through the samples of a diffuse start. `r` and `N` belong to the last of them, after its measurements: x smoothed = x + P r,
 * its covariance P - P N P. Gives mean and covariance of each sample's state, given the whole record.
 */
export function smoothDiffuse(
  steps: readonly DiffuseStep[],
  predicted: (k: number) => { readonly x: Float64Array; readonly P: Float64Array },
  transition: (k: number) => Float64Array,
  r: Float64Array,
  N: Float64Array,
): readonly { readonly x: Float64Array; readonly P: Float64Array }[] {
  const n = r.length;
  const column = (v: Float64Array) => toMatrix(v, n, 1);
  const square = (v: Float64Array) => toMatrix(v, n, n);
  let r0 = column(r);
  let r1 = Matrix.zeros(n, 1);
  let N0 = square(N);
  let N1 = Matrix.zeros(n, n);
  let N2 = Matrix.zeros(n, n);
  const around = (L: Matrix, X: Matrix, K: Matrix) => L.transpose().mmul(X).mmul(K);
  const smoothed: { x: Float64Array; P: Float64Array }[] = [];
  for (let k = steps.length - 1; k >= 0; k--) {
    const { Pinf, elements } = steps[k]!;
    for (const { c, v, F, Finf, M, Minf } of [...elements].reverse()) {
      const z = column(c);
      const zz = z.mmul(z.transpose());
      if (Finf > 0) {
        const Linf = Matrix.sub(Matrix.eye(n), column(Minf).mmul(z.transpose()).div(Finf));
        const L0 = column(Minf.map((value, i) => (value * F) / Finf - M[i]!))
          .mmul(z.transpose())
          .div(Finf);
        r1 = Matrix.add(Matrix.mul(z, v / Finf), Matrix.add(L0.transpose().mmul(r0), Linf.transpose().mmul(r1)));
        r0 = Linf.transpose().mmul(r0);
        const [first, second] = [around(Linf, N1, L0), around(Linf, N0, L0)];
        N2 = Matrix.add(Matrix.mul(zz, -F / Finf ** 2), around(L0, N0, L0))
          .add(around(Linf, N2, Linf))
          .add(first)
          .add(first.transpose());
        N1 = Matrix.add(Matrix.div(zz, Finf), around(Linf, N1, Linf))
          .add(second)
          .add(second.transpose());
        N0 = around(Linf, N0, Linf);
      } else {
        const L = Matrix.sub(Matrix.eye(n), column(M).mmul(z.transpose()).div(F));
        r0 = Matrix.add(Matrix.mul(z, v / F), L.transpose().mmul(r0));
        r1 = L.transpose().mmul(r1);
        N0 = Matrix.add(Matrix.div(zz, F), around(L, N0, L));
        N1 = around(L, N1, L);
        N2 = around(L, N2, L);
      }
    }
    const { x, P } = predicted(k);
    const [p, q] = [square(P), square(Pinf)];
    const mean = column(x).add(p.mmul(r0)).add(q.mmul(r1));
    const cross = p.mmul(N1).mmul(q);
    const covariance = Matrix.sub(p, p.mmul(N0).mmul(p)).sub(cross).sub(cross.transpose()).sub(q.mmul(N2).mmul(q));
    smoothed[k] = { x: flat(mean), P: flat(Matrix.add(covariance, covariance.transpose()).div(2)) };
    if (k === 0) break;
    const back = square(transpose(transition(k - 1), n, n));
    r0 = back.mmul(r0);
    r1 = back.mmul(r1);
    [N0, N1, N2] = [N0, N1, N2].map((X) => back.mmul(X).mmul(back.transpose())) as [Matrix, Matrix, Matrix];
  }
  return smoothed;
}
