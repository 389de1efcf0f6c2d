import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eigenvalueResidual } from "../../../core/math/eigenvalueResidual.ts";
import { hessenberg } from "../../../core/math/hessenberg.ts";
import { norm1 } from "../../../core/math/lu.ts";
import { realSchur } from "../../../core/math/schur.ts";
import { smallestSingular } from "../../../core/math/smallestSingular.ts";

const entry = fc.integer({ min: -99, max: 99 }).map((v) => v / 50);
const matrix = fc
  .integer({ min: 2, max: 14 })
  .chain((n) => fc.tuple(fc.constant(n), fc.array(entry, { minLength: n * n, maxLength: n * n })))
  .map(([n, values]) => ({ n, h: hessenberg(Float64Array.from(values), n, false).H }));

/** The smallest singular value of H - lambda, which no vector can undercut. */
function least(h: Float64Array, n: number, [re, im]: readonly [number, number]): number {
  const m = new Float64Array(4 * n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const one = i === j ? 1 : 0;
      m[i * 2 * n + j] = m[(n + i) * 2 * n + n + j] = h[i * n + j]! - one * re;
      m[i * 2 * n + n + j] = one * im;
      m[(n + i) * 2 * n + j] = -one * im;
    }
  }
  return smallestSingular(m, 2 * n, 2 * n).value;
}

describe("the residual of an eigenvalue", () => {
  it("is rounding for those that QR finds, and never less than any vector leaves for other numbers", () => {
    fc.assert(
      fc.property(matrix, entry, entry, ({ n, h }, re, im) => {
        const norm = norm1(h, n, n);
        fc.pre(norm > 0);
        const { re: found, im: beside } = realSchur(h, n, false);
        for (let i = 0; i < n; i++) {
          expect(eigenvalueResidual(h, n, [found[i]!, beside[i]!], norm)).toBeLessThan(1e-14);
          const off: [number, number] = [found[i]! + re / 1e3, beside[i]! + im / 1e3];
          expect(eigenvalueResidual(h, n, off, norm)).toBeGreaterThan((least(h, n, off) / norm) * 0.999 - 1e-14);
        }
      }),
    );
  });

  it("is small where a matrix falls into blocks, or hides its eigenvalue from the first row", () => {
    const blocks = Float64Array.of(1, 2, 3, 4, 3, 1, 5, 6, 0, 0, 2, 1, 0, 0, -1, 2);
    const graded = Float64Array.of(1, 1, 0, 0, 1e-9, 2, 1, 0, 0, 1e-9, 3, 1, 0, 0, 1e-9, 4);
    for (const h of [blocks, graded]) {
      const { re, im } = realSchur(h, 4, false);
      for (let i = 0; i < 4; i++)
        expect(eigenvalueResidual(h, 4, [re[i]!, im[i]!], norm1(h, 4, 4))).toBeLessThan(1e-14);
    }
  });

  it("survives entries of the vector beyond all doubles", () => {
    const n = 40;
    const h = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      h[i * n + i] = i;
      if (i > 0) h[i * n + i - 1] = 1e-12;
      if (i + 1 < n) h[i * n + i + 1] = 1;
    }
    const { re, im } = realSchur(h, n, false);
    for (let i = 0; i < n; i++) expect(eigenvalueResidual(h, n, [re[i]!, im[i]!], norm1(h, n, n))).toBeLessThan(1e-14);
  });
});
