import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("is the time, running on or read at sample instants", () => {
  const running = traceBlock("clock", { period: null }).at({ t: 1.25 });
  expect(running.out).toEqual({ out: [1.25] });
  expect(running.held).toEqual([]);
  expect(traceBlock("clock", { period: 0.5 }).at({ t: 1.25 }).held).toEqual([1.25]);
});
