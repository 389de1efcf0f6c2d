import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("gives what the compiler joins to its hidden ports", () => {
  const block = traceBlock("bus-selector", { names: ["engine.speed", "force"] });
  expect(Object.keys(block.ports.out ?? {})).toEqual(["out1", "out2"]);
  expect(block.ports.in?.["of engine.speed"]).toEqual({ width: "w1", optional: true, hidden: true });
  const inputs = { bus: [0, 0, 0], "of engine.speed": [7], force: [], "of force": [1, 2] };
  expect(block.at({ in: inputs }).out).toEqual({ out1: [7], out2: [1, 2] });
  expect(traceBlock("bus-selector", { names: [] }).problem).toMatch(/at least 1 element/);
});

test("its outputs have the names of what they give", () => {
  const block = traceBlock("bus-selector", { names: ["engine.speed", "force"] }, { w1: 1, w2: 2 });
  expect(block.labels).toEqual({ out1: ["engine.speed"], out2: ["force[1]", "force[2]"] });
});
