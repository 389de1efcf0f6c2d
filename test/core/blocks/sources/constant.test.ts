import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("gives its value at any time", () => {
  const block = traceBlock("constant", { value: [1, -2] });
  expect(block.ports.out).toEqual({ out: { width: 2 } });
  expect(block.at({ t: 7 }).out).toEqual({ out: [1, -2] });
});
