import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { solveAccurately } from "../../../core/math/accurateSolve.ts";
import { multiply } from "../../../core/math/multiply.ts";

describe("dense products", () => {
  const size = fc.integer({ min: 0, max: 11 });
  const filled = (length: number) =>
    fc.array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length });

  it("are those of the definition, whatever is left over from blocks of two and four", () => {
    const pair = fc
      .tuple(size, size, size)
      .chain(([r, k, c]) => fc.tuple(fc.constant([r, k, c] as const), filled(r * k), filled(k * c)));
    fc.assert(
      fc.property(pair, ([[rows, inner, cols], a, b]) => {
        const found = multiply(Float64Array.from(a), Float64Array.from(b), rows, inner, cols);
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < cols; j++) {
            let sum = 0;
            for (let k = 0; k < inner; k++) sum += a[i * inner + k]! * b[k * cols + j]!;
            expect(found[i * cols + j]! === sum).toBe(true);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("accurate solutions", () => {
  it("of a Hilbert matrix of order 8, condition 1e10, are right to the last digits", () => {
    const n = 8;
    // Times the least common multiple of its denominators: integers, and so is the right-hand side.
    const scale = 360360;
    const hilbert = Float64Array.from({ length: n * n }, (_, at) => scale / (1 + Math.floor(at / n) + (at % n)));
    const x = Float64Array.from({ length: n }, (_, i) => i + 1);
    const b = multiply(hilbert, x, n, n, 1);
    expect(solveAccurately(hilbert, n, b, 1).singular).toBe(false);
    for (let i = 0; i < n; i++) expect(Math.abs(b[i]! / x[i]! - 1)).toBeLessThan(1e-14);
  });
});
