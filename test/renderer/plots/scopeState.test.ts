import fc from "fast-check";
import { expect, test } from "vitest";
import { forgetRun, hold, letGo, panned, useScope, zoomed } from "../../../renderer/plots/scopeState.ts";
import { mostKept } from "../../../renderer/store/analysis.ts";
import type { RunView } from "../../../renderer/engine/protocol.ts";

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

test("runs are held once each, the oldest makes room, and another document forgets them all", () => {
  const run = (): RunView => ({
    result: {
      status: "finished",
      t: new Float64Array(1),
      traces: [],
      events: [],
      problems: [],
      method: "",
      counts: { steps: 0, rejected: 0, evaluations: 0 },
    },
    views: [],
    milliseconds: 0,
  });
  const first = run();
  hold(first, undefined);
  hold(first, undefined);
  expect(useScope.getState().held).toHaveLength(1);
  for (let k = 0; k < mostKept; k++) hold(run(), undefined);
  expect(useScope.getState().held.map((one) => one.number)).toEqual([2, 3, 4, 5]);
  letGo(3);
  expect(useScope.getState().held.map((one) => one.number)).toEqual([2, 4, 5]);
  forgetRun();
  expect(useScope.getState().held).toEqual([]);
});
