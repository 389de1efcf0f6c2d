/** Small matrices of expressions, as rows: what filters write out. `keep` makes a slot of every entry, so that nothing is computed twice. */
import type { Algebra, Expr, Scalar } from "../expr/expr.ts";
import { each } from "./elements.ts";

export type Rows = readonly (readonly Expr[])[];

/** Entry by entry. */
export const entries = (rows: number, cols: number, make: (i: number, j: number) => Expr): Expr[][] =>
  each(rows, (i) => each(cols, (j) => make(i, j)));

/** A symmetric matrix: only entries with j <= i are made, the others are the same. */
export function symmetric(n: number, make: (i: number, j: number) => Expr): Rows {
  const half = each(n, (i) => each(i + 1, (j) => make(i, j)));
  return entries(n, n, (i, j) => (j <= i ? half[i]![j]! : half[j]![i]!));
}

/** The lower half of a symmetric matrix, row by row, and back. */
export const packed = <T>(P: readonly (readonly T[])[]): T[] => P.flatMap((row, i) => row.slice(0, i + 1));
export const unpacked = (half: readonly Expr[], n: number): Rows =>
  symmetric(n, (i, j) => half[(i * (i + 1)) / 2 + j]!);

export const fromFlat = (flat: readonly Expr[], rows: number, cols: number): Expr[][] =>
  entries(rows, cols, (i, j) => flat[i * cols + j]!);

export const columnOf = (A: Rows, j: number): Expr[] => A.map((row) => row[j]!);

export const product = (m: Algebra, A: Rows, B: Rows): Expr[][] => {
  const columns = each(B[0]?.length ?? 0, (j) => columnOf(B, j));
  return A.map((row) => columns.map((column) => m.dot(row, column)));
};

/** A B'. */
export const productT = (m: Algebra, A: Rows, B: Rows): Expr[][] => A.map((row) => B.map((other) => m.dot(row, other)));

export const apply = (m: Algebra, A: Rows, x: readonly Scalar[]): Expr[] => A.map((row) => m.dot(row, x));

/** F P F' + G, of a symmetric P. */
export function congruence(m: Algebra, keep: (e: Expr) => Expr, F: Rows, P: Rows, G?: Rows): Rows {
  const FP = product(m, F, P).map((row) => row.map(keep));
  return symmetric(F.length, (i, j) => {
    const e = m.dot(FP[i]!, F[j]!);
    return keep(G ? m.add(e, G[i]![j]!) : e);
  });
}

/** S = L D L' of a symmetric positive matrix, L with ones on its diagonal. */
export function ldl(m: Algebra, keep: (e: Expr) => Expr, S: Rows): { readonly L: Rows; readonly d: readonly Expr[] } {
  const n = S.length;
  const L: Expr[][] = entries(n, n, (i, j) => m.num(i === j ? 1 : 0));
  const d: Expr[] = [];
  for (let j = 0; j < n; j++) {
    const scaled = each(j, (k) => keep(m.mul(L[j]![k]!, d[k]!)));
    d[j] = keep(m.sub(S[j]![j]!, m.dot(L[j]!.slice(0, j), scaled)));
    for (let i = j + 1; i < n; i++) L[i]![j] = keep(m.div(m.sub(S[i]![j]!, m.dot(L[i]!.slice(0, j), scaled)), d[j]));
  }
  return { L, d };
}

/** z of L D L' z = b. */
export function solveLdl(
  m: Algebra,
  keep: (e: Expr) => Expr,
  { L, d }: { readonly L: Rows; readonly d: readonly Expr[] },
  b: readonly Expr[],
): Expr[] {
  const n = d.length;
  const z: Expr[] = [];
  for (let i = 0; i < n; i++) z[i] = keep(m.sub(b[i]!, m.dot(L[i]!.slice(0, i), z)));
  for (let i = n - 1; i >= 0; i--) {
    const below = z.slice(i + 1);
    const column = below.map((_, k) => L[i + 1 + k]![i]!);
    z[i] = keep(m.sub(m.div(z[i]!, d[i]!), m.dot(column, below)));
  }
  return z;
}

/** The lower factor of a covariance; a column of zeros where nothing is left of its pivot. */
export function cholesky(m: Algebra, keep: (e: Expr) => Expr, P: Rows): Rows {
  const n = P.length;
  const L: Expr[][] = entries(n, n, () => m.num(0));
  for (let j = 0; j < n; j++) {
    const left = L[j]!.slice(0, j);
    const pivot = keep(m.sub(P[j]![j]!, m.dot(left, left)));
    // What is left of a pivot by rounding alone would blow its column up.
    const there = m.gt(pivot, m.mul(P[j]![j]!, 1e-14));
    const root = keep(m.choose(there, m.sqrt(m.max(pivot, 0)), 0));
    L[j]![j] = root;
    const inverse = keep(m.choose(there, m.div(1, m.sqrt(m.max(pivot, 0))), 0));
    for (let i = j + 1; i < n; i++) L[i]![j] = keep(m.mul(m.sub(P[i]![j]!, m.dot(L[i]!.slice(0, j), left)), inverse));
  }
  return L;
}
