import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

/** All four pairs; whatever is not 0 is true. */
const pairs = { in1: [0, 0, -3, 0.5], in2: [0, 2, 0, 1e-9] };

test.each([
  ["and", [0, 0, 0, 1]],
  ["or", [0, 1, 1, 1]],
  ["xor", [0, 1, 1, 0]],
  ["nand", [1, 1, 1, 0]],
  ["nor", [1, 0, 0, 0]],
  ["xnor", [1, 0, 0, 1]],
])("%s, element by element", (operator, out) => {
  expect(traceBlock("logical", { operator, count: 2 }).at({ in: pairs }).out).toEqual({ out });
});

test("not has one input", () => {
  const block = traceBlock("logical", { operator: "not", count: 5 });
  expect(Object.keys(block.ports.in ?? {})).toEqual(["in1"]);
  expect(block.at({ in: { in1: [0, 2, -1] } }).out).toEqual({ out: [1, 0, 0] });
});

test("one input is joined over its elements; xor of three is their parity", () => {
  const block = traceBlock("logical", { operator: "xor", count: 1 });
  expect(block.ports.out).toEqual({ out: { width: 1 } });
  expect(block.at({ in: { in1: [1, 1, 1] } }).out).toEqual({ out: [1] });
  expect(block.at({ in: { in1: [1, 0, 1] } }).out).toEqual({ out: [0] });
  expect(traceBlock("logical", { operator: "and", count: 3 }).at({ in: { in1: [1], in2: [2], in3: [0] } }).out).toEqual(
    { out: [0] },
  );
});
