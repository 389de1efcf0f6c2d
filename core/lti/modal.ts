/**
 * Balanced realizations of systems that are given as complex modes, of thousands of them too: no matrix of all states is made. Their Gramians are
 * Cauchy-like, b_i b_j* / (1 - a_i conj(a_j)), and what a step of Cholesky leaves of one is of that form again, so that a factor of low rank is
 * found column by column, small columns as exactly as large ones. Gohberg, Kailath & Olshevsky (1995); Haut & Beylkin (2012).
 */
import { Matrix } from "ml-matrix";
import { over, times, type Complex } from "../math/complex.ts";
import { toMatrix, transpose } from "../math/dense.ts";
import { product } from "../math/product.ts";
import { svd } from "../math/svd.ts";
import { system, type Names } from "./model.ts";
import type { StateSpace } from "./stateSpace.ts";

/** x[t+1] = a x[t] + B u[t], y[t] = Re(C x[t]) + D u[t]. Complex arrays hold real parts, then imaginary ones. */
export interface Modes {
  /** [2, p]. */
  readonly a: Float64Array;
  /** [2, p, inputs]. */
  readonly B: Float64Array;
  /** [2, outputs, p]. */
  readonly C: Float64Array;
  /** [outputs, inputs]. */
  readonly D: Matrix;
  /** In s. */
  readonly period: number;
  readonly names?: Names;
}

export type BalancedModes =
  | {
      readonly ok: true;
      /** Of at most `order` states; else of all but those whose Hankel values are rounding. Modes that do not decay are kept as they are. */
      readonly system: StateSpace;
      /** Of the part that decays, falling, down to rounding of the first. */
      readonly hsv: readonly number[];
      /** Real states of modes that do not decay. */
      readonly unstable: number;
    }
  | { readonly ok: false; readonly code: "TOO_FEW"; readonly unstable: number }
  /** More states than this count: it would take minutes. */
  | { readonly ok: false; readonly code: "TOO_LARGE"; readonly rank: number };

/** Columns of a factor, at most; and how small what is left out of a Gramian is beside what is in. */
const mostColumns = 400;
const negligible = 1e-28;

export function balancedModes(given: Modes, order?: number): BalancedModes {
  const modes = modesOf(given);
  const decaying = modes.filter(({ a }) => Math.hypot(...a) < 1);
  const others = modes.filter(({ a }) => Math.hypot(...a) >= 1).map(realMode);
  const unstable = others.reduce((sum, { A }) => sum + A.rows, 0);
  if (order !== undefined && order < unstable) return { ok: false, code: "TOO_FEW", unstable };
  const reach = factor(decaying.map(({ a, b }) => ({ a, b })));
  const show = factor(decaying.map(({ a, c }) => ({ a: conj(a), b: c.map(([re, im]): Complex => [re / 2, -im / 2]) })));
  if (!reach || !show) return { ok: false, code: "TOO_LARGE", rank: mostColumns };
  const n = 2 * decaying.length;
  const [inner, outer] = [reach.columns, show.columns];
  const { U, s, V, count } = svd(product(transpose(show.data, n, outer), reach.data, outer, n, inner), outer, inner);
  const floor = 4 * n * 2.220446049250313e-16 * (s[0] ?? 0);
  const hsv = [...s].filter((value) => value > floor);
  const kept = Math.min(hsv.length, (order ?? Infinity) - unstable);
  const scaled = (from: Float64Array, rows: number) => {
    const part = new Float64Array(rows * kept);
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < kept; k++) part[i * kept + k] = from[i * count + k]! / Math.sqrt(s[k]!);
    return part;
  };
  // z = T w and w = T^-1 z, with z the roots of two times real and imaginary parts.
  const T = product(reach.data, scaled(V, inner), n, inner, kept);
  const back = transpose(product(show.data, scaled(U, outer), n, outer, kept), n, kept);
  const p = decaying.length;
  const turned = new Float64Array(n * kept);
  decaying.forEach(({ a: [re, im] }, i) => {
    for (let k = 0; k < kept; k++) {
      const [x, y] = [T[i * kept + k]!, T[(p + i) * kept + k]!];
      turned[i * kept + k] = re * x - im * y;
      turned[(p + i) * kept + k] = re * y + im * x;
    }
  });
  const { D, period, names } = given;
  const [m, q] = [D.columns, D.rows];
  const B = new Float64Array(n * m);
  const C = new Float64Array(q * n);
  decaying.forEach(({ b, c }, i) => {
    b.forEach(([re, im], k) => {
      B[i * m + k] = Math.SQRT2 * re;
      B[(p + i) * m + k] = Math.SQRT2 * im;
    });
    c.forEach(([re, im], o) => {
      C[o * n + i] = Math.SQRT1_2 * re;
      C[o * n + p + i] = -Math.SQRT1_2 * im;
    });
  });
  const total = kept + unstable;
  const all = { A: Matrix.zeros(total, total), B: Matrix.zeros(total, m), C: Matrix.zeros(q, total) };
  const put = (at: number, part: Pick<StateSpace, "A" | "B" | "C">) => {
    all.A.setSubMatrix(part.A, at, at);
    all.B.setSubMatrix(part.B, at, 0);
    all.C.setSubMatrix(part.C, 0, at);
  };
  if (kept > 0)
    put(0, {
      A: toMatrix(product(back, turned, kept, n, kept), kept, kept),
      B: toMatrix(product(back, B, kept, n, m), kept, m),
      C: toMatrix(product(C, T, q, n, kept), q, kept),
    });
  let at = kept;
  for (const one of others) {
    put(at, one);
    at += one.A.rows;
  }
  const time = { kind: "discrete", period } as const;
  return { ok: true, system: system(all.A, all.B, all.C, D, time, names), hsv, unstable };
}

interface Mode {
  readonly a: Complex;
  readonly b: readonly Complex[];
  readonly c: readonly Complex[];
}

/** Those that are driven and seen, in units in which they are as much the one as the other. */
function modesOf({ a, B, C, D }: Modes): Mode[] {
  const p = a.length / 2;
  const [m, q] = [D.columns, D.rows];
  const found: Mode[] = [];
  for (let i = 0; i < p; i++) {
    const b = Array.from({ length: m }, (_, k): Complex => [B[i * m + k]!, B[(p + i) * m + k]!]);
    const c = Array.from({ length: q }, (_, o): Complex => [C[o * p + i]!, C[(q + o) * p + i]!]);
    const unit = Math.sqrt(size(c) / size(b));
    if (!(unit > 0 && unit < Infinity)) continue;
    const by =
      (factor: number) =>
      ([re, im]: Complex): Complex => [factor * re, factor * im];
    found.push({ a: [a[i]!, a[p + i]!], b: b.map(by(unit)), c: c.map(by(1 / unit)) });
  }
  return found;
}

const size = (row: readonly Complex[]) => Math.hypot(...row.flat());
const conj = ([re, im]: Complex): Complex => [re, -im];

/** A real mode is one state, if it is driven by real numbers; any other two, its real and imaginary part. */
function realMode({ a: [re, im], b, c }: Mode): Pick<StateSpace, "A" | "B" | "C"> {
  const single = im === 0 && b.every((entry) => entry[1] === 0);
  return {
    A: new Matrix(single ? [[re]] : [[re, -im], [im, re]]), // prettier-ignore
    B: new Matrix((single ? [0] : [0, 1]).map((part) => b.map((entry) => entry[part]!))),
    C: new Matrix(c.map(([x, y]) => (single ? [x] : [x, -y]))),
  };
}

/**
 * L, 2 p x columns (row-major), with L L' = W, the Gramian W = A W A' + B B' of the roots of two times real and imaginary parts of these modes.
 * The largest entry of the diagonal and its conjugate go first; a step turns the part of each row of B along the pivot's by
 * (a_i - a_k) / (1 - a_i conj(a_k)), Blaschke's factor. Undefined beyond `mostColumns`.
 */
function factor(given: readonly { readonly a: Complex; readonly b: readonly Complex[] }[]) {
  const p = given.length;
  const m = given[0]?.b.length ?? 0;
  // Each mode, then the conjugates; rows of B in real and imaginary parts.
  const a = [...given, ...given].map((one, i): Complex => (i < p ? one.a : conj(one.a)));
  const b = new Float64Array(4 * p * m);
  a.forEach((_, i) =>
    given[i % p]!.b.forEach(([re, im], k) => {
      b[2 * (i * m + k)] = re;
      b[2 * (i * m + k) + 1] = i < p ? im : -im;
    }),
  );
  const margin = a.map(([re, im]) => (1 - Math.hypot(re, im)) * (1 + Math.hypot(re, im)));
  const onDiagonal = (i: number) => {
    let sum = 0;
    for (let k = 2 * i * m; k < 2 * (i + 1) * m; k++) sum += b[k]! * b[k]!;
    return sum / margin[i]!;
  };
  /** One step; the column, by its real and imaginary parts. */
  const step = (k: number): readonly [re: Float64Array, im: Float64Array] => {
    const column = [new Float64Array(2 * p), new Float64Array(2 * p)] as const;
    const pivot = b.slice(2 * k * m, 2 * (k + 1) * m);
    const squared = pivot.reduce((sum, value) => sum + value * value, 0);
    if (!(squared > 0)) return column;
    const root = Math.sqrt(squared / margin[k]!);
    const [kRe, kIm] = a[k]!;
    for (let i = 0; i < 2 * p; i++) {
      const [re, im] = a[i]!;
      // b_i b_k*
      let along: Complex = [0, 0];
      for (let c = 0; c < m; c++) {
        const [x, y, u, v] = [b[2 * (i * m + c)]!, b[2 * (i * m + c) + 1]!, pivot[2 * c]!, pivot[2 * c + 1]!];
        along = [along[0] + x * u + y * v, along[1] + y * u - x * v];
      }
      const bottom: Complex = i === k ? [margin[k]!, 0] : [1 - re * kRe - im * kIm, re * kIm - im * kRe];
      const entry = over(along, bottom);
      column[0][i] = entry[0] / root;
      column[1][i] = entry[1] / root;
      const turn = over([re - kRe, im - kIm], bottom);
      const [x, y] = times([turn[0] - 1, turn[1]], along);
      for (let c = 0; c < m; c++) {
        const [u, v] = [pivot[2 * c]! / squared, pivot[2 * c + 1]! / squared];
        b[2 * (i * m + c)]! += x * u - y * v;
        b[2 * (i * m + c) + 1]! += x * v + y * u;
      }
    }
    b.fill(0, 2 * k * m, 2 * (k + 1) * m);
    return column;
  };
  const columns: Float64Array[] = [];
  let first = 0;
  for (;;) {
    let [best, most] = [-1, 0];
    for (let i = 0; i < p; i++) {
      const value = onDiagonal(i);
      if (value > most) [best, most] = [i, value];
    }
    first = Math.max(first, most);
    if (best < 0 || most <= negligible * first) break;
    if (columns.length >= mostColumns) return undefined;
    const column = step(best);
    // Of a real mode nothing but rounding is left for its conjugate, which is it again.
    columns.push(...realPair(onDiagonal(p + best) > negligible * most ? [column, step(p + best)] : [column]));
  }
  const data = new Float64Array(2 * p * columns.length);
  columns.forEach((column, k) => {
    for (let i = 0; i < 2 * p; i++) data[i * columns.length + k] = column[i]!;
  });
  return { data, columns: columns.length };
}

/** Columns of a mode and of its conjugate, x over conj(x), as those of the roots of two times real and imaginary parts: two, as together they are real. */
function realPair(pair: readonly (readonly [re: Float64Array, im: Float64Array])[]): Float64Array[] {
  const n = pair[0]![0].length;
  const p = n / 2;
  const four = new Float64Array(4 * n);
  pair.forEach(([re, im], k) => {
    for (let i = 0; i < p; i++) {
      four[4 * i + 2 * k] = (re[i]! + re[p + i]!) * Math.SQRT1_2;
      four[4 * i + 2 * k + 1] = (im[i]! + im[p + i]!) * Math.SQRT1_2;
      four[4 * (p + i) + 2 * k] = (im[i]! - im[p + i]!) * Math.SQRT1_2;
      four[4 * (p + i) + 2 * k + 1] = (re[p + i]! - re[i]!) * Math.SQRT1_2;
    }
  });
  const { U, s, count } = svd(four, n, 4);
  return [...s]
    .filter((value) => value > 1e-13 * s[0]!)
    .map((value, k) => Float64Array.from({ length: n }, (_, i) => U[count * i + k]! * value));
}
