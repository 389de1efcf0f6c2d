import { describe, expect, test } from "vitest";
import { chooseView, curvesOf, shownViews, signalsOf } from "../../../renderer/plots/signals.ts";
import type { RunView } from "../../../renderer/engine/protocol.ts";

const trace = (path: string, label: string) => ({ path, label, values: Float64Array.of(0), sampled: false });
const run = (labels: readonly (readonly [string, string])[], views: RunView["views"]): RunView => ({
  result: {
    status: "finished",
    t: Float64Array.of(0),
    traces: labels.map(([path, label]) => trace(path, label)),
    events: [],
    problems: [],
    method: "",
    counts: { steps: 0, rejected: 0, evaluations: 0 },
  },
  views,
  milliseconds: 0,
});

describe("the view", () => {
  const both = run(
    [
      ["y", "y"],
      ["u", "u"],
    ],
    [
      { block: "Out", kind: "output", traces: [0] },
      { block: "Empty", kind: "scope", traces: [] },
      { block: "Scope", kind: "scope", traces: [1] },
    ],
  );
  test("is the one asked for, else the first scope with signals, else an output", () => {
    expect(chooseView(both, "Out")?.block).toBe("Out");
    expect(chooseView(both, "Gone")?.block).toBe("Scope");
    expect(chooseView(both, undefined)?.block).toBe("Scope");
    expect(chooseView(run([["y", "y"]], [{ block: "Out", kind: "output", traces: [0] }]), undefined)?.block).toBe(
      "Out",
    );
    expect(chooseView(run([], []), undefined)).toBeUndefined();
  });
  test("gives a signal the colour it has in every other view", () => {
    const two = run(
      [
        ["a", "a"],
        ["b", "b"],
        ["c", "c"],
      ],
      [
        { block: "One", kind: "scope", traces: [0, 1] },
        { block: "Two", kind: "scope", traces: [1, 2] },
      ],
    );
    const [one, other] = two.views.map(
      (view) => new Map(signalsOf(two, view).map((signal) => [signal.path, signal.colour])),
    );
    expect(other!.get("b")).toBe(one!.get("b"));
    expect(new Set([...one!.values(), ...other!.values()]).size).toBe(3);
  });
  test("names signals by label, by path where labels are the same, and dashes the ninth", () => {
    const many = run(
      Array.from({ length: 9 }, (_, k) => [`Block ${k}.x`, k < 2 ? "x" : `x${k}`] as const),
      [{ block: "All", kind: "scope", traces: [0, 1, 2, 3, 4, 5, 6, 7, 8] }],
    );
    const signals = signalsOf(many, many.views[0]!);
    expect(signals.slice(0, 3).map((signal) => signal.name)).toEqual(["Block 0.x", "Block 1.x", "x2"]);
    expect(signals.map((signal) => signal.dashed)).toEqual([...Array<boolean>(8).fill(false), true]);
  });
});

describe("views of several kinds", () => {
  const run4 = run(
    [
      ["x1", "x1"],
      ["x2", "x2"],
      ["y1", "y1"],
      ["y2", "y2"],
    ],
    [
      { block: "Out", kind: "output", traces: [0] },
      { block: "Value", kind: "display", traces: [1] },
      { block: "File", kind: "csv", traces: [1] },
      { block: "Plane", kind: "xy", traces: [0, 1, 2, 3] },
      { block: "Same", kind: "scope", traces: [2, 2] },
      { block: "Circle", kind: "xy", traces: [0, 0] },
    ],
  );
  test("are offered by kind, scopes first", () => {
    expect(shownViews(run4).map((view) => view.block)).toEqual(["Same", "Plane", "Circle", "Out", "File", "Value"]);
  });
  test("a signal that arrives twice is shown once", () => {
    expect(signalsOf(run4, run4.views[4]!).map((signal) => signal.path)).toEqual(["y1"]);
  });
  test("an XY scope pairs its two ports element by element, even where both carry the same", () => {
    const pairs = (k: number) => curvesOf(run4, run4.views[k]!).map(({ x, y }) => [x.path, y.path]);
    expect(pairs(3)).toEqual([
      ["x1", "y1"],
      ["x2", "y2"],
    ]);
    expect(pairs(5)).toEqual([["x1", "x1"]]);
  });
});
