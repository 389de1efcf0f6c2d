/**
 * Linear matrix equations by the method of Bartels & Stewart (1972): both matrices to real Schur form, then one block of the solution
 * after the other. Lyapunov's and Stein's equations need one Schur form only. Every answer says what it leaves of the equation.
 */
import type { Matrix } from "ml-matrix";
import { flatten, frobenius, multiply, plus, symmetrize, toMatrix, transpose } from "./dense.ts";
import type { Flat, MatrixLike } from "./dense.ts";
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

/** `sum`: A X + X B = C; `product`: A X B - X = C. */
type Form = "sum" | "product";

function oneSided(form: Form, a: Flat, q: Flat): LinearMatrixOutcome {
  const n = a.rows;
  const schur = schurOf(a);
  const at: Flat = { ...a, data: transpose(a.data, n, n) };
  const minusQ: Flat = { ...q, data: q.data.map((v) => -v) };
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
  const inside = multiply(transpose(u, n, n), multiply(c, v, n, m, m), n, n, m);
  const yt = transpose(inside, n, m);
  const clash = solveTriangular(form, left.T, n, right.T, m, yt);
  if (clash) return { x: yt, clash };
  return { x: multiply(multiply(u, transpose(yt, m, n), n, n, m), transpose(v, m, m), n, m, m) };
}

function residualOf(form: Form, a: Flat, b: Flat, c: Flat, x: Float64Array): number {
  const [n, m] = [a.rows, b.rows];
  const ax = multiply(a.data, x, n, n, m);
  const first = form === "sum" ? ax : multiply(ax, b.data, n, m, m);
  const second = form === "sum" ? multiply(x, b.data, n, m, m) : x.map((v) => -v);
  const left = plus(plus(first, second), c.data, -1);
  const size = frobenius(first) + frobenius(second) + frobenius(c.data);
  return size > 0 ? frobenius(left) / size : 0;
}

/**
 * The equation for quasi-triangular S (n x n) and T (m x m), one block column of Y after the other; `yt` holds the right-hand side
 * transposed and is overwritten with Y'. Gives back the rows of the blocks whose small equation is singular.
 */
function solveTriangular(
  form: Form,
  s: Float64Array,
  n: number,
  t: Float64Array,
  m: number,
  yt: Float64Array,
): [number, number] | undefined {
  const size = form === "sum" ? largest(s) + largest(t) : Math.max(1, largest(s) * largest(t));
  // Known columns of Y times T: what S still multiplies in a product.
  const known = new Float64Array(2 * n);
  const scratch = new Float64Array(20);
  for (let k = 0; k < m;) {
    const q = k + 1 < m && t[(k + 1) * m + k] !== 0 ? 2 : 1;
    known.fill(0);
    for (let c = 0; c < q; c++) {
      const into = form === "sum" ? yt.subarray((k + c) * n, (k + c + 1) * n) : known.subarray(c * n, (c + 1) * n);
      for (let j = 0; j < k; j++) {
        const factor = form === "sum" ? -t[j * m + k + c]! : t[j * m + k + c]!;
        if (factor !== 0) for (let i = 0, p = j * n; i < n; i++, p++) into[i]! += factor * yt[p]!;
      }
    }
    for (let i = n - 1; i >= 0;) {
      const p = i > 0 && s[i * n + i - 1] !== 0 ? 2 : 1;
      const top = i - p + 1;
      for (let r = 0; r < p; r++) {
        for (let c = 0; c < q; c++) {
          const row = (top + r) * n;
          let sum = yt[(k + c) * n + top + r]!;
          if (form === "sum") {
            for (let l = i + 1, y = (k + c) * n + l; l < n; l++, y++) sum -= s[row + l]! * yt[y]!;
          } else {
            // `known` already holds the whole of Y T below this block.
            for (let l = i + 1, y = c * n + l; l < n; l++, y++) sum -= s[row + l]! * known[y]!;
            for (let l = top; l <= i; l++) sum -= s[row + l]! * known[c * n + l]!;
          }
          scratch[16 + r * q + c] = sum;
        }
      }
      if (!solveBlock(form, s, n, top, p, t, m, k, q, scratch, size)) return [top, k];
      for (let r = 0; r < p; r++) {
        for (let c = 0; c < q; c++) {
          const y = scratch[16 + r * q + c]!;
          yt[(k + c) * n + top + r] = y;
          if (form === "product") for (let d = 0; d < q; d++) known[d * n + top + r]! += y * t[(k + c) * m + k + d]!;
        }
      }
      i = top - 1;
    }
    k += q;
  }
  return undefined;
}

/** The equation of one p x q block as at most 4 linear equations, all pivots searched; right-hand side and solution from `w[16]`. */
function solveBlock(
  form: Form,
  s: Float64Array,
  n: number,
  top: number,
  p: number,
  t: Float64Array,
  m: number,
  k: number,
  q: number,
  w: Float64Array,
  size: number,
): boolean {
  const order = p * q;
  for (let r = 0; r < p; r++) {
    for (let c = 0; c < q; c++) {
      for (let l = 0; l < p; l++) {
        for (let d = 0; d < q; d++) {
          const a = s[(top + r) * n + top + l]!;
          const b = t[(k + d) * m + k + c]!;
          const same = r === l && c === d;
          w[(r * q + c) * 4 + l * q + d] =
            form === "sum" ? (c === d ? a : 0) + (r === l ? b : 0) : a * b - (same ? 1 : 0);
        }
      }
    }
  }
  const columns = [0, 1, 2, 3];
  for (let e = 0; e < order; e++) {
    let row = e;
    let col = e;
    for (let i = e; i < order; i++) {
      for (let j = e; j < order; j++) {
        if (Math.abs(w[i * 4 + j]!) > Math.abs(w[row * 4 + col]!)) [row, col] = [i, j];
      }
    }
    const pivot = w[row * 4 + col]!;
    if (!(Math.abs(pivot) > 2.220446049250313e-16 * size)) return false;
    for (let j = 0; j < order; j++) [w[e * 4 + j], w[row * 4 + j]] = [w[row * 4 + j]!, w[e * 4 + j]!];
    for (let i = 0; i < order; i++) [w[i * 4 + e], w[i * 4 + col]] = [w[i * 4 + col]!, w[i * 4 + e]!];
    [w[16 + e], w[16 + row]] = [w[16 + row]!, w[16 + e]!];
    [columns[e], columns[col]] = [columns[col]!, columns[e]!];
    for (let i = e + 1; i < order; i++) {
      const factor = w[i * 4 + e]! / pivot;
      for (let j = e + 1; j < order; j++) w[i * 4 + j]! -= factor * w[e * 4 + j]!;
      w[16 + i]! -= factor * w[16 + e]!;
    }
  }
  const x = [0, 0, 0, 0];
  for (let e = order - 1; e >= 0; e--) {
    let sum = w[16 + e]!;
    for (let j = e + 1; j < order; j++) sum -= w[e * 4 + j]! * x[columns[j]!]!;
    x[columns[e]!] = sum / w[e * 4 + e]!;
  }
  for (let e = 0; e < order; e++) w[16 + e] = x[e]!;
  return true;
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

const largest = (a: Float64Array): number => a.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

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
