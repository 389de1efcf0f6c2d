import { expect, test } from "vitest";
import type { SimResult } from "../../../core/sim/result.ts";
import { eventsOf, stoppedBy } from "../../../renderer/plots/events.ts";

const result = (status: SimResult["status"], events: SimResult["events"]): SimResult => ({
  status,
  t: Float64Array.of(0, 10),
  traces: [],
  events,
  problems: [],
  method: "",
  counts: { steps: 0, rejected: 0, evaluations: 0 },
});
const [first, same, other, later] = [
  { t: 1, path: "Floor" },
  { t: 1 + 1e-12, path: "Floor" },
  { t: 1 + 1e-12, path: "Relay" },
  { t: 2, path: "Floor" },
];

test("a block that switches in two ways at one instant had one event", () => {
  expect(eventsOf(result("finished", [first!, same!, other!, later!]))).toEqual([first, other, later]);
});

test("the last event of a stopped run is its end; other runs have none", () => {
  expect(stoppedBy(result("stopped", [first!, later!]))).toEqual(later);
  expect(stoppedBy(result("finished", [first!]))).toBeUndefined();
});
