/**
 * B, D and the states at the beginnings by least squares, A and C being known: outputs are linear in them. With a gain L the errors are those of
 * the predictor x[k+1] = (A - L C) x + (B - L D) u + L y, without it those of the simulation. Ljung, "System Identification" (1999), 10.6. Where
 * order and noise are those of the plant, errors of the predictor are white and waste the least of the data; where they are not, a model that is to
 * simulate is better told by errors of the simulation. `heldBackErrors` lets parts of the recording decide.
 */
import { plus } from "../math/dense.ts";
import { product } from "../math/product.ts";
import { rowsTriangle } from "../math/rowsTriangle.ts";
import { svd } from "../math/svd.ts";
import type { Records } from "./recording.ts";
import { addRows } from "./sensitivities.ts";

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
  /** p x p, W: squares of W e are summed, so that W' W is the inverse of their covariance; the identity when absent. */
  readonly weight?: Float64Array | undefined;
  /** Without: D is 0. */
  readonly feedthrough: boolean;
  /** Given: only the states at the beginnings are looked for. */
  readonly known?: { readonly B: Float64Array; readonly D: Float64Array };
}

/** Undefined where the responses grow beyond all numbers. */
export function inputMatrices(records: Records, given: Given): InputMatrices | undefined {
  const { m, p, segments } = records;
  const { n, known } = given;
  const { R, atB, atD, width } = regression(records, given);
  const solved = leastLength(R, width);
  if (!solved) return undefined;
  const { x, rcond } = solved;
  return {
    B: known ? known.B : x.slice(atB, atD),
    D: known ? known.D : atD < width - 1 ? x.slice(atD, width - 1) : new Float64Array(p * m),
    x0: segments.map((_, segment) => x.slice(segment * n, (segment + 1) * n)),
    rcond,
  };
}

/**
 * Sums of squared errors of the simulation over parts held back in turn, by way of estimating B and D: each time from the other parts, the state at the
 * beginning of each part being whatever fits, as `predict` judges. Without inputs there is nothing to simulate, and errors are those of each way's own
 * predictor. A and C, the same for all ways, are taken as known. Infinite where responses grow beyond all numbers.
 */
export function heldBackErrors(records: Records, ways: readonly Given[], parts = 4): readonly number[] {
  const { m, p } = records;
  const { n } = ways[0]!;
  const pieces = records.segments.flatMap(({ count, u, y }) =>
    Array.from({ length: parts }, (_, k) => {
      const [from, to] = [Math.floor((k * count) / parts), Math.floor(((k + 1) * count) / parts)];
      return { count: to - from, u: u.subarray(from * m, to * m), y: y.subarray(from * p, to * p) };
    }),
  );
  // Below the rows of the beginning stands what is left of the others once it fits best.
  const remainders = (way: Given): readonly Float64Array[] =>
    pieces.map((piece) => {
      const { R, width } = regression({ ...records, segments: [piece] }, way);
      const wide = width - n;
      const rest = new Float64Array(wide * wide);
      for (let i = 0; i < wide; i++) rest.set(R.subarray((n + i) * width + n, (n + i + 1) * width), i * wide);
      return rest;
    });
  const simulated = m > 0 ? remainders({ ...ways[0]!, L: undefined, weight: undefined }) : undefined;
  return ways.map((way) => {
    const own = simulated && !way.L ? simulated : remainders(way);
    const judged = simulated ?? remainders({ ...way, weight: undefined });
    let sum = 0;
    for (let part = 0; part < parts; part++) {
      const wide = Math.sqrt(own[0]!.length);
      const others = rowsTriangle(wide);
      own.forEach((rest, i) => {
        if (i % parts !== part) for (let r = 0; r < wide; r++) others.add(rest.subarray(r * wide, (r + 1) * wide));
      });
      const solved = leastLength(others.triangle(), wide);
      if (!solved) return Number.POSITIVE_INFINITY;
      judged.forEach((rest, i) => {
        if (i % parts !== part) return;
        const left = product(rest, Float64Array.of(...solved.x, -1), wide, wide, 1);
        for (const e of left) sum += e * e;
      });
    }
    return Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY;
  });
}

/** The upper triangle of the regression: columns of the beginnings, of B from `atB` on, of D from `atD` on, and of what is to be explained. */
function regression(records: Records, given: Given) {
  const { m, p, segments } = records;
  const { A, C, n, L, weight, feedthrough, known } = given;
  const F = L ? plus(A, product(L, C, n, p, n), -1) : A;
  const free = known ? 0 : n * m;
  const direct = known || !feedthrough ? 0 : p * m;
  const atB = segments.length * n;
  const atD = atB + free;
  const width = atD + direct + 1;
  const gathered = rowsTriangle(width);
  const rows = new Float64Array(p * width);
  // Columns: the state that each unit would leave, of the beginning and of every entry of B. Times both: that state next, and the outputs now.
  const wide = n + free;
  const both = new Float64Array((n + p) * n);
  both.set(F);
  both.set(C, n * n);
  const next = new Float64Array((n + p) * wide);
  const left = new Float64Array(n * wide);
  segments.forEach(({ count, u, y }, segment) => {
    left.fill(0);
    for (let i = 0; i < n; i++) left[i * wide + i] = 1;
    let state = new Float64Array(n);
    for (let k = 0; k < count; k++) {
      const [now, seen] = [u.subarray(k * m, (k + 1) * m), y.subarray(k * p, (k + 1) * p)];
      next.fill(0);
      for (let i = 0; i < n + p; i++) addRows(next, i * wide, both, i * n, left, n, wide);
      rows.fill(0);
      for (let i = 0; i < p; i++) {
        const [to, from] = [i * width, (n + i) * wide];
        rows.set(next.subarray(from, from + n), to + segment * n);
        rows.set(next.subarray(from + n, from + wide), to + atB);
        let fixed = seen[i]!;
        for (let s = 0; s < n; s++) fixed -= C[i * n + s]! * state[s]!;
        if (known) for (let j = 0; j < m; j++) fixed -= known.D[i * m + j]! * now[j]!;
        for (let j = 0; direct > 0 && j < m; j++) {
          rows[to + atD + i * m + j]! += now[j]!;
          for (let o = 0; L && o < p; o++) {
            let sum = 0;
            for (let a = 0; a < n; a++) sum += rows[to + atB + a * m + j]! * L[a * p + o]!;
            rows[to + atD + o * m + j]! -= sum;
          }
        }
        rows[to + width - 1] = fixed;
      }
      const weighted = weight ? product(weight, rows, p, p, width) : rows;
      for (let i = 0; i < p; i++) gathered.add(weighted.subarray(i * width, (i + 1) * width));
      left.set(next.subarray(0, n * wide));
      for (let a = 0; a < n; a++) for (let j = 0; free > 0 && j < m; j++) left[a * wide + n + a * m + j]! += now[j]!;
      state = carried(F, state, given, now, seen, m, p);
    }
  });
  return { R: gathered.triangle(), atB, atD, width };
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
  if (n === 0) return { x: new Float64Array(0), rcond: 1 };
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
