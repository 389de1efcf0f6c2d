/** Against published tables and each other's inverses. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { chiSquareQuantile, chiSquareTail, gammaP, normalQuantile } from "../../../core/math/chiSquare.ts";

test("figures of the tables", () => {
  // NIST/SEMATECH e-Handbook 1.3.6.7.4, and its digits from closed forms: of 2 degrees of freedom -2 log(1 - p).
  expect(chiSquareQuantile(0.95, 1)).toBeCloseTo(3.841458820694124, 12);
  expect(chiSquareQuantile(0.95, 2)).toBeCloseTo(-2 * Math.log(0.05), 12);
  expect(chiSquareQuantile(0.025, 2)).toBeCloseTo(-2 * Math.log(0.975), 13);
  expect(chiSquareQuantile(0.95, 10)).toBeCloseTo(18.307038053275146, 11);
  expect(chiSquareQuantile(0.01, 100)).toBeCloseTo(70.0648949253998, 9);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13);
  expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 11);
  expect(chiSquareTail(0, 3)).toBe(1);
  expect(gammaP(2.5, Infinity)).toEqual({ P: 1, Q: 0 });
});

test("quantile and probability undo each other; two degrees of freedom are exponential", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), fc.integer({ min: 1, max: 5000 }), (p, dof) => {
      const x = chiSquareQuantile(p, dof);
      const { P, Q } = gammaP(dof / 2, x / 2);
      expect(Math.abs(P - p)).toBeLessThan(1e-10 * p + 1e-14);
      expect(Math.abs(Q - (1 - p))).toBeLessThan(1e-10);
      expect(chiSquareTail(x, 2)).toBeCloseTo(Math.exp(-x / 2), 13);
    }),
  );
});
