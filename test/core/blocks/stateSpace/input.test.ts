import { expect, test } from "vitest";
import { type GivenParams, traceBlock } from "../traceBlock.ts";

const two: GivenParams = { names: ["east", "north"], signal: (m, { t }) => [m.mul(2, t![0]!)] };

test("its signal is a formula of time, one value for every element", () => {
  const block = traceBlock("input", two);
  expect(block.at({ t: 3 }).out).toEqual({ u: [6, 6] });
  expect(block.ports.out).toEqual({ u: { width: 2 } });
  expect(block.labels).toEqual({ u: ["east", "north"] });
});

test("what is wired to `drive` takes the signal's place", () => {
  expect(traceBlock("input", two).at({ t: 3, in: { drive: [1, -1] } }).out).toEqual({ u: [1, -1] });
});

test("refuses a signal that is not as long as the list of names", () => {
  const check = (names: string[], length: number | undefined) =>
    traceBlock("input", two).definition.check?.({ names, signal: "" } as never, { names, signal: { length } } as never);
  expect(check(["a", "b", "c"], 2)).toMatch(/2 elements.*3 names/);
  expect(check(["a"], 2)).toMatch(/2 elements.*1 names/);
  expect(check(["a", "b"], 1)).toBeUndefined();
  expect(check([], 5)).toBeUndefined();
});
