import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("1, 0 or -1, element by element", () => {
  expect(traceBlock("sign", {}).at({ in: { in: [-2, 0, 1e-300] } }).out).toEqual({ out: [-1, 0, 1] });
});
