/**
 * Dynamic mode decomposition: the linear map that carries each snapshot of many numbers into the next, on the few directions in which the snapshots
 * move; with inputs, DMDc. Tu et al., "On dynamic mode decomposition", J. Comput. Dyn. 1 (2014); Proctor, Brunton & Kutz (2016).
 */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Complex } from "../math/complex.ts";
import { toMatrix, transpose } from "../math/dense.ts";
import { product } from "../math/product.ts";
import { pseudoInverse, svd } from "../math/svd.ts";
import { ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";

export interface DmdOptions {
  /** Directions kept; when absent those above 1e-10 of the largest. */
  readonly rank?: number | undefined;
  /** By input, as long as the snapshots. */
  readonly u?: readonly ArrayLike<number>[] | undefined;
  /** s; 1 when absent. */
  readonly period?: number | undefined;
}

export interface Dmd {
  readonly ok: true;
  /** The reduced map: its states are coordinates along the directions kept, its outputs the snapshots. */
  readonly system: StateSpace;
  /** State of the first snapshot. */
  readonly x0: Float64Array;
  readonly rank: number;
  /** Of the snapshots but the last, falling. */
  readonly singularValues: readonly number[];
  /** Eigenvalues of the map, the slowest first, and by eigenvalue the mode: its value in every channel, of Euclidean length 1. */
  readonly eigenvalues: readonly Complex[];
  readonly modes: readonly { readonly re: Float64Array; readonly im: Float64Array }[];
  /** Root mean square of what one step leaves unexplained, relative to the snapshots'. */
  readonly residual: number;
}

export type DmdOutcome =
  | Dmd
  | { readonly ok: false; readonly code: "TOO_FEW_SAMPLES"; readonly samples: number; readonly needed: number }
  | { readonly ok: false; readonly code: "NOT_FINITE"; readonly channel: number; readonly sample: number }
  | { readonly ok: false; readonly code: "ORDER_TOO_HIGH"; readonly order: number; readonly most: number }
  /** The inputs follow from the states: what they do can't be told apart. */
  | { readonly ok: false; readonly code: "SINGULAR"; readonly rcond: number };

/** `snapshots` by channel, one sequence each. Throws a RangeError where lengths differ. */
export function dmd(snapshots: readonly ArrayLike<number>[], options: DmdOptions = {}): DmdOutcome {
  const n = snapshots.length;
  const u = options.u ?? [];
  const m = u.length;
  const samples = snapshots[0]?.length ?? 0;
  const all = [...snapshots, ...u];
  if (all.some((sequence) => sequence.length !== samples)) throw new RangeError("Sequences must be of one length");
  const steps = samples - 1;
  if (n === 0 || steps < 1 + m) return { ok: false, code: "TOO_FEW_SAMPLES", samples, needed: m + 2 };
  for (let channel = 0; channel < all.length; channel++) {
    const sample = Array.prototype.findIndex.call(all[channel], (v: number) => !Number.isFinite(v));
    if (sample >= 0) return { ok: false, code: "NOT_FINITE", channel, sample };
  }
  const from = (first: number, list: readonly ArrayLike<number>[]): Float64Array => {
    const block = new Float64Array(list.length * steps);
    list.forEach((sequence, i) => {
      for (let k = 0; k < steps; k++) block[i * steps + k] = sequence[first + k]!;
    });
    return block;
  };
  const X = from(0, snapshots);
  const { U, s, count } = svd(X, n, steps);
  const found = s.findIndex((v) => !(v > 1e-10 * s[0]!));
  const most = found < 0 ? count : found;
  const r = options.rank ?? most;
  if (r > most) return { ok: false, code: "ORDER_TOO_HIGH", order: r, most };
  const basis = Float64Array.from({ length: n * r }, (_, i) => U[Math.floor(i / r) * count + (i % r)]!);
  const across = transpose(basis, n, r);
  // States and inputs below one another, and the states one instant later.
  const now = new Float64Array((r + m) * steps);
  now.set(product(across, X, r, n, steps));
  now.set(from(0, u), r * steps);
  const next = product(across, from(1, snapshots), r, n, steps);
  if (m > 0) {
    const sizes = svd(now, r + m, steps).s;
    const rcond = sizes[r + m - 1]! / sizes[0]!;
    if (!(rcond > 1e-12)) return { ok: false, code: "SINGULAR", rcond };
  }
  const map = product(next, pseudoInverse(now, r + m, steps, 1e-14), r, steps, r + m);
  const A = Matrix.zeros(r, r);
  const B = Matrix.zeros(r, m);
  for (let i = 0; i < r; i++) {
    for (let j = 0; j < r; j++) A.set(i, j, map[i * (r + m) + j]!);
    for (let j = 0; j < m; j++) B.set(i, j, map[i * (r + m) + r + j]!);
  }
  const x0 = new Float64Array(r);
  for (let i = 0; i < r; i++) x0[i] = now[i * steps]!;
  const C = toMatrix(basis, n, r);
  return {
    ok: true,
    system: ss(A, B, C, Matrix.zeros(n, m), options.period ?? 1),
    x0,
    rank: r,
    singularValues: Array.from(s),
    ...modesOf(A, C),
    residual: unexplained(product(basis, product(map, now, r, r + m, steps), n, r, steps), from(1, snapshots)),
  };
}

function modesOf(A: Matrix, C: Matrix): Pick<Dmd, "eigenvalues" | "modes"> {
  if (A.rows === 0) return { eigenvalues: [], modes: [] };
  const { realEigenvalues: re, imaginaryEigenvalues: im, eigenvectorMatrix } = new EigenvalueDecomposition(A);
  const V = C.mmul(eigenvectorMatrix);
  const order = re.map((_, k) => k).sort((a, b) => Math.hypot(re[b]!, im[b]!) - Math.hypot(re[a]!, im[a]!) || a - b);
  const column = (k: number, sign: number): Float64Array =>
    Float64Array.from({ length: V.rows }, (_, i) => sign * V.get(i, k));
  return {
    eigenvalues: order.map((k): Complex => [re[k]!, im[k]!]),
    modes: order.map((k) => {
      // Of a pair the columns are real and imaginary part of the first one's vector.
      const first = im[k]! < 0 ? k - 1 : k;
      const real = column(first, 1);
      const imaginary = im[k] === 0 ? new Float64Array(V.rows) : column(first + 1, im[k]! < 0 ? -1 : 1);
      const size = Math.hypot(...real, ...imaginary) || 1;
      return { re: real.map((v) => v / size), im: imaginary.map((v) => v / size) };
    }),
  };
}

function unexplained(said: Float64Array, seen: Float64Array): number {
  let [left, whole] = [0, 0];
  seen.forEach((v, i) => {
    left += (v - said[i]!) ** 2;
    whole += v * v;
  });
  return whole > 0 ? Math.sqrt(left / whole) : 0;
}
