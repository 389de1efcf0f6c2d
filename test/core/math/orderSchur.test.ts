import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frobenius, identity, plus, transpose } from "../../../core/math/dense.ts";
import { multiply } from "../../../core/math/multiply.ts";
import { orderSchur } from "../../../core/math/orderSchur.ts";
import { realSchur } from "../../../core/math/schur.ts";

describe("ordering a Schur form", () => {
  it("brings the stable part to the top, keeps the matrix and its eigenvalues", () => {
    const entry = fc.integer({ min: -999, max: 999 }).map((v) => v / 100);
    const sized = fc
      .integer({ min: 1, max: 14 })
      .chain((n) => fc.tuple(fc.constant(n), fc.array(entry, { minLength: n * n, maxLength: n * n })));
    let done = 0;
    fc.assert(
      fc.property(sized, ([n, values]) => {
        const a = Float64Array.from(values);
        const schur = realSchur(a, n);
        const stable = schur.re.filter((v) => v < 0).length;
        const nearest = Math.min(...schur.re.map(Math.abs));
        const top = orderSchur(schur, (re) => re < 0);
        if (top === undefined) return;
        done++;
        const { T, Z } = schur;
        const back = multiply(multiply(Z!, T, n, n, n), transpose(Z!, n, n), n, n, n);
        expect(frobenius(plus(back, a, -1))).toBeLessThanOrEqual(60 * n * 2.3e-16 * frobenius(a));
        expect(frobenius(plus(multiply(transpose(Z!, n, n), Z!, n, n, n), identity(n), -1))).toBeLessThan(1e-13);
        if (nearest < 1e-3) return;
        expect(top).toBe(stable);
        for (let i = 0; i < n; i++) {
          if (i < top) expect(T[i * n + i]).toBeLessThan(0);
          else expect(T[i * n + i]).toBeGreaterThan(0);
        }
      }),
      { numRuns: 150 },
    );
    expect(done).toBeGreaterThan(140);
  });
});
