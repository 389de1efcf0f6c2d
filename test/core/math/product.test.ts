import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { luByBlocks, solveByBlocks } from "../../../core/math/blockLu.ts";
import { frobenius, identity, plus } from "../../../core/math/dense.ts";
import { luFactor, luRcond, luSolve } from "../../../core/math/lu.ts";
import { multiply } from "../../../core/math/multiply.ts";
import { product, subtractProduct, symmetricProduct } from "../../../core/math/product.ts";

const numbers = (count: number, seed: number): Float64Array => {
  let x = seed >>> 0;
  return Float64Array.from({ length: count }, () => {
    x = (Math.imul(1664525, x) + 1013904223) >>> 0;
    return x / 4294967296 - 0.5;
  });
};
const size = fc.integer({ min: 0, max: 37 });
const seed = fc.nat();

describe("products", () => {
  it("have the bits of the plain loops, whatever the shape", () => {
    fc.assert(
      fc.property(size, size, size, seed, (rows, inner, cols, s) => {
        const a = numbers(rows * inner, s);
        const b = numbers(inner * cols, s + 1);
        expect(product(a, b, rows, inner, cols)).toEqual(multiply(a, b, rows, inner, cols));
      }),
    );
  });

  it("hand on what is not finite, and only that", () => {
    const n = 19;
    const a = numbers(n * n, 1);
    a[3 * n + 5] = Number.POSITIVE_INFINITY;
    const c = product(a, identity(n), n, n, n);
    for (let i = 0; i < n * n; i++) expect(Number.isNaN(c[i]!)).toBe(Math.floor(i / n) === 3 && i % n !== 5);
  });

  it("are as they were after a larger one has been made", () => {
    const a = numbers(20 * 20, 2);
    const before = product(a, a, 20, 20, 20);
    const large = numbers(300 * 300, 3);
    expect(product(large, large, 300, 300, 300)).toEqual(multiply(large, large, 300, 300, 300));
    expect(product(a, a, 20, 20, 20)).toEqual(before);
  });

  it("are symmetric to the last bit where they are to be", () => {
    fc.assert(
      fc.property(size, size, seed, (n, inner, s) => {
        const a = numbers(n * inner, s);
        const at = new Float64Array(n * inner);
        for (let i = 0; i < n; i++) for (let k = 0; k < inner; k++) at[k * n + i] = a[i * inner + k]!;
        expect(symmetricProduct(a, at, n, inner)).toEqual(multiply(a, at, n, inner, n));
      }),
    );
  });

  it("are subtracted from a part and leave the rest", () => {
    const c = numbers(30 * 30, 4);
    const a = numbers(30 * 30, 5);
    const block = (data: Float64Array, top: number, left: number, rows: number, cols: number) => ({
      data,
      at: top * 30 + left,
      stride: 30,
      rows,
      cols,
    });
    const got = c.slice();
    subtractProduct(block(got, 2, 3, 11, 14), block(a, 5, 0, 11, 9), block(a, 20, 10, 9, 14));
    for (let i = 0; i < 30; i++) {
      for (let j = 0; j < 30; j++) {
        let sum = 0;
        const inside = i >= 2 && i < 13 && j >= 3 && j < 17;
        for (let k = 0; inside && k < 9; k++) sum += a[(i + 3) * 30 + k]! * a[(20 + k) * 30 + j + 7]!;
        expect(got[i * 30 + j]).toBe(c[i * 30 + j]! - sum);
      }
    }
  });

  it("are made without WebAssembly where that is forbidden", async () => {
    const a = numbers(40 * 40, 6);
    const expected = product(a, a, 40, 40, 40);
    vi.stubGlobal("WebAssembly", undefined);
    vi.resetModules();
    const plain = await import("../../../core/math/product.ts");
    expect(plain.product(a, a, 40, 40, 40)).toEqual(expected);
    vi.unstubAllGlobals();
  });
});

describe("LU factors by blocks", () => {
  const order = fc.integer({ min: 1, max: 90 });
  it("exchange the same rows and solve as well as row by row", () => {
    fc.assert(
      fc.property(order, fc.integer({ min: 1, max: 40 }), seed, (n, cols, s) => {
        const a = numbers(n * n, s);
        const [byBlocks, plain] = [luByBlocks(a, n), luFactor(a, n)];
        fc.pre(luRcond(plain) > 1e-10);
        expect(byBlocks.singular).toBe(false);
        expect(byBlocks.norm).toBe(plain.norm);
        const b = numbers(n * cols, s + 1);
        const x = b.slice();
        solveByBlocks(byBlocks, x, cols);
        const left = frobenius(plus(multiply(a, x, n, n, cols), b, -1));
        expect(left).toBeLessThanOrEqual(10 * n * 2.3e-16 * (frobenius(a) * frobenius(x) + frobenius(b)));
        const y = b.slice();
        luSolve(plain, y, cols);
        expect(frobenius(plus(x, y, -1))).toBeLessThanOrEqual(1e-15 * n * (1 / luRcond(plain)) * frobenius(y));
      }),
      { numRuns: 60 },
    );
  });

  it("say that a matrix has none", () => {
    const n = 50;
    const a = numbers(n * n, 8);
    for (let j = 0; j < n; j++) a[31 * n + j] = 0;
    expect(luByBlocks(a, n).singular).toBe(true);
    expect(luByBlocks(a.fill(Number.NaN), n).singular).toBe(true);
  });
});
