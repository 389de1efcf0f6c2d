/**
 * Linear matrix equations by the method of Bartels & Stewart (1972): both matrices to real Schur form, then one block of the solution
 * after the other. Lyapunov's and Stein's equations need one Schur form only. Every answer says what it leaves of the equation.
 */
import type { Matrix } from "ml-matrix";
import { flatten, frobenius, multiple, plus, symmetrize, toMatrix, transpose } from "./dense.ts";
import type { Flat, MatrixLike } from "./dense.ts";
import { product } from "./product.ts";
import { solveTriangular } from "./quasiTriangular.ts";
import type { Form } from "./quasiTriangular.ts";
import { realSchur } from "./schur.ts";
import type { Schur } from "./schur.ts";

export type LinearMatrixOutcome =
  | {
      readonly ok: true;
      readonly X: Matrix;
      /** Frobenius norm of what is left of the equation, relative to the sum of the norms of its terms. */
      readonly residual: number;
    }
  | {
      readonly ok: false;
      /** SINGULAR: there is no solution or there are many. NOT_FINITE: an entry is not finite, or the QR iteration did not end. */
      readonly code: "SINGULAR" | "NOT_FINITE";
      /** A pair, [re, im] each, of which the sum (A X + X B) or the product less 1 (A X B - X) is zero to rounding. */
      readonly eigenvalues: readonly (readonly [number, number])[];
      readonly message: string;
    };

/** X with A X + X A' + Q = 0. A and Q n x n; X is symmetric where Q is. SINGULAR where two eigenvalues of A add up to zero. */
export function lyap(A: MatrixLike, Q: MatrixLike): LinearMatrixOutcome {
  return oneSided("sum", square(flatten(A)), flatten(Q));
}

/** X with A X A' - X + Q = 0. A and Q n x n; X is symmetric where Q is. SINGULAR where two eigenvalues of A multiply to 1. */
export function dlyap(A: MatrixLike, Q: MatrixLike): LinearMatrixOutcome {
  return oneSided("product", square(flatten(A)), flatten(Q));
}

/** X with A X + X B = C. A n x n, B m x m, C and X n x m. SINGULAR where an eigenvalue of A is minus one of B. */
export function sylvester(A: MatrixLike, B: MatrixLike, C: MatrixLike): LinearMatrixOutcome {
  const a = square(flatten(A));
  const b = square(flatten(B));
  return solve("sum", a, b, flatten(C), schurOf(a), schurOf(b));
}

function oneSided(form: Form, a: Flat, q: Flat): LinearMatrixOutcome {
  const n = a.rows;
  const schur = schurOf(a);
  const at: Flat = { ...a, data: transpose(a.data, n, n) };
  const minusQ: Flat = { ...q, data: multiple(q.data, -1) };
  return solve(form, a, at, minusQ, schur, transposed(schur));
}

function solve(form: Form, a: Flat, b: Flat, c: Flat, left: Schur, right: Schur): LinearMatrixOutcome {
  const n = a.rows;
  const m = b.rows;
  if (c.data.length !== n * m) throw new RangeError(`right-hand side must be ${n} x ${m}, is ${c.rows} x ${c.cols}`);
  if (!left.converged || !right.converged || !c.data.every(Number.isFinite)) return notFinite;
  const { x, clash } = solveWith(form, left, right, c.data);
  if (clash) {
    const [i, j] = clash;
    const pair = [
      [left.re[i]!, left.im[i]!],
      [right.re[j]!, right.im[j]!],
    ] as const;
    const relation = form === "sum" ? "add up to zero" : "have the product 1";
    const shown = pair.map(([re, im]) => (im === 0 ? `${re}` : `${re} ${im < 0 ? "-" : "+"} ${Math.abs(im)}i`));
    return {
      ok: false,
      code: "SINGULAR",
      eigenvalues: pair,
      message: `The equation has no unique solution: the eigenvalues ${shown.join(" and ")} ${relation}, to rounding.`,
    };
  }
  if (isTransposeOf(b, a) && isSymmetric(c.data, n)) symmetrize(x, n);
  return { ok: true, X: toMatrix(x, n, m), residual: residualOf(form, a, b, c, x) };
}

/**
 * The same from Schur forms of A and B, for whoever solves with one A more than once. `clash`: rows of the two blocks whose
 * eigenvalues stand against it, x being then no solution.
 */
export function solveWith(
  form: Form,
  left: Schur,
  right: Schur,
  c: Float64Array,
): { readonly x: Float64Array; readonly clash?: readonly [number, number] } {
  const n = left.n;
  const m = right.n;
  const u = left.Z!;
  const v = right.Z!;
  const inside = product(transpose(u, n, n), product(c, v, n, m, m), n, n, m);
  const yt = transpose(inside, n, m);
  const clash = solveTriangular(form, left.T, n, right.T, m, yt);
  if (clash) return { x: yt, clash };
  return { x: product(product(u, transpose(yt, m, n), n, n, m), transpose(v, m, m), n, m, m) };
}

function residualOf(form: Form, a: Flat, b: Flat, c: Flat, x: Float64Array): number {
  const [n, m] = [a.rows, b.rows];
  const ax = product(a.data, x, n, n, m);
  const first = form === "sum" ? ax : product(ax, b.data, n, m, m);
  const second = form === "sum" ? product(x, b.data, n, m, m) : multiple(x, -1);
  const left = plus(plus(first, second), c.data, -1);
  const size = frobenius(first) + frobenius(second) + frobenius(c.data);
  return size > 0 ? frobenius(left) / size : 0;
}

/** The Schur form of A' from that of A: rows and columns in reverse order turn T' into an upper triangle again. */
export function transposed({ n, T, Z, re, im, converged }: Schur): Schur {
  const t = new Float64Array(n * n);
  const z = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      t[i * n + j] = T[(n - 1 - j) * n + n - 1 - i]!;
      z[i * n + j] = Z ? Z[i * n + n - 1 - j]! : 0;
    }
  }
  return { n, T: t, Z: z, re: re.toReversed(), im: im.toReversed(), converged };
}

const notFinite: LinearMatrixOutcome = {
  ok: false,
  code: "NOT_FINITE",
  eigenvalues: [],
  message: "A matrix holds numbers that are not finite, or its eigenvalues were not found.",
};

const schurOf = ({ data, rows }: Flat): Schur => realSchur(data, rows);

function square(a: Flat): Flat {
  if (a.rows !== a.cols) throw new RangeError(`a square matrix is needed, not ${a.rows} x ${a.cols}`);
  return a;
}

function isTransposeOf(b: Flat, a: Flat): boolean {
  const n = a.rows;
  if (b.rows !== n) return false;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (a.data[i * n + j] !== b.data[j * n + i]) return false;
  return true;
}

function isSymmetric(c: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) if (c[i * n + j] !== c[j * n + i]) return false;
  return true;
}
