import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("drops signs, element by element", () => {
  expect(traceBlock("abs", {}).at({ in: { in: [-2, 0, 3.5] } }).out).toEqual({ out: [2, 0, 3.5] });
});
