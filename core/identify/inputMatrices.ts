/**
 * B, D and the states at the beginnings by least squares, A and C being known: outputs are linear in them. With a gain L the errors are those of
 * the predictor x[k+1] = (A - L C) x + (B - L D) u + L y, without it those of the simulation. Ljung, "System Identification" (1999), 10.6.
 */
import { plus } from "../math/dense.ts";
import { product } from "../math/product.ts";
import { rowsTriangle } from "../math/rowsTriangle.ts";
import { svd } from "../math/svd.ts";
import type { Records } from "./recording.ts";

export interface InputMatrices {
  /** n x m and p x m, row-major. */
  readonly B: Float64Array;
  readonly D: Float64Array;
  /** By recording. */
  readonly x0: readonly Float64Array[];
  /** Of the regression, its columns being of one length. */
  readonly rcond: number;
}

export interface Given {
  readonly A: Float64Array;
  readonly C: Float64Array;
  readonly n: number;
  /** n x p, or left out. */
  readonly L?: Float64Array | undefined;
  /** Without: D is 0. */
  readonly feedthrough: boolean;
  /** Given: only the states at the beginnings are looked for. */
  readonly known?: { readonly B: Float64Array; readonly D: Float64Array };
}

/** Undefined where the responses grow beyond all numbers. */
export function inputMatrices(records: Records, given: Given): InputMatrices | undefined {
  const { m, p, segments } = records;
  const { A, C, n, L, feedthrough, known } = given;
  const F = L ? plus(A, product(L, C, n, p, n), -1) : A;
  const free = known ? 0 : n * m;
  const direct = known || !feedthrough ? 0 : p * m;
  const atB = segments.length * n;
  const atD = atB + free;
  const width = atD + direct + 1;
  const gathered = rowsTriangle(width);
  const row = new Float64Array(width);
  segments.forEach(({ count, u, y }, segment) => {
    // The state that each unit would leave: of the beginning, and of every entry of a column of B, by input.
    let begun = new Float64Array(n * n);
    for (let i = 0; i < n; i++) begun[i * n + i] = 1;
    const driven = new Float64Array(known ? 0 : m * n * n);
    let state = new Float64Array(n);
    for (let k = 0; k < count; k++) {
      const [now, seen] = [u.subarray(k * m, (k + 1) * m), y.subarray(k * p, (k + 1) * p)];
      const beginnings = product(C, begun, p, n, n);
      for (let i = 0; i < p; i++) {
        row.fill(0);
        row.set(beginnings.subarray(i * n, (i + 1) * n), segment * n);
        let fixed = seen[i]!;
        for (let s = 0; s < n; s++) fixed -= C[i * n + s]! * state[s]!;
        if (known) for (let j = 0; j < m; j++) fixed -= known.D[i * m + j]! * now[j]!;
        for (let j = 0; j < (known ? 0 : m); j++) {
          for (let a = 0; a < n; a++) {
            let sum = 0;
            for (let s = 0; s < n; s++) sum += C[i * n + s]! * driven[(j * n + s) * n + a]!;
            row[atB + a * m + j] = sum;
          }
          if (direct === 0) continue;
          row[atD + i * m + j] = now[j]!;
          for (let o = 0; L && o < p; o++) {
            let sum = 0;
            for (let a = 0; a < n; a++) sum += row[atB + a * m + j]! * L[a * p + o]!;
            row[atD + o * m + j]! -= sum;
          }
        }
        row[width - 1] = fixed;
        gathered.add(row);
      }
      begun = product(F, begun, n, n, n) as Float64Array<ArrayBuffer>;
      for (let j = 0; j < (known ? 0 : m); j++) {
        const moved = product(F, driven.subarray(j * n * n, (j + 1) * n * n), n, n, n);
        for (let a = 0; a < n; a++) moved[a * n + a]! += now[j]!;
        driven.set(moved, j * n * n);
      }
      state = carried(F, state, given, now, seen, m, p);
    }
  });
  const solved = leastLength(gathered.triangle(), width);
  if (!solved) return undefined;
  const { x, rcond } = solved;
  return {
    B: known ? known.B : x.slice(atB, atB + free),
    D: known ? known.D : direct > 0 ? x.slice(atD, atD + direct) : new Float64Array(p * m),
    x0: segments.map((_, segment) => x.slice(segment * n, (segment + 1) * n)),
    rcond,
  };
}

/** What of the state is known already: driven by outputs through L, and by inputs where B and D are given. */
function carried(
  F: Float64Array,
  state: Float64Array<ArrayBuffer>,
  { n, L, known }: Given,
  u: Float64Array,
  y: Float64Array,
  m: number,
  p: number,
): Float64Array<ArrayBuffer> {
  if (!L && !known) return state;
  const next = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let s = 0; s < n; s++) sum += F[i * n + s]! * state[s]!;
    for (let j = 0; known && j < m; j++) sum += known.B[i * m + j]! * u[j]!;
    for (let o = 0; L && o < p; o++) {
      let seen = y[o]!;
      for (let j = 0; known && j < m; j++) seen -= known.D[o * m + j]! * u[j]!;
      sum += L[i * p + o]! * seen;
    }
    next[i] = sum;
  }
  return next;
}

/** The x of least length with least |R [x; -1]|, columns being brought to one length first. */
export function leastLength(
  R: Float64Array,
  width: number,
): { readonly x: Float64Array; readonly rcond: number } | undefined {
  const n = width - 1;
  if (!R.every(Number.isFinite)) return undefined;
  const sizes = Float64Array.from({ length: n }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum = Math.hypot(sum, R[i * width + j]!);
    return sum > 0 ? sum : 1;
  });
  const scaled = new Float64Array(width * n);
  for (let i = 0; i < width; i++) for (let j = 0; j < n; j++) scaled[i * n + j] = R[i * width + j]! / sizes[j]!;
  const { U, s, V, count } = svd(scaled, width, n);
  const x = new Float64Array(n);
  for (let k = 0; k < count; k++) {
    if (!(s[k]! > 1e-13 * s[0]!)) break;
    let along = 0;
    for (let i = 0; i < width; i++) along += U[i * count + k]! * R[i * width + n]!;
    for (let j = 0; j < n; j++) x[j]! += (V[j * count + k]! * along) / s[k]!;
  }
  return { x: x.map((v, j) => v / sizes[j]!), rcond: n > 0 ? s[n - 1]! / s[0]! : 1 };
}
