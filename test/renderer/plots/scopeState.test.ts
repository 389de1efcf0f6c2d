import fc from "fast-check";
import { expect, test } from "vitest";
import { hover, panned, zoomed } from "../../../renderer/plots/scopeState.ts";

const whole = [0, 100] as const;
const inside = fc
  .tuple(fc.double({ min: 0, max: 99, noNaN: true }), fc.double({ min: 0.5, max: 1, noNaN: true }))
  .map(([a, w]) => [a, Math.min(100, a + w * (100 - a))] as const);

test("zooming keeps the instant under the pointer, unless the end of the run is in the way", () => {
  fc.assert(
    fc.property(inside, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (window, share) => {
      const centre = window[0] + share * (window[1] - window[0]);
      const next = zoomed(window, whole, centre, 0.5)!;
      expect((centre - next[0]) / (next[1] - next[0])).toBeCloseTo(share, 9);
    }),
  );
  expect(zoomed([10, 90], whole, 50, 2)).toBeUndefined();
});

test("neither zooming nor panning leaves the run", () => {
  fc.assert(
    fc.property(
      inside,
      fc.double({ min: -500, max: 500, noNaN: true }),
      fc.double({ min: 0.1, max: 3, noNaN: true }),
      (window, dt, factor) => {
        for (const next of [panned(window, whole, dt), zoomed(window, whole, window[0], factor) ?? whole]) {
          expect(next[0]).toBeGreaterThanOrEqual(-1e-9);
          expect(next[1]).toBeLessThanOrEqual(100 + 1e-9);
        }
        const moved = panned(window, whole, dt);
        expect(moved[1] - moved[0]).toBeCloseTo(window[1] - window[0], 9);
      },
    ),
  );
});

test("the hovered instant is told once for each change, and not after leaving", () => {
  const heard: (number | undefined)[] = [];
  const leave = hover.listen((t) => heard.push(t));
  hover.set(1);
  hover.set(1);
  hover.set(undefined);
  leave();
  hover.set(2);
  hover.set(undefined);
  expect(heard).toEqual([1, undefined]);
});
