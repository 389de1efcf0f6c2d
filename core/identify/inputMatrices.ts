/**
 * B, D and the states at the beginnings by least squares, A and C being known: outputs are linear in them. With a gain L the errors are those of
 * the predictor x[k+1] = (A - L C) x + (B - L D) u + L y, without it those of the simulation. Ljung, "System Identification" (1999), 10.6. Where
 * order and noise are those of the plant, errors of the predictor are white and waste the least of the data; where they are not, a model that is to
 * simulate is better told by errors of the simulation. `heldBackErrors` lets parts of the recording decide.
 *
 * What is looked for is B - L D, not B: then D only acts on the outputs of the same instant. Output by output the columns are C_o F^k, and for every input the
 * responses of C_o (q - F)^-1 to it, F = A - L C: a row of n numbers each, carried on by F. D's columns of the other outputs are 0 and left out.
 */
import { plus, transpose } from "../math/dense.ts";
import { product } from "../math/product.ts";
import { rowsTriangle } from "../math/rowsTriangle.ts";
import { svd } from "../math/svd.ts";
import { triangleInverse } from "../math/triangleInverse.ts";
import type { Records, Segment } from "./recording.ts";
import { addRows } from "./sensitivities.ts";

export interface InputMatrices extends Matrices {
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
  /** p x p, lower triangular W: squares of W e are summed, so that W' W is the inverse of their covariance; the identity when absent. */
  readonly weight?: Float64Array | undefined;
  /** Without: D is 0. */
  readonly feedthrough: boolean;
  /** Given: only the states at the beginnings are looked for. */
  readonly known?: { readonly B: Float64Array; readonly D: Float64Array };
}

/** Undefined where the responses grow beyond all numbers. */
export function inputMatrices(records: Records, given: Given): InputMatrices | undefined {
  const { segments } = records;
  const { n } = given;
  const own = columnsOf(records, given).width;
  const before = segments.length * n;
  const width = before + own - n;
  const gathered = rowsTriangle(width);
  const row = new Float64Array(width);
  segments.forEach((segment, k) => {
    const R = triangleOf(segment, records, given);
    for (let i = 0; i < own; i++) {
      row.fill(0);
      row.set(R.subarray(i * own, i * own + n), k * n);
      row.set(R.subarray(i * own + n, (i + 1) * own), before);
      gathered.add(row);
    }
  });
  const solved = leastLength(gathered.triangle(), width);
  if (!solved) return undefined;
  const { x, rcond } = solved;
  return {
    ...(given.known ?? matricesOf(x.subarray(before), records, given)),
    x0: segments.map((_, segment) => x.slice(segment * n, (segment + 1) * n)),
    rcond,
  };
}

/** Triangles of the regression of parts of recordings, one after the other: what is left once the state at the beginning of each is whatever fits best. */
export interface Remainders {
  readonly records: Records;
  readonly given: Given;
  readonly parts: number;
  /** Columns of B, of D, and of what is to be explained. */
  readonly rests: readonly Float64Array[];
}

/** Of `parts` stretches of like length of every recording. */
export function remainders(records: Records, given: Given, parts = 4): Remainders {
  const { m, p } = records;
  const { n } = given;
  const { width } = columnsOf(records, given);
  const wide = width - n;
  const rests = records.segments.flatMap(({ count, u, y }) =>
    Array.from({ length: parts }, (_, k) => {
      const [from, to] = [Math.floor((k * count) / parts), Math.floor(((k + 1) * count) / parts)];
      const piece = { count: to - from, u: u.subarray(from * m, to * m), y: y.subarray(from * p, to * p) };
      const R = triangleOf(piece, records, given);
      const rest = new Float64Array(wide * wide);
      for (let i = 0; i < wide; i++) rest.set(R.subarray((n + i) * width + n, (n + i + 1) * width), i * wide);
      return rest;
    }),
  );
  return { records, given, parts, rests };
}

/** B and D from all parts, or from all but those that are held back; undefined where responses grow beyond all numbers. */
export function matricesFrom({ records, given, parts, rests }: Remainders, heldBack?: number): Matrices | undefined {
  const wide = Math.sqrt(rests[0]!.length);
  const others = rowsTriangle(wide);
  rests.forEach((rest, i) => {
    if (i % parts !== heldBack) for (let r = 0; r < wide; r++) others.add(rest.subarray(r * wide, (r + 1) * wide));
  });
  const R = others.triangle();
  const x = solution(R, wide) ?? leastLength(R, wide)?.x;
  return x && matricesOf(x, records, given);
}

/**
 * Sum of squared errors over parts held back in turn, B and D each time being those that make the errors of `own` smallest on the other parts. `judged`, whose
 * errors are summed, has no weight: the simulation, with the state at the beginning of each part being whatever fits, as `predict` judges; or, where there are no
 * inputs and nothing to simulate, the predictor. A and C are taken as known. Infinite where responses grow beyond all numbers.
 */
export function heldBackErrors(own: Remainders, judged: Remainders): number {
  const wide = Math.sqrt(judged.rests[0]!.length);
  let sum = 0;
  for (let part = 0; part < own.parts; part++) {
    const found = matricesFrom(own, part);
    if (!found) return Number.POSITIVE_INFINITY;
    const x = unknownsOf(found, judged.records, judged.given);
    judged.rests.forEach((rest, i) => {
      if (i % own.parts === part) for (const e of product(rest, x, wide, wide, 1)) sum += e * e;
    });
  }
  return Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY;
}

/** n x m and p x m, row-major. */
interface Matrices {
  readonly B: Float64Array;
  readonly D: Float64Array;
}

/** Numbers of B and of D that are looked for, and columns of the regression of one recording: its beginning, B, D, and what is to be explained. */
function columnsOf({ m, p }: Records, { n, known, feedthrough }: Given) {
  const free = known ? 0 : n * m;
  const direct = known || !feedthrough ? 0 : p * m;
  return { free, direct, width: n + free + direct + 1 };
}

/** From what the regression finds: B - L D input by input, and D times the weight. */
function matricesOf(x: Float64Array, records: Records, given: Given): Matrices {
  const { m, p } = records;
  const { n, L, weight } = given;
  const { free, direct } = columnsOf(records, given);
  const seen = direct > 0 ? x.slice(free, free + direct) : new Float64Array(p * m);
  const D = direct > 0 && weight ? unweighted(weight, seen, p, m) : seen;
  const turned = Float64Array.from({ length: n * m }, (_, k) => x[(k % m) * n + Math.floor(k / m)]!);
  return { B: L && direct > 0 ? plus(turned, product(L, D, n, p, m)) : turned, D };
}

/** W^-1 M, p x m. */
function unweighted(W: Float64Array, M: Float64Array, p: number, m: number): Float64Array {
  const x = M.slice();
  for (let i = 0; i < p; i++) {
    for (let k = 0; k < i; k++) for (let j = 0; j < m; j++) x[i * m + j]! -= W[i * p + k]! * x[k * m + j]!;
    for (let j = 0; j < m; j++) x[i * m + j]! /= W[i * p + i]!;
  }
  return x;
}

/** The other way, and -1 for what is to be explained. */
function unknownsOf({ B, D }: Matrices, records: Records, given: Given): Float64Array {
  const { m, p } = records;
  const { n, L } = given;
  const { free, direct } = columnsOf(records, given);
  const own = L && direct > 0 ? plus(B, product(L, D, n, p, m), -1) : B;
  const x = new Float64Array(free + direct + 1);
  for (let k = 0; k < free; k++) x[(k % m) * n + Math.floor(k / m)] = own[k]!;
  if (direct > 0) x.set(D, free);
  x[free + direct] = -1;
  return x;
}

/** The upper triangle of the regression of one recording. */
function triangleOf(segment: Segment, records: Records, given: Given): Float64Array {
  const { m, p } = records;
  const { A, C: outputs, n, L, weight, known } = given;
  const { free, direct, width } = columnsOf(records, given);
  const F = L ? plus(A, product(L, outputs, n, p, n), -1) : A;
  // A weight on the errors is one on the outputs, and on C and D.
  const C = weight ? product(weight, outputs, p, p, n) : outputs;
  const { count, u } = segment;
  const y = weight ? product(segment.y, transpose(weight, p, p), count, p, p) : segment.y;
  const D = known && (weight ? product(weight, known.D, p, p, m) : known.D);
  const driven = free > 0 ? m : 0;
  const own = direct > 0 ? m : 0;
  const narrow = n + free + own + 1;
  const gathered = Array.from({ length: direct > 0 ? p : 1 }, () => rowsTriangle(narrow));
  const row = new Float64Array(narrow);
  const wide = (1 + driven) * n;
  let responses = new Float64Array(p * wide);
  let next = new Float64Array(p * wide);
  for (let o = 0; o < p; o++) responses.set(C.subarray(o * n, (o + 1) * n), o * wide);
  // What of the state is known already: driven by outputs through L, and by inputs where B and D are given.
  const state = L || known ? drivenState(segment, records, given, F) : undefined;
  for (let k = 0; k < count; k++) {
    const x = state?.next().value;
    for (let o = 0; o < p; o++) {
      for (let i = 0; i < wide; i++) row[i] = responses[o * wide + i]!;
      for (let j = 0; j < own; j++) row[n + free + j] = u[k * m + j]!;
      let left = y[k * p + o]!;
      for (let i = 0; x && i < n; i++) left -= C[o * n + i]! * x[i]!;
      for (let j = 0; D && j < m; j++) left -= D[o * m + j]! * u[k * m + j]!;
      row[narrow - 1] = left;
      gathered[direct > 0 ? o : 0]!.add(row);
    }
    next.fill(0);
    for (let r = 0; r < p * (1 + driven); r++) addRows(next, r * n, responses, r * n, F, n, n);
    for (let o = 0; o < p; o++)
      for (let j = 0; j < driven; j++)
        for (let i = 0; i < n; i++) next[o * wide + (1 + j) * n + i]! += u[k * m + j]! * C[o * n + i]!;
    [responses, next] = [next, responses];
  }
  if (narrow === width) return gathered[0]!.triangle();
  const all = rowsTriangle(width);
  const full = new Float64Array(width);
  gathered.forEach((one, o) => {
    const R = one.triangle();
    for (let i = 0; i < narrow; i++) {
      full.fill(0);
      full.set(R.subarray(i * narrow, i * narrow + wide));
      full.set(R.subarray(i * narrow + wide, i * narrow + wide + m), wide + o * m);
      full[width - 1] = R[(i + 1) * narrow - 1]!;
      all.add(full);
    }
  });
  return all.triangle();
}

/** x[k+1] = F x + L y, and where B and D are given + (B - L D) u, from 0 on: the same array every time. */
function* drivenState(
  { count, u, y }: Segment,
  { m, p }: Records,
  { n, L, known }: Given,
  F: Float64Array,
): Generator<Float64Array, undefined> {
  const B = known && (L ? plus(known.B, product(L, known.D, n, p, m), -1) : known.B);
  const [x, next] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < count; k++) {
    yield x;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let s = 0; s < n; s++) sum += F[i * n + s]! * x[s]!;
      for (let j = 0; B && j < m; j++) sum += B[i * m + j]! * u[k * m + j]!;
      for (let o = 0; L && o < p; o++) sum += L[i * p + o]! * y[k * p + o]!;
      next[i] = sum;
    }
    x.set(next);
  }
}

/** Lengths of the columns but the last, 1 for a column of zeros. */
const lengths = (R: Float64Array, width: number): Float64Array =>
  Float64Array.from({ length: width - 1 }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum = Math.hypot(sum, R[i * width + j]!);
    return sum > 0 ? sum : 1;
  });

/** The x with least |R [x; -1]|, R being triangular; undefined where it is not well conditioned, columns being brought to one length. */
function solution(R: Float64Array, width: number): Float64Array | undefined {
  const n = width - 1;
  const sizes = lengths(R, width);
  const T = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) T[j * n + i] = R[i * width + j]! / sizes[j]!;
  const inverse = triangleInverse(T, n, 1e8);
  if (!inverse) return undefined;
  return Float64Array.from({ length: n }, (_, j) => {
    let sum = 0;
    for (let i = j; i < n; i++) sum += inverse[i * n + j]! * R[i * width + n]!;
    return sum / sizes[j]!;
  });
}

/** The x of least length with least |R [x; -1]|, columns being brought to one length first. */
export function leastLength(
  R: Float64Array,
  width: number,
): { readonly x: Float64Array; readonly rcond: number } | undefined {
  const n = width - 1;
  if (n === 0) return { x: new Float64Array(0), rcond: 1 };
  if (!R.every(Number.isFinite)) return undefined;
  const sizes = lengths(R, width);
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
