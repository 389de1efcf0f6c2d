/**
 * The algebraic Riccati equations of optimal control, with cross weight. States are scaled by powers of 2; the solution comes by
 * doubling, or where that fails or leaves too much by the stable subspace of the Hamiltonian matrix, and is refined by Newton's
 * steps (Kleinman 1968, Hewer 1971). An answer carries what it leaves of the equation and how sensitive it is; otherwise the
 * eigenvalue that stands against one is named (riccatiRefusal.ts).
 */
import type { Matrix } from "ml-matrix";
import { solveAccurately } from "./accurateSolve.ts";
import { frobenius, identity, multiple, plus, symmetrize, toMatrix, transpose } from "./dense.ts";
import type { MatrixLike } from "./dense.ts";
import { cayley, doubling } from "./doubling.ts";
import type { Triple } from "./doubling.ts";
import { hamiltonian, stableSubspace, stateScales } from "./hamiltonian.ts";
import { luByBlocks, solveByBlocks } from "./blockLu.ts";
import { solveWith, transposed } from "./lyapunov.ts";
import { product } from "./product.ts";
import { problemOf, reduce, scaled, startOf } from "./riccatiProblem.ts";
import type { RiccatiProblem, Time } from "./riccatiProblem.ts";
import { refusal } from "./riccatiRefusal.ts";
import type { RiccatiRefusal } from "./riccatiRefusal.ts";
import { realSchur } from "./schur.ts";
import type { Schur } from "./schur.ts";

export interface RiccatiSolution {
  readonly ok: true;
  /** n x n, symmetric to the last bit. */
  readonly X: Matrix;
  /** m x n: u = -K x. */
  readonly K: Matrix;
  /** Eigenvalues [re, im] of A - B K. */
  readonly poles: readonly (readonly [number, number])[];
  /**
   * Frobenius norm of what is left of the equation, relative to the sum of the norms of its terms (the last one's of the absolute values
   * of its two factors); at most 30 n 2.2e-16.
   */
  readonly residual: number;
  /** Relative changes eps of A, G, Q change X by eps / rcond at most, to first order (Byers 1985, by the norm of the inverse). */
  readonly rcond: number;
}

export type RiccatiOutcome = RiccatiSolution | RiccatiRefusal;

/**
 * The X with A'X + X A - (X B + S) R^-1 (B'X + S') + Q = 0 for which A - B K, K = R^-1 (B'X + S'), has all its eigenvalues in the open
 * left half plane. A n x n, B n x m, Q n x n and R m x m symmetric (their symmetric parts are taken), S n x m or left out.
 * R may be indefinite but not singular.
 */
export function care(A: MatrixLike, B: MatrixLike, Q: MatrixLike, R: MatrixLike, S?: MatrixLike): RiccatiOutcome {
  return solve("continuous", problemOf(A, B, Q, R, S));
}

/**
 * The X with A'X A - X - (A'X B + S) (R + B'X B)^-1 (B'X A + S') + Q = 0 for which A - B K, K = (R + B'X B)^-1 (B'X A + S'), has all its
 * eigenvalues inside the unit circle. Shapes as for `care`; A and R may be singular.
 */
export function dare(A: MatrixLike, B: MatrixLike, Q: MatrixLike, R: MatrixLike, S?: MatrixLike): RiccatiOutcome {
  return solve("discrete", problemOf(A, B, Q, R, S));
}

function solve(time: Time, given: RiccatiProblem): RiccatiOutcome {
  const { n } = given;
  const finite = [given.A, given.B, given.Q, given.R, given.S].every((data) => data.every(Number.isFinite));
  if (!finite) return refusal(time, given, undefined, "NOT_FINITE");
  const start = startOf(time, given);
  const reduced = reduce(time, given, start);
  if (!reduced) return refusal(time, given, undefined, "SINGULAR_R");
  const d = stateScales(reduced, n);
  const triple: Triple = {
    a: scaled(reduced.a, n, d, -1, 1),
    g: scaled(reduced.g, n, d, -1, -1),
    h: scaled(reduced.h, n, d, 1, 1),
  };
  const problem: RiccatiProblem = {
    ...given,
    A: scaled(given.A, n, d, -1, 1),
    B: scaled(given.B, n, d, -1, 0),
    Q: scaled(given.Q, n, d, 1, 1),
    S: scaled(given.S, n, d, 1, 0),
  };
  const shift = scaled(start, n, d, 1, 1);
  let best: Refined | undefined;
  for (const method of [byDoubling, bySubspace]) {
    const y = method(time, triple, n);
    if (!y) continue;
    const refined = refine(time, problem, symmetrize(plus(shift, y), n));
    if (refined && (!best || refined.at.residual < best.at.residual)) best = refined;
    if (best && best.at.residual <= most(n)) break;
  }
  if (!best) return refusal(time, given, triple);
  let X = symmetrize(scaled(best.x, n, d, -1, -1), n);
  let at = evaluate(time, given, X);
  if (at && !(at.residual <= most(n))) {
    // Small where the states are scaled, but not as they were given.
    const again = refine(time, given, X);
    if (again && again.at.residual < at.residual) [X, at] = [again.x, again.at];
  }
  if (!at || !(at.residual <= most(n))) return refusal(time, given, triple, "INACCURATE", at?.residual);
  const { schur } = best;
  const margin = Math.max(...Array.from(schur.re, (re, i) => growth(time, re, schur.im[i]!)));
  if (margin > -1e-10 * frobenius(problem.A)) {
    const said = refusal(time, given, triple);
    if (said.code !== "INACCURATE" || margin >= 0) return said;
  }
  return {
    ok: true,
    X: toMatrix(X, n, n),
    K: toMatrix(at.K, given.m, n),
    poles: Array.from(schur.re, (re, i) => [re, schur.im[i]!] as const),
    residual: at.residual,
    rcond: sensitivity(time, problem, triple, best),
  };
}

const most = (n: number): number => 30 * Math.max(n, 1) * 2.220446049250313e-16;

function byDoubling(time: Time, triple: Triple, n: number): Float64Array | undefined {
  if (time === "discrete") return doubling(triple, n);
  // Of the order of most of the Hamiltonian's eigenvalues, and hardly one of them.
  const gamma = 0.2679492 * Math.sqrt((frobenius(triple.a) ** 2 + frobenius(triple.g) * frobenius(triple.h)) / n) || 1;
  const start = cayley(triple, n, gamma);
  return start && doubling(start, n);
}

function bySubspace(time: Time, triple: Triple, n: number): Float64Array | undefined {
  if (time === "continuous") return stableSubspace(hamiltonian(triple, n), n);
  // The pencil M - z L = [A, 0; -H, I] - z [I, G; 0, A'] by (M + L)^-1 (M - L): inside the circle becomes the left half plane, zero
  // and infinity are like other eigenvalues, and only -1, for which there is no solution anyway, is out.
  const { a, g, h } = triple;
  const size = 2 * n;
  const sum = new Float64Array(size * size);
  const difference = new Float64Array(size * size);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const one = i === j ? 1 : 0;
      const corner = i * size + j;
      sum[corner] = a[i * n + j]! + one;
      difference[corner] = a[i * n + j]! - one;
      sum[corner + n] = g[i * n + j]!;
      difference[corner + n] = -g[i * n + j]!;
      const below = corner + n * size;
      sum[below] = -h[i * n + j]!;
      difference[below] = -h[i * n + j]!;
      sum[below + n] = one + a[j * n + i]!;
      difference[below + n] = one - a[j * n + i]!;
    }
  }
  const lu = luByBlocks(sum, size);
  if (lu.singular) return undefined;
  solveByBlocks(lu, difference, size);
  return stableSubspace(difference, n);
}

interface Evaluated {
  readonly K: Float64Array;
  readonly closed: Float64Array;
  /** What is left of the equation. */
  readonly left: Float64Array;
  readonly residual: number;
}

function evaluate(time: Time, { n, m, A, B, Q, R, S }: RiccatiProblem, x: Float64Array): Evaluated | undefined {
  const bt = transpose(B, n, m);
  const xa = product(x, A, n, n, n);
  const bx = product(bt, x, m, n, n);
  const cross = plus(time === "continuous" ? bx : product(bt, xa, m, n, n), transpose(S, n, m));
  const weight = time === "continuous" ? R : plus(R, product(bx, B, m, n, m));
  const K = cross.slice();
  if (solveAccurately(weight, m, K, n).singular) return undefined;
  const closed = plus(A, product(B, K, n, m, n), -1);
  const quadratic = product(transpose(cross, m, n), K, n, m, n);
  const [first, second] =
    time === "continuous" ? [xa, transpose(xa, n, n)] : [product(transpose(A, n, n), xa, n, n, n), multiple(x, -1)];
  const left = symmetrize(plus(plus(plus(first, second), Q), quadratic, -1), n);
  // With absolute values: what it is the sum of may be far larger than the quadratic term, where R is nearly singular.
  const summed = product(transpose(cross, m, n).map(Math.abs), K.map(Math.abs), n, m, n);
  const size = frobenius(first) + frobenius(second) + frobenius(Q) + frobenius(summed);
  return { K, closed, left, residual: size > 0 ? frobenius(left) / size : 0 };
}

interface Refined {
  readonly x: Float64Array;
  readonly at: Evaluated;
  /** Of A - B K; T and Z are of a loop near by, where x was refined. */
  readonly schur: Schur;
}

/** Below 0 for a stable eigenvalue. */
const growth = (time: Time, re: number, im: number): number => (time === "continuous" ? re : Math.hypot(re, im) - 1);

/** Newton's steps while they make less what is left; undefined where the closed loop is not stable. */
function refine(time: Time, problem: RiccatiProblem, x: Float64Array): Refined | undefined {
  const first = evaluate(time, problem, x);
  if (!first) return undefined;
  let best: Refined | undefined;
  for (let round = 0; round < 8; round++) {
    const before = best ?? { x, at: first };
    const schur = realSchur(before.at.closed, problem.n);
    if (!schur.converged || schur.re.some((re, i) => !(growth(time, re, schur.im[i]!) < 0))) return best;
    best = descend(time, problem, { ...before, schur });
    if (best.at.residual <= most(problem.n) || !(best.at.residual < before.at.residual / 2)) break;
  }
  // Of the gain that is given back, not of the one that the first try had: multiple poles feel the last bit.
  if (!best || best.x === x) return best;
  const { re, im, converged } = realSchur(best.at.closed, problem.n, false);
  return converged ? { ...best, schur: { ...best.schur, re, im } } : undefined;
}

/** Steps with one Schur form, that of the loop which they begin with. */
function descend(time: Time, problem: RiccatiProblem, start: Refined): Refined {
  const form = time === "continuous" ? "sum" : "product";
  const { schur } = start;
  const schurT = transposed(schur);
  let best = start;
  for (let step = 0; step < 4; step++) {
    const minus = multiple(best.at.left, -1);
    const solved = solveWith(form, schurT, schur, minus);
    if (solved.clash) break;
    const next = symmetrize(plus(best.x, solved.x), problem.n);
    const at = evaluate(time, problem, next);
    if (!at || !(at.residual < best.at.residual)) break;
    best = { x: next, at, schur };
    if (at.residual <= problem.n * 2.220446049250313e-16) break;
  }
  return best;
}

/** By the norm of the inverse of Y -> A'Y + Y A (or A'Y A - Y) for the closed loop, which its value at the identity gives. */
function sensitivity(time: Time, { n }: RiccatiProblem, { a, g, h }: Triple, { x, schur }: Refined): number {
  if (n === 0) return 1;
  const form = time === "continuous" ? "sum" : "product";
  const { x: y, clash } = solveWith(form, transposed(schur), schur, multiple(identity(n), -1));
  if (clash) return 0;
  const size = frobenius(x);
  const terms = frobenius(h) + 2 * frobenius(a) * size + frobenius(g) * size * size;
  const bound = (frobenius(y) * terms) / size;
  return bound > 0 ? Math.min(1, 1 / bound) : 1;
}
