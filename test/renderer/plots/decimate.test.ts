import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawnWhole, extremes } from "../../../core/data/extremes.ts";
import { gather, indexRange } from "../../../renderer/plots/decimate.ts";

const rising = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }).map((steps) =>
  Float64Array.from(
    steps.map(
      (
        (sum) => (step) =>
          (sum += step)
      )(0),
    ),
  ),
);

describe("the window", () => {
  test("takes every sample inside, and at most one beyond each edge", () => {
    fc.assert(
      fc.property(
        rising,
        fc.double({ min: -1, max: 60, noNaN: true }),
        fc.double({ min: 0, max: 30, noNaN: true }),
        (t, from, width) => {
          const to = from + width;
          const [first, last] = indexRange(t, from, to);
          const inside = [...t.keys()].filter((i) => t[i]! >= from && t[i]! <= to);
          for (const i of inside) expect(i >= first && i <= last).toBe(true);
          expect([...t.keys()].filter((i) => i >= first && i <= last && t[i]! < from).length).toBeLessThanOrEqual(1);
          expect([...t.keys()].filter((i) => i >= first && i <= last && t[i]! > to).length).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe("of very many samples", () => {
  const n = 300_000;
  const wave = Float64Array.from({ length: n }, (_, i) => Math.sin(i / 5000));

  test("few are left alone", () => {
    expect(extremes([wave], 0, drawnWhole - 1)).toBeUndefined();
  });

  test("a spike one sample wide stays, up or down, in any trace", () => {
    for (const [at, value] of [
      [123_457, 9],
      [17, -9],
      [n - 2, 5],
    ] as const) {
      const spiked = wave.slice();
      spiked[at] = value;
      const chosen = extremes([wave, spiked], 0, n - 1)!;
      expect(chosen.includes(at)).toBe(true);
      expect(chosen.length).toBeLessThan(12_000);
    }
  });

  test("both ends stay and the order is that of time", () => {
    const chosen = extremes([wave], 1000, n - 5)!;
    expect(chosen[0]).toBe(1000);
    expect(chosen[chosen.length - 1]).toBe(n - 5);
    for (let k = 1; k < chosen.length; k++) expect(chosen[k]!).toBeGreaterThan(chosen[k - 1]!);
  });

  test("a gap stays a gap", () => {
    const broken = wave.slice();
    for (let i = 50_000; i < 60_000; i++) broken[i] = NaN;
    const chosen = extremes([broken], 0, n - 1)!;
    const shown = gather(broken, 0, n - 1, chosen);
    expect(shown).toContain(null);
    const edge = [...chosen].filter((i) => Number.isFinite(broken[i]!));
    // To within what is drawn as one.
    const bucket = n / 2000;
    expect(50_000 - Math.max(...edge.filter((i) => i < 50_000))).toBeLessThanOrEqual(bucket);
    expect(Math.min(...edge.filter((i) => i >= 60_000)) - 60_000).toBeLessThanOrEqual(bucket);
  });

  test("gaps finer than what is drawn hide no spike and add nothing to draw", () => {
    const broken = wave.slice();
    for (let i = 0; i < n; i += 10) broken[i] = NaN;
    broken[123_451] = 9;
    const chosen = extremes([broken], 0, n - 1)!;
    expect(chosen.includes(123_451)).toBe(true);
    expect(chosen.length).toBeLessThanOrEqual(4002);
    expect(gather(broken, 0, n - 1, chosen).filter((value) => value === null).length).toBeLessThan(5);
  });
});

test("what is not finite is drawn as a gap, and all else as it is", () => {
  expect(gather(Float64Array.of(1, NaN, Infinity, -2), 0, 3, undefined)).toEqual([1, null, null, -2]);
});
