/** What plots of long records are drawn from: the same as from every sample, at the cost of what is shown. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { extremes, summaryOf } from "../../../core/data/extremes.ts";
import { tracesIn, viewOf } from "../../../core/data/recordingView.ts";

/** A column that counts how often a sample is read. */
function counted(values: Float64Array): { readonly values: Float64Array; readonly reads: () => number } {
  let reads = 0;
  const proxy = new Proxy(values, {
    get(target, key) {
      if (typeof key === "string" && /^\d/.test(key)) reads++;
      const found: unknown = Reflect.get(target, key, target);
      return typeof found === "function" ? (found.bind(target) as unknown) : found;
    },
  });
  return { values: proxy, reads: () => reads };
}

test("a zoom reads what it shows, not the record; what does not change with it is found once", () => {
  const n = 400_000;
  const t = counted(Float64Array.from({ length: n }, (_, i) => i / 100));
  const y = counted(Float64Array.from({ length: n }, (_, i) => (i % 1000 === 7 ? NaN : Math.sin(i / 900))));
  const view = viewOf({ t: t.values, channels: [y.values] });
  expect(view.missing).toBe(400);
  expect(view.period).toBeCloseTo(0.01);
  const cost = (look: () => void): number => {
    const before = t.reads() + y.reads();
    look();
    return t.reads() + y.reads() - before;
  };
  // Of 400,000 samples 2,000 buckets of 200: what of them is no whole block, two extremes a block, and the instants drawn.
  expect(cost(() => tracesIn(view, undefined, true))).toBeLessThan(n);
  expect(cost(() => tracesIn(view, [1000, 1020], true))).toBeLessThan(100);
  expect(view.missing).toBe(400);
});

test("channels drawn apart have instants of their own, together the same array; a spike stays", () => {
  const n = 50_000;
  const t = Float64Array.from({ length: n }, (_, i) => i);
  const channels = [0, 1].map((k) => Float64Array.from({ length: n }, (_, i) => (i === 777 * (k + 1) ? 5 : 0)));
  const view = viewOf({ t, channels });
  const apart = tracesIn(view, undefined, true);
  expect(apart.map(({ t: at, values }) => at[values.indexOf(5)])).toEqual([777, 1554]);
  const [a, b] = tracesIn(view, undefined, false);
  expect(a!.t).toBe(b!.t);
  for (const one of apart) expect(one.t.length).toBeLessThanOrEqual(4002);
  expect([...tracesIn(view, [10.5, 12.5], true)[0]!.t]).toEqual([10, 11, 12, 13]);
});

test("law: with summaries the same samples are chosen as without, whatever is missing", () => {
  const arbitrary = fc.record({
    seed: fc.nat(),
    // Buckets of two to four blocks.
    size: fc.integer({ min: 260_000, max: 500_000 }),
    digits: fc.constantFrom(9, 1e6),
    share: fc.constantFrom(0, 0.02, 0.5, 0.97, 1),
    cut: fc.tuple(fc.nat(200), fc.nat(200)),
  });
  fc.assert(
    fc.property(arbitrary, ({ seed, size, digits, share, cut }) => {
      let state = seed + 1;
      const draw = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
      const values = Float64Array.from({ length: size }, () => (draw() < share ? NaN : Math.round(digits * draw())));
      const [first, last] = [cut[0], values.length - 1 - cut[1]];
      const chosen = extremes([values], first, last, 100, [summaryOf(values)]);
      expect(chosen).toEqual(extremes([values], first, last, 100));
    }),
    { numRuns: 8 },
  );
});
