import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("joins its inputs, and keeps each apart under its name in a hidden port", () => {
  const block = traceBlock("bus-creator", { names: ["speed", "force"] });
  expect(Object.keys(block.ports.in ?? {})).toEqual(["in1", "in2"]);
  expect(block.ports.out).toEqual({
    out: { width: ["w1", "w2"] },
    "of speed": { width: "w1", hidden: true },
    "of force": { width: "w2", hidden: true },
  });
  expect(block.at({ in: { in1: [1], in2: [2, 3] } }).out).toEqual({
    out: [1, 2, 3],
    "of speed": [1],
    "of force": [2, 3],
  });
});

test("refuses no elements, and a point in a name", () => {
  expect(traceBlock("bus-creator", { names: [] }).problem).toMatch(/at least 1 element/);
  expect(traceBlock("bus-creator", { names: ["a", "b.c"] }).problem).toMatch(/“b\.c”/);
  expect(traceBlock("bus-creator", { names: ["a", "b"] }).problem).toBeUndefined();
});

test("names the elements of what it gives, by number where an input is wider than one", () => {
  expect(traceBlock("bus-creator", { names: ["speed", "force"] }, { w1: 1, w2: 2 }).labels).toEqual({
    out: ["speed", "force[1]", "force[2]"],
  });
});
