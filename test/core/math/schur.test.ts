import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frobenius, identity, plus, transpose } from "../../../core/math/dense.ts";
import { multiply } from "../../../core/math/multiply.ts";
import { realSchur } from "../../../core/math/schur.ts";

// Sizes apart by up to twelve orders, and many zeros.
const entry = fc
  .tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: 0, max: 12 }))
  .map(([v, k]) => v * 10 ** -k);
const entries = (n: number) => fc.array(entry, { minLength: n * n, maxLength: n * n });
const sized = fc.integer({ min: 1, max: 14 }).chain((n) => fc.tuple(fc.constant(n), entries(n)));

describe("real Schur form", () => {
  it("is an orthogonal similarity to a quasi-triangle of standard blocks", () => {
    fc.assert(
      fc.property(sized, ([n, values]) => {
        const a = Float64Array.from(values);
        const { T, Z, converged } = realSchur(a, n);
        expect(converged).toBe(true);
        const back = multiply(multiply(Z!, T, n, n, n), transpose(Z!, n, n), n, n, n);
        expect(frobenius(plus(back, a, -1))).toBeLessThanOrEqual(30 * n * 2.3e-16 * frobenius(a));
        expect(frobenius(plus(multiply(transpose(Z!, n, n), Z!, n, n, n), identity(n), -1))).toBeLessThan(1e-13);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j + 1 < i; j++) expect(Math.abs(T[i * n + j]!)).toBe(0);
          if (i === 0 || T[i * n + i - 1] === 0) continue;
          if (i > 1) expect(Math.abs(T[(i - 1) * n + i - 2]!)).toBe(0);
          expect(T[i * n + i]).toBe(T[(i - 1) * n + i - 1]);
          expect(T[i * n + i - 1]! * T[(i - 1) * n + i]!).toBeLessThan(0);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("takes what made QR iterations cycle: a cyclic permutation, and rotations of the same angle", () => {
    for (const n of [3, 4, 8, 16]) {
      const cycle = new Float64Array(n * n);
      for (let i = 0; i < n; i++) cycle[((i + 1) % n) * n + i] = 1;
      const { re, im, converged } = realSchur(cycle, n);
      expect(converged).toBe(true);
      for (let i = 0; i < n; i++) expect(Math.hypot(re[i]!, im[i]!)).toBeCloseTo(1, 13);
    }
  });

  it("says that it cannot where a number is not finite", () => {
    expect(realSchur(Float64Array.of(1, Number.POSITIVE_INFINITY, 0, 1), 2).converged).toBe(false);
  });
});
