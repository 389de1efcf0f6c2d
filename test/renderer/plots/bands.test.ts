/** Estimates in a scope: with their deviations, what they estimate below them, and what is late where it belongs. */
import { expect, test } from "vitest";
import { bandedSignals, paned } from "../../../renderer/plots/signals.ts";
import type { RunView } from "../../../renderer/engine/protocol.ts";

const t = Float64Array.from({ length: 6 }, (_, k) => k);
const trace = (path: string, values: readonly number[]) => ({
  path,
  label: path.split(".")[1] ?? path,
  block: path.split(".")[0]!,
  sampled: true,
  values: Float64Array.from(values),
});
const run = (late: number, traces: readonly number[]): RunView =>
  ({
    result: {
      t,
      traces: [
        trace("F.x", [0, 0, 1, 2, 3, 4]),
        trace("F.s", [1, 1, 2, 3, 4, 5]),
        trace("Plant.x", [1, 2, 3, 4, 5, 6]),
      ],
    },
    views: [{ block: "Scope", kind: "scope", traces }],
    estimates: [{ estimate: 0, deviation: 1, truth: 2, late }],
    milliseconds: 0,
  }) as unknown as RunView;

test("an estimate has its band, and its state below it in the same colour, dashed", () => {
  const view = run(0, [0]);
  const [truth, estimate] = bandedSignals(view, view.views[0]!);
  expect([truth!.path, estimate!.path]).toEqual(["Plant.x", "F.x"]);
  expect([...estimate!.deviation!]).toEqual([1, 1, 2, 3, 4, 5]);
  expect([truth!.colour, truth!.dashed]).toEqual([estimate!.colour, true]);
  expect(estimate!.dashed).toBe(false);
  expect(paned(bandedSignals(view, view.views[0]!)).map((pane) => pane.length)).toEqual([2]);
});

test("a state that the scope shows already is not shown twice", () => {
  const view = run(0, [0, 2]);
  expect(bandedSignals(view, view.views[0]!).map(({ path }) => path)).toEqual(["F.x", "Plant.x"]);
});

test("what is two seconds late is drawn at the instant that it is about, and ends there", () => {
  const view = run(2, [0]);
  const [, estimate] = bandedSignals(view, view.views[0]!);
  expect([...estimate!.values]).toEqual([1, 2, 3, 4, Number.NaN, Number.NaN]);
  expect([...estimate!.deviation!]).toEqual([2, 3, 4, 5, Number.NaN, Number.NaN]);
});
