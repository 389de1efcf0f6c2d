/** The steps of covariances by WebAssembly, where it is to be had and the model is of a size that is worth it. */
import { exportsOf } from "../wasm/api.ts";
import { covarianceModule } from "./kernel/covarianceModule.ts";
import type { KernelLayout } from "./kernel/kernelLayout.ts";

export interface FastCovariance {
  /** As `updateCovariance` with all p entries. C and R are copied again only where they are other arrays than last time. */
  update(
    C: Float64Array,
    R: Float64Array,
    P: Float64Array,
    out: { readonly P: Float64Array; readonly L: Float64Array; readonly K: Float64Array },
  ): boolean;
  /** As `predictCovariance`. */
  predict(A: Float64Array, P: Float64Array, Q: Float64Array, out: Float64Array): void;
  /** The same taken apart, for one sample after another without copies between them: the covariance that a sample begins from, ... */
  begin(P: Float64Array, from: number): void;
  /** ... or that which the last prediction gave; ... */
  goOn(): void;
  /** ... what a measurement makes of it, left in `kept`, rows of `width` numbers; ... */
  measure(C: Float64Array, R: Float64Array): boolean;
  readonly kept: Float64Array;
  readonly width: number;
  /** ... the prediction from `kept`; ... */
  advance(A: Float64Array, Q: Float64Array): void;
  /** ... and n x n of `kept`, n x n of the prediction, L (p x p, its lower triangle) and K' (p x n), where they are kept. */
  giveKept(to: Float64Array, from: number): void;
  giveAhead(to: Float64Array, from: number): void;
  giveL(to: Float64Array, from: number): void;
  giveK(to: Float64Array, from: number): void;
  /** J = Pp^-1 A P into J; false where a pivot is not above `least`, J is of no use then. */
  gain(A: Float64Array, P: Float64Array, Pp: Float64Array, least: number, J: Float64Array): boolean;
  /** P + J' D J into out, J as `gain` left it. */
  smooth(P: Float64Array, D: Float64Array, out: Float64Array): void;
  /** Means of samples with the L and K of the last `update`, or those put there by `hold`, and the A of the last `predict`. */
  hold(L: Float64Array, atL: number, K: Float64Array, atK: number): void;
  /** y (less D u) and xp go in by these arrays; e, z, x and xn, which is A x, come out. Those of p numbers are longer where p is odd. */
  readonly y: Float64Array;
  readonly e: Float64Array;
  readonly z: Float64Array;
  readonly xp: Float64Array;
  readonly x: Float64Array;
  readonly xn: Float64Array;
  mean(): void;
  /** x += J' xn, J as `gain` left it. */
  carry(): void;
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly update: () => number;
  readonly predict: () => void;
  readonly gain: (least: number) => number;
  readonly smooth: () => void;
  readonly mean: () => void;
  readonly carry: () => void;
}

/** Below, calling costs more than it saves; above, blocks of a fixed size serve better. */
const fewest = 3;
const most = 64;
const mostMeasured = 16;

/** Numbers from which on one call copies faster than a loop. */
const many = 64;

const made = new Map<string, { readonly exports: Exports; readonly at: KernelLayout } | undefined>();
const mostMade = 8;

/** For n states and p measurements; undefined where TypeScript is as well. One user at a time: calls of one do not mix with another's. */
export function fastCovariance(n: number, p: number): FastCovariance | undefined {
  if (n < fewest || n > most || p > mostMeasured || p < 1) return undefined;
  const key = `${n} ${p}`;
  if (!made.has(key)) {
    if (made.size >= mostMade) made.clear();
    const { bytes, at } = covarianceModule(n, p);
    const exports = exportsOf(bytes) as Exports | undefined;
    made.set(key, exports && { exports, at });
  }
  const kernel = made.get(key);
  if (!kernel) return undefined;
  const { exports, at } = kernel;
  const { N, M } = at;
  const numbers = new Float64Array(exports.memory.buffer);
  const area = (from: number, rows: number, cols: number) => numbers.subarray(from, from + rows * cols);
  const areas = {
    C: area(at.C, M, N),
    Ct: area(at.Ct, N, M),
    R: area(at.R, M, M),
    A: area(at.A, N, N),
    At: area(at.At, N, N),
    Q: area(at.Q, N, N),
    P: area(at.P, N, N),
    kept: area(at.kept, N, N),
    next: area(at.next, N, N),
    L: area(at.L, M, M),
    K: area(at.K, M, N),
    J: area(at.J, N, N),
    D: area(at.D, N, N),
    y: area(at.y, M, 1),
    e: area(at.e, M, 1),
    z: area(at.z, M, 1),
    xp: area(at.xp, N, 1),
    x: area(at.x, N, 1),
    xn: area(at.xn, N, 1),
  };
  const put = (to: Float64Array, width: number, from: Float64Array, rows: number, cols: number, start = 0): void => {
    if (width === cols && rows * cols >= many && from.length === rows * cols) to.set(from);
    else for (let i = 0, f = start; i < rows; i++) for (let j = 0, t = i * width; j < cols; j++) to[t++] = from[f++]!;
  };
  const take = (from: Float64Array, width: number, to: Float64Array, rows: number, cols: number, start = 0): void => {
    if (width === cols && rows * cols >= many && from.length === rows * cols) to.set(from, start);
    else for (let i = 0, t = start; i < rows; i++) for (let j = 0, f = i * width; j < cols; j++) to[t++] = from[f++]!;
  };
  const turn = (to: Float64Array, width: number, from: Float64Array, rows: number, cols: number): void => {
    for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) to[j * width + i] = from[i * cols + j]!;
  };
  let [lastC, lastR, lastA, lastQ]: (Float64Array | undefined)[] = [];
  // What lies beyond the model's own size is divided by once, and stays 0 else.
  for (const one of [areas.P, areas.kept, areas.Q, areas.A, areas.At, areas.C, areas.Ct, areas.D, areas.next])
    one.fill(0);
  areas.R.fill(0);
  for (let i = p; i < M; i++) areas.R[i * M + i] = 1;
  const { y, e, z, xp, x, xn } = areas;
  const measure = (C: Float64Array, R: Float64Array): boolean => {
    if (C !== lastC) {
      put(areas.C, N, C, p, n);
      turn(areas.Ct, M, C, p, n);
      lastC = C;
    }
    if (R !== lastR) put(areas.R, M, (lastR = R), p, p);
    return exports.update() !== 0;
  };
  const advance = (A: Float64Array, Q: Float64Array): void => {
    if (A !== lastA) {
      put(areas.A, N, A, n, n);
      turn(areas.At, N, A, n, n);
      lastA = A;
    }
    if (Q !== lastQ) put(areas.Q, N, (lastQ = Q), n, n);
    exports.predict();
  };
  /** Above the diagonal stand sums that have no use. */
  const giveL = (to: Float64Array, from: number): void => {
    for (let i = 0; i < p; i++) for (let j = 0; j <= i; j++) to[from + i * p + j] = areas.L[i * M + j]!;
  };
  return {
    ...{ y, e, z, xp, x, xn, measure, advance, giveL },
    ...{ mean: exports.mean, carry: exports.carry, kept: areas.kept, width: N },
    begin: (P, from) => put(areas.P, N, P, n, n, from),
    goOn: () => put(areas.P, N, areas.next, N, N),
    giveKept: (to, from) => take(areas.kept, N, to, n, n, from),
    giveAhead: (to, from) => take(areas.next, N, to, n, n, from),
    giveK: (to, from) => take(areas.K, N, to, p, n, from),
    hold(L, atL, K, atK) {
      for (let i = 0; i < M; i++) {
        areas.L[i * M + i] = 1;
        if (i < p) for (let j = 0; j <= i; j++) areas.L[i * M + j] = L[atL + i * p + j]!;
      }
      put(areas.K, N, K, p, n, atK);
    },
    update(C, R, P, out) {
      put(areas.P, N, P, n, n);
      if (!measure(C, R)) return false;
      take(areas.kept, N, out.P, n, n);
      take(areas.K, N, out.K, p, n);
      out.L.fill(0);
      giveL(out.L, 0);
      return true;
    },
    predict(A, P, Q, out) {
      put(areas.kept, N, P, n, n);
      advance(A, Q);
      take(areas.next, N, out, n, n);
    },
    gain(A, P, Pp, least, J) {
      if (A !== lastA) put(areas.A, N, (lastA = A), n, n);
      put(areas.kept, N, P, n, n);
      areas.next.fill(0);
      put(areas.next, N, Pp, n, n);
      for (let i = n; i < N; i++) areas.next[i * N + i] = 1 + least;
      if (exports.gain(least) === 0) return false;
      take(areas.J, N, J, n, n);
      return true;
    },
    smooth(P, D, out) {
      put(areas.kept, N, P, n, n);
      put(areas.D, N, D, n, n);
      exports.smooth();
      take(areas.next, N, out, n, n);
    },
  };
}
