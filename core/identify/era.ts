/**
 * A state space from its response to impulses: the eigensystem realization algorithm, a balanced factor of the Hankel matrix of Markov parameters.
 * Juang & Pappa, Journal of Guidance 8 (1985).
 */
import { ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { flatten, type MatrixLike, toMatrix } from "../math/dense.ts";
import { product } from "../math/product.ts";
import { svd } from "../math/svd.ts";

export interface EraOptions {
  /** States; as many as the singular values show when absent. */
  readonly order?: number | undefined;
  /** Blocks of the Hankel matrix, down and across; about half of the responses each when absent. */
  readonly rows?: number | undefined;
  readonly cols?: number | undefined;
  /** Response at the instant of the impulse, p x m; 0 when absent. */
  readonly D?: MatrixLike | undefined;
  /** s; 1 when absent. */
  readonly period?: number | undefined;
}

export interface Era {
  readonly ok: true;
  readonly system: StateSpace;
  readonly order: number;
  /** Of the Hankel matrix, falling. */
  readonly singularValues: readonly number[];
  /** Largest difference between the responses given and the model's, relative to the largest of them. */
  readonly residual: number;
}

export type EraOutcome =
  | Era
  | { readonly ok: false; readonly code: "TOO_FEW_SAMPLES"; readonly samples: number; readonly needed: number }
  | { readonly ok: false; readonly code: "NOT_FINITE"; readonly sample: number }
  | { readonly ok: false; readonly code: "ORDER_TOO_HIGH"; readonly order: number; readonly most: number };

/** `markov`: the responses one instant after the impulse, two and so on, p x m each. Throws a RangeError where sizes do not fit. */
export function era(markov: readonly MatrixLike[], options: EraOptions = {}): EraOutcome {
  const G = markov.map(flatten);
  const [p, m] = [G[0]?.rows ?? 0, G[0]?.cols ?? 0];
  if (G.some(({ rows, cols }) => rows !== p || cols !== m)) throw new RangeError("Responses must be of one size");
  const bad = G.findIndex(({ data }) => !data.every(Number.isFinite));
  if (bad >= 0) return { ok: false, code: "NOT_FINITE", sample: bad };
  const rows = options.rows ?? Math.ceil(G.length / 2);
  const cols = options.cols ?? G.length - rows;
  // One more than the matrix holds: it is set beside itself one instant later.
  const needed = Math.max(2, rows + cols);
  if (G.length < needed || rows < 1 || cols < 1)
    return { ok: false, code: "TOO_FEW_SAMPLES", samples: G.length, needed };
  const hankel = (from: number): Float64Array => {
    const H = new Float64Array(rows * p * cols * m);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < cols; j++)
        for (let a = 0; a < p; a++)
          for (let b = 0; b < m; b++) H[(i * p + a) * cols * m + j * m + b] = G[from + i + j]!.data[a * m + b]!;
    return H;
  };
  const { U, s, V, count } = svd(hankel(0), rows * p, cols * m);
  const tolerance = 1e-11 * s[0]!;
  const rank = s.findIndex((v) => !(v > tolerance));
  const most = rank < 0 ? count : rank;
  const n = options.order ?? most;
  if (n > most) return { ok: false, code: "ORDER_TOO_HIGH", order: n, most };
  const later = product(hankel(1), columns(V, cols * m, count, n), rows * p, cols * m, n);
  const A = product(transposedColumns(U, rows * p, count, n), later, n, rows * p, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) A[i * n + j]! /= Math.sqrt(s[i]! * s[j]!);
  const B = new Float64Array(n * m);
  const C = new Float64Array(p * n);
  for (let i = 0; i < n; i++) {
    for (let b = 0; b < m; b++) B[i * m + b] = V[b * count + i]! * Math.sqrt(s[i]!);
    for (let a = 0; a < p; a++) C[a * n + i] = U[a * count + i]! * Math.sqrt(s[i]!);
  }
  const D = options.D ?? Array.from({ length: p }, () => Array.from({ length: m }, () => 0));
  return {
    ok: true,
    system: ss(toMatrix(A, n, n), toMatrix(B, n, m), toMatrix(C, p, n), D, options.period ?? 1),
    order: n,
    singularValues: Array.from(s),
    residual: residual(G, A, B, C, n, m, p),
  };
}

function columns(V: Float64Array, rows: number, count: number, n: number): Float64Array {
  return Float64Array.from({ length: rows * n }, (_, i) => V[Math.floor(i / n) * count + (i % n)]!);
}

function transposedColumns(U: Float64Array, rows: number, count: number, n: number): Float64Array {
  return Float64Array.from({ length: n * rows }, (_, i) => U[(i % rows) * count + Math.floor(i / rows)]!);
}

function residual(
  G: readonly { readonly data: Float64Array }[],
  A: Float64Array,
  B: Float64Array,
  C: Float64Array,
  n: number,
  m: number,
  p: number,
): number {
  let [worst, size] = [0, 0];
  let state = B;
  for (const { data } of G) {
    const said = product(C, state, p, n, m);
    data.forEach((v, i) => {
      worst = Math.max(worst, Math.abs(v - said[i]!));
      size = Math.max(size, Math.abs(v));
    });
    state = product(A, state, n, n, m);
  }
  return size > 0 ? worst / size : worst;
}
