import { describe, expect, it } from "vitest";
import { threefry, uniform } from "../../../core/math/random.ts";

describe("threefry", () => {
  it("gives the published answers of Random123", () => {
    expect(threefry(0, 0, 0, 0)).toEqual([0x6b200159, 0x99ba4efe]);
    expect(threefry(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)).toEqual([0x1cb996fc, 0xbb002be7]);
    expect(threefry(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344)).toEqual([0xc4923a9c, 0x483df7a0]);
  });
});

describe("uniform", () => {
  const n = 200_000;
  const draw = (seed: number): Float64Array => Float64Array.from({ length: n }, (_, k) => uniform(seed, k));
  const mean = (x: Float64Array, f: (v: number, i: number) => number): number =>
    x.reduce((s, v, i) => s + f(v, i), 0) / x.length;

  it("stays strictly inside (0, 1) and tells neighbouring seeds and indices apart", () => {
    const seen = new Set<number>();
    for (let seed = -3; seed <= 3; seed++) {
      for (const k of [0, 1, 2, 4294967295, 4294967296, 4294967297, 2 ** 52]) {
        const u = uniform(seed, k);
        expect(u).toBeGreaterThan(0);
        expect(u).toBeLessThan(1);
        seen.add(u);
      }
    }
    expect(seen.size).toBe(49);
  });

  it("has the moments of the uniform distribution, each within five standard errors", () => {
    for (const seed of [0, 1, 42, 123456789012]) {
      const x = draw(seed);
      for (let p = 1; p <= 4; p++) {
        const deviation = Math.sqrt((1 / (2 * p + 1) - 1 / (p + 1) ** 2) / n);
        expect(Math.abs(mean(x, (v) => v ** p) - 1 / (p + 1))).toBeLessThan(5 * deviation);
      }
    }
  });

  it("is uncorrelated along a stream and between streams", () => {
    const x = draw(1);
    const y = draw(2);
    const bound = 5 / Math.sqrt(n) / 12;
    for (const lag of [1, 2, 3, 17, 1024]) {
      expect(Math.abs(mean(x, (v, i) => (v - 0.5) * (x[(i + lag) % n]! - 0.5)))).toBeLessThan(bound);
    }
    expect(Math.abs(mean(x, (v, i) => (v - 0.5) * (y[i]! - 0.5)))).toBeLessThan(bound);
  });

  it("fills a 16 x 16 grid of consecutive pairs evenly (chi-squared)", () => {
    const x = draw(7);
    const cells = new Float64Array(256);
    for (let i = 0; i + 1 < n; i += 2) cells[Math.floor(x[i]! * 16) * 16 + Math.floor(x[i + 1]! * 16)]! += 1;
    const expected = n / 2 / 256;
    const chi = cells.reduce((s, c) => s + (c - expected) ** 2 / expected, 0);
    // 255 degrees of freedom: mean 255, deviation 22.6.
    expect(chi).toBeGreaterThan(255 - 5 * 22.6);
    expect(chi).toBeLessThan(255 + 5 * 22.6);
  });

  it("repeats the same bits for ever", () => {
    expect(uniform(1, 0)).toMatchInlineSnapshot(`0.7039437232840907`);
    expect(uniform(1, 1)).toMatchInlineSnapshot(`0.057714956668156625`);
  });
});
