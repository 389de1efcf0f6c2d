import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { luFactor, luRcond, luSolve, luSolveTransposed, norm1, solveRefined } from "../../../core/math/lu.ts";

const eps = 2 ** -52;
const square = fc.integer({ min: 1, max: 10 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    a: fc
      .array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: n * n, maxLength: n * n })
      .map((v) => Float64Array.from(v)),
    b: fc
      .array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: n, maxLength: n })
      .map((v) => Float64Array.from(v)),
  }),
);
const times = (a: Float64Array, x: Float64Array, n: number, transposed = false): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => x.reduce((s, v, j) => s + a[transposed ? j * n + i : i * n + j]! * v, 0));
const largest = (v: Float64Array): number => v.reduce((m, c) => Math.max(m, Math.abs(c)), 0);

describe("luFactor and luSolve", () => {
  it("solve with a residual at rounding level, transposed too", () => {
    fc.assert(
      fc.property(square, ({ n, a, b }) => {
        const lu = luFactor(a, n);
        if (lu.singular || luRcond(lu) < 1e-12) return;
        for (const transposed of [false, true]) {
          const x = b.slice();
          if (transposed) luSolveTransposed(lu, x);
          else luSolve(lu, x);
          const r = times(a, x, n, transposed).map((v, i) => v - b[i]!);
          const norm = Math.max(largest(a) * n, 1e-300);
          expect(largest(r) / (norm * largest(x) + largest(b) + 1e-300) / (n * eps)).toBeLessThan(30);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("leaves its argument alone and solves for several columns at once", () => {
    const a = Float64Array.of(0, 2, 1, 1);
    const lu = luFactor(a, 2);
    expect(Array.from(a)).toEqual([0, 2, 1, 1]);
    const b = Float64Array.of(2, 4, 3, 5);
    luSolve(lu, b, 2);
    expect(Array.from(b)).toEqual([2, 3, 1, 2]);
  });

  it("says singular instead of giving numbers", () => {
    for (const a of [
      [1, 2, 2, 4],
      [0, 0, 0, 0],
      [1, Number.NaN, 2, 3],
    ]) {
      const lu = luFactor(Float64Array.from(a), 2);
      expect(lu.singular).toBe(true);
      expect(luRcond(lu)).toBe(0);
    }
  });
});

describe("luRcond", () => {
  it("is exact to a small factor: never too small by more than rounding, at most 10 times too large", () => {
    fc.assert(
      fc.property(square, ({ n, a }) => {
        const lu = luFactor(a, n);
        if (lu.singular) return;
        const inverse = new Float64Array(n * n);
        for (let i = 0; i < n; i++) inverse[i * n + i] = 1;
        luSolve(lu, inverse, n);
        const truth = 1 / (norm1(a, n, n) * norm1(inverse, n, n));
        if (!(truth > 1e-12)) return;
        const estimate = luRcond(lu);
        expect(estimate).toBeGreaterThan(truth * (1 - 1e-3));
        expect(estimate).toBeLessThan(truth * 10);
      }),
      { numRuns: 300 },
    );
  });

  it("sees the Hilbert matrix of order 10 for what it is", () => {
    const n = 10;
    const h = Float64Array.from({ length: n * n }, (_, k) => 1 / (Math.floor(k / n) + (k % n) + 1));
    const rcond = luRcond(luFactor(h, n));
    expect(rcond).toBeGreaterThan(1e-14);
    expect(rcond).toBeLessThan(1e-12);
  });
});

describe("solveRefined", () => {
  it("returns its residual", () => {
    const n = 3;
    const a = Float64Array.of(4, 1, 0, 1, 3, 1, 0, 1, 2);
    const { x, residual } = solveRefined(a, luFactor(a, n), Float64Array.of(1, 2, 3));
    expect(largest(times(a, x, n).map((v, i) => v - (i + 1)))).toBeLessThan(1e-15);
    expect(residual).toBeLessThan(1e-15);
  });
});
