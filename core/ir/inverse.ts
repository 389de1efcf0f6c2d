/** The inverse of a small matrix of expressions, by minors: whatever the numbers will be, there is no pivot that might be zero. */
import type { Algebra, Expr } from "../expr/expr.ts";

/**
 * Of the n x n matrix, row-major; about n^2 2^n products where it is full, entries that are the number 0 costing nothing. Where the matrix
 * becomes singular the values are not finite.
 */
export function inverse(m: Algebra, matrix: readonly Expr[], n: number): readonly Expr[] {
  const known = new Map<string, Expr>();
  /** Determinant of the rows from `row` on, but `left`, and the columns of the set: by its first row. */
  const determinant = (row: number, columns: number, left: number): Expr => {
    if (row === left) return determinant(row + 1, columns, left);
    if (columns === 0) return m.num(1);
    const key = `${row < left ? left : n} ${columns}`;
    let sum = known.get(key);
    if (sum) return sum;
    sum = m.num(0);
    for (let j = 0, odd = false; j < n; j++) {
      if ((columns & (1 << j)) === 0) continue;
      const entry = matrix[row * n + j]!;
      if (!isZero(entry)) {
        const term = m.mul(entry, determinant(row + 1, columns & ~(1 << j), left));
        sum = odd ? m.sub(sum, term) : m.add(sum, term);
      }
      odd = !odd;
    }
    known.set(key, sum);
    return sum;
  };
  const all = (1 << n) - 1;
  const whole = determinant(0, all, n);
  return Array.from({ length: n * n }, (_, at) => {
    const [i, k] = [Math.floor(at / n), at % n];
    const minor = determinant(0, all & ~(1 << i), k);
    if (isZero(minor)) return minor;
    const quotient = m.div(minor, whole);
    return (i + k) % 2 === 0 ? quotient : m.neg(quotient);
  });
}

const isZero = (e: Expr): boolean => e.op === "num" && e.value === 0;
