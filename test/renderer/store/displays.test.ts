import { expect, test } from "vitest";
import type { RunView } from "../../../renderer/engine/protocol.ts";
import { displayText } from "../../../renderer/store/displays.ts";

const trace = (path: string, values: readonly number[]) => ({
  path,
  label: path,
  values: Float64Array.from(values),
  sampled: false,
});
const run: RunView = {
  result: {
    status: "finished",
    t: Float64Array.of(0, 1, 2),
    traces: [trace("a", [0, 10, 4]), trace("b", [1, 1, -1])],
    events: [],
    problems: [],
    method: "",
    counts: { steps: 0, rejected: 0, evaluations: 0 },
  },
  views: [
    { block: "One", kind: "display", traces: [0] },
    { block: "Two", kind: "display", traces: [0, 1] },
    { block: "Scope", kind: "scope", traces: [0] },
    { block: "Many", kind: "display", traces: [0, 1, 0, 1, 0, 1, 0] },
  ],
  milliseconds: 0,
};

test("a display shows the end of the run, or the instant under the pointer", () => {
  expect(displayText(run, "One", undefined)).toBe("4");
  expect(displayText(run, "One", 0.5)).toBe("5");
  expect(displayText(run, "Two", undefined)).toBe("[4, −1]");
  expect(displayText(run, "One", 7)).toBe("–");
});

test("other blocks show nothing, and wide ones not everything", () => {
  expect(displayText(run, "Scope", undefined)).toBeUndefined();
  expect(displayText(run, "Nobody", undefined)).toBeUndefined();
  expect(displayText(run, "Many", undefined)).toBe("[4, −1, 4, −1, 4, −1, …]");
});
