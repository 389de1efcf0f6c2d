import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { luFactor, luRcond, luSolve } from "../../../core/math/lu.ts";
import { minimumDegree } from "../../../core/math/ordering.ts";
import { createSparseLu } from "../../../core/math/sparseLu.ts";

interface Sparse {
  readonly n: number;
  readonly rows: number[];
  readonly columns: number[];
  readonly values: Float64Array;
}

/** A few entries a row at random places beside a diagonal, some of which may be 0 or small: pivoting is needed. */
const sparse = fc
  .record({ n: fc.integer({ min: 1, max: 40 }), seed: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })) })
  .map(({ n, seed }): Sparse => {
    const next = (): number => seed.next().value as number;
    const rows: number[] = [];
    const columns: number[] = [];
    const values: number[] = [];
    for (let i = 0; i < n; i++) {
      rows.push(i);
      columns.push(i);
      const kind = next();
      values.push(kind < 0.2 ? 0 : kind < 0.4 ? 1e-9 : 2 * next() - 1);
      for (let k = 0; k < 3; k++) {
        rows.push(i);
        columns.push(Math.min(n - 1, Math.floor(next() * n)));
        values.push(2 * next() - 1);
      }
    }
    return { n, rows, columns, values: Float64Array.from(values) };
  });

function dense({ n, rows, columns }: Sparse, values: Float64Array): Float64Array {
  const a = new Float64Array(n * n);
  values.forEach((v, e) => (a[rows[e]! * n + columns[e]!]! += v));
  return a;
}

/** max |A x - b| / (norm(A) max |x| + max |b|), row sums. */
function residual(a: Float64Array, n: number, x: Float64Array, b: Float64Array, transposed = false): number {
  let worst = 0;
  let norm = 0;
  for (let i = 0; i < n; i++) {
    let sum = -b[i]!;
    let size = 0;
    for (let j = 0; j < n; j++) {
      const entry = transposed ? a[j * n + i]! : a[i * n + j]!;
      sum += entry * x[j]!;
      size += Math.abs(entry);
    }
    worst = Math.max(worst, Math.abs(sum));
    norm = Math.max(norm, size);
  }
  const largest = (v: Float64Array): number => v.reduce((m, c) => Math.max(m, Math.abs(c)), 0);
  return worst / (norm * largest(x) + largest(b));
}

describe("sparse LU", () => {
  it("solves as dense LU does, with new values in the old pattern too", () => {
    fc.assert(
      fc.property(sparse, sparse, (s, other) => {
        const { n } = s;
        const lu = createSparseLu(n, s.rows, s.columns);
        const again = s.values.map((v, e) => v * (1 + 0.3 * (other.values[e % other.values.length] ?? 0)));
        for (const values of [s.values, again]) {
          const a = dense(s, values);
          const reference = luFactor(a, n);
          const rcond = luRcond(reference);
          const good = lu.factor(values);
          if (rcond > 1e-10) expect(good).toBe(true);
          if (!good || rcond < 1e-14) continue;
          // Entries of one place that cancel leave rounding of their own size, and are counted with it.
          const cancelled = Math.max(...values.map(Math.abs)) / Math.max(...a.map(Math.abs));
          expect(lu.rcond()).toBeGreaterThan(rcond / (30 * Math.max(1, cancelled)));
          expect(lu.rcond()).toBeLessThan(rcond * 30);
          const b = Float64Array.from({ length: n }, (_, i) => Math.sin(i + 1));
          const x = b.slice();
          lu.solve(x);
          expect(residual(a, n, x, b)).toBeLessThan(30 * (n + 10) * 2.2e-16);
          const z = b.slice();
          lu.solveTransposed(z);
          expect(residual(a, n, z, b, true)).toBeLessThan(30 * (n + 10) * 2.2e-16);
          if (rcond > 1e-6) {
            const y = b.slice();
            luSolve(reference, y);
            x.forEach((v, i) => expect(Math.abs(v - y[i]!)).toBeLessThan(1e-8 * Math.max(...y.map(Math.abs))));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("says that a matrix is singular", () => {
    expect(createSparseLu(2, [0, 0, 1, 1], [0, 1, 0, 1]).factor(Float64Array.of(1, 2, 2, 4))).toBe(false);
    expect(createSparseLu(3, [0, 1], [0, 1]).factor(Float64Array.of(1, 1))).toBe(false);
    expect(createSparseLu(1, [0], [0]).factor(Float64Array.of(Number.NaN))).toBe(false);
  });

  it("chooses pivots anew when those of before have become bad", () => {
    const lu = createSparseLu(2, [0, 0, 1, 1], [0, 1, 0, 1]);
    expect(lu.factor(Float64Array.of(1, 2, 3, 4))).toBe(true);
    expect(lu.factor(Float64Array.of(2, 2, 3, 5))).toBe(true);
    expect(lu.pivotings).toBe(1);
    const a = Float64Array.of(1e-20, 1, 1, 1e-20);
    expect(lu.factor(a)).toBe(true);
    expect(lu.pivotings).toBe(2);
    const x = Float64Array.of(1, 2);
    lu.solve(x);
    expect([...x]).toEqual([2, 1]);
  });

  const n = 10000;
  const each = Array.from({ length: n }, (_, i) => i);
  const shapes: { readonly [name: string]: { rows: number[]; columns: number[]; most: number } } = {
    chain: { rows: [...each, ...each.slice(1)], columns: [...each, ...each.slice(0, -1)], most: 2 },
    tridiagonal: {
      rows: [...each, ...each.slice(1), ...each.slice(0, -1)],
      columns: [...each, ...each.slice(0, -1), ...each.slice(1)],
      most: 3,
    },
    ring: { rows: [...each, ...each], columns: [...each, ...each.map((i) => (i + n - 1) % n)], most: 5 },
    // One row and one column that touch everything.
    arrow: {
      rows: [...each, ...each.slice(1), ...each.slice(1).map(() => 0)],
      columns: [...each, ...each.slice(1).map(() => 0), ...each.slice(1)],
      most: 3,
    },
    grid: {
      rows: [...each, ...each.slice(100), ...each.slice(0, -100), ...each.slice(1), ...each.slice(0, -1)],
      columns: [...each, ...each.slice(0, -100), ...each.slice(100), ...each.slice(0, -1), ...each.slice(1)],
      most: 60,
    },
  };
  for (const [name, { rows, columns, most }] of Object.entries(shapes)) {
    it(`keeps a ${name} of 10,000 sparse`, () => {
      const lu = createSparseLu(n, rows, columns);
      const values = Float64Array.from(rows, (_, e) => (e < n ? 5 + (e % 7) : -1 - 1 / (e + 1)));
      expect(lu.factor(values)).toBe(true);
      expect(lu.fill).toBeLessThanOrEqual(most * n);
      const x = new Float64Array(n).fill(1);
      lu.solve(x);
      const back = new Float64Array(n);
      values.forEach((v, e) => (back[rows[e]!]! += v * x[columns[e]!]!));
      for (const v of back) expect(Math.abs(v - 1)).toBeLessThan(1e-10);
    });
  }

  it("orders every unknown once", () => {
    fc.assert(
      fc.property(sparse, ({ n, rows, columns }) => {
        expect([...minimumDegree(n, rows, columns)].sort((a, b) => a - b)).toEqual(
          Array.from({ length: n }, (_, i) => i),
        );
      }),
    );
  });
});
