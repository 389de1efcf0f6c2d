/**
 * Systems joined: everything is "append, then u = K y + Kr r and z = L y", solved where direct paths close loops. A loop that
 * determines nothing (I - K D singular) comes back as such, with its reciprocal condition.
 */
import { Matrix } from "ml-matrix";
import { blockDiagonal, blocks, matrixOf } from "../math/blocks.ts";
import { type MatrixLike } from "../math/dense.ts";
import { type Lti, ss } from "./ss.ts";
import { sameTime, system, type Names } from "./model.ts";
import { solveLoops } from "./loops.ts";
import type { StateSpace, TimeBase } from "./stateSpace.ts";

export type Joined =
  | {
      readonly ok: true;
      readonly system: StateSpace;
      /** Smallest reciprocal condition of the loops without states; 1 where there are none. */
      readonly rcond: number;
    }
  | {
      readonly ok: false;
      readonly code: "ILL_POSED";
      readonly rcond: number;
      /** The inputs that the loop without states runs through. */
      readonly loop: readonly string[];
    };

/** Below this no digit of the loop's solution could be trusted. */
const ILL_POSED = 1e-15;

/** K D, where what is not joined stays apart whatever the sizes: 0 times what has overflown would else close loops that nobody drew. */
function joined(K: Matrix, D: Matrix): Matrix {
  const product = Matrix.zeros(K.rows, D.columns);
  for (let i = 0; i < K.rows; i++)
    for (let j = 0; j < K.columns; j++) {
      const gain = K.get(i, j);
      if (gain === 0) continue;
      for (let c = 0; c < D.columns; c++) {
        const direct = D.get(j, c);
        if (direct !== 0) product.set(i, c, product.get(i, c) + gain * direct);
      }
    }
  return product;
}

/** Side by side, nothing joined. Throws a RangeError where the sample times differ; a gain without states fits any. */
export function append(...given: readonly Lti[]): StateSpace {
  const parts = given.map((part) => ss(part));
  const of = (matrix: "A" | "B" | "C" | "D"): Matrix => blockDiagonal(parts.map((part) => part[matrix]));
  return system(of("A"), of("B"), of("C"), of("D"), commonTime(parts), {
    u: distinct(parts.flatMap(({ u }) => u)),
    x: distinct(parts.flatMap(({ x }) => x)),
    y: distinct(parts.flatMap(({ y }) => y)),
  });
}

/** The system closed: u = K y + Kr r, z = L y. K m x p, Kr m x q, L w x p. */
export function interconnect(
  given: Lti,
  K: MatrixLike,
  Kr: MatrixLike,
  L: MatrixLike,
  names: Pick<Names, "u" | "y"> = {},
): Joined {
  const open = ss(given);
  const { A, B, C, D } = open;
  const [k, r, l] = [matrixOf(K, D.rows), matrixOf(Kr), matrixOf(L, D.rows)];
  if (k.rows !== D.columns || k.columns !== D.rows || r.rows !== D.columns || l.columns !== D.rows)
    throw new RangeError("The gains between outputs and inputs do not fit the system");
  const { V, rcond, loop } = solveLoops(joined(k, D));
  if (!(rcond > ILL_POSED))
    return { ok: false, code: "ILL_POSED", rcond: rcond || 0, loop: loop.map((i) => open.u[i]!) };
  // u = V (K C x + Kr r).
  const inputs = V.mmul(k).mmul(C);
  const outside = V.mmul(r);
  const [b, c, d] = [B.mmul(outside), Matrix.add(C, D.mmul(inputs)), D.mmul(outside)];
  const closed = system(Matrix.add(A, B.mmul(inputs)), b, l.mmul(c), l.mmul(d), open.time, { ...names, x: open.x });
  return { ok: true, system: closed, rcond };
}

/** One after the other, the first one first: series(G1, G2) is G2 G1. */
export function series(...given: readonly [Lti, ...Lti[]]): StateSpace {
  const [first, ...rest] = given.map((part) => ss(part));
  return rest.reduce((before, after) => {
    if (after.D.columns !== before.D.rows)
      throw new RangeError(`${before.D.rows} outputs do not fit ${after.D.columns} inputs`);
    const both = append(before, after);
    const [m, p, q] = [before.D.columns, before.D.rows, after.D.rows];
    const K = blocks([
      [Matrix.zeros(m, p), Matrix.zeros(m, q)],
      [Matrix.eye(p), Matrix.zeros(p, q)],
    ]);
    const Kr = blocks([[Matrix.eye(m)], [Matrix.zeros(p, m)]]);
    const L = blocks([[Matrix.zeros(q, p), Matrix.eye(q)]]);
    return withoutLoop(interconnect(both, K, Kr, L, { u: before.u, y: after.y }));
  }, first!);
}

/** The sum of systems with the same inputs. */
export function parallel(...given: readonly [Lti, ...Lti[]]): StateSpace {
  const parts = given.map((part) => ss(part));
  const { u, y } = parts[0]!;
  if (parts.some((part) => part.u.length !== u.length || part.y.length !== y.length))
    throw new RangeError("Systems in parallel need the same numbers of inputs and outputs");
  const both = append(...parts);
  const Kr = blocks(parts.map(() => [Matrix.eye(u.length)]));
  const L = blocks([parts.map(() => Matrix.eye(y.length))]);
  return withoutLoop(interconnect(both, Matrix.zeros(both.u.length, both.y.length), Kr, L, { u, y }));
}

/** y = G1 (u + sign G2 y): negative feedback unless `sign` is 1. */
export function feedback(forward: Lti, back: Lti, sign: 1 | -1 = -1): Joined {
  const [g1, g2] = [ss(forward), ss(back)];
  const [m, p] = [g1.u.length, g1.y.length];
  if (g2.u.length !== p || g2.y.length !== m)
    throw new RangeError(`What feeds back needs ${p} inputs and ${m} outputs`);
  const K = blocks([
    [Matrix.zeros(m, p), Matrix.mul(Matrix.eye(m), sign)],
    [Matrix.eye(p), Matrix.zeros(p, m)],
  ]);
  const Kr = blocks([[Matrix.eye(m)], [Matrix.zeros(p, m)]]);
  const L = blocks([[Matrix.eye(p), Matrix.zeros(p, m)]]);
  return interconnect(append(g1, g2), K, Kr, L, { u: g1.u, y: g1.y });
}

/**
 * The linear fractional transformation (Redheffer's star product): the last `nu` inputs of P are the first outputs of K and the
 * last `ny` outputs of P the first inputs of K, with sign +. Without numbers K is closed over whole, or P is where K is larger.
 */
export function lft(upper: Lti, lower: Lti, nu?: number, ny?: number): Joined {
  const [P, K] = [ss(upper), ss(lower)];
  const [m1, p1, m2, p2] = [P.u.length, P.y.length, K.u.length, K.y.length];
  const a = nu ?? Math.min(m1, p2);
  const b = ny ?? Math.min(p1, m2);
  if (a > Math.min(m1, p2) || b > Math.min(p1, m2)) throw new RangeError("More signals to close than there are");
  const gains = Matrix.zeros(m1 + m2, p1 + p2);
  for (let i = 0; i < a; i++) gains.set(m1 - a + i, p1 + i, 1);
  for (let i = 0; i < b; i++) gains.set(m1 + i, p1 - b + i, 1);
  const inputs = [...range(0, m1 - a), ...range(m1 + b, m1 + m2)];
  const outputs = [...range(0, p1 - b), ...range(p1 + a, p1 + p2)];
  const both = append(P, K);
  const names = { u: inputs.map((i) => both.u[i]!), y: outputs.map((i) => both.y[i]!) };
  return interconnect(both, gains, chosen(m1 + m2, inputs), chosen(p1 + p2, outputs).transpose(), names);
}

/** Columns of ones that carry values to these places among n. */
export function chosen(n: number, places: readonly number[]): Matrix {
  const m = Matrix.zeros(n, places.length);
  places.forEach((i, k) => m.set(i, k, 1));
  return m;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(to - from, 0) }, (_, i) => from + i);
}

function withoutLoop(closed: Joined): StateSpace {
  if (!closed.ok) throw new Error("A loop where none can be");
  return closed.system;
}

function commonTime(parts: readonly StateSpace[]): TimeBase {
  const moving = parts.filter((part) => part.A.rows > 0);
  const first = (moving.find(() => true) ?? parts.find(({ time }) => time.kind === "discrete") ?? parts[0])?.time;
  if (moving.some(({ time }) => !sameTime(time, first!))) throw new RangeError("Systems of different sample times");
  return first ?? { kind: "continuous" };
}

/** The same name twice becomes name, name_2 and so on. */
function distinct(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let k = 2; seen.has(own); k++) own = `${name}_${k}`;
    seen.add(own);
    return own;
  });
}
