import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("has as many inputs as asked, each of its own width, and nothing out", () => {
  const block = traceBlock("scope", { count: 2 });
  expect(block.ports).toEqual({ in: { in1: { width: "w1" }, in2: { width: "w2" } } });
  expect(block.definition.role).toBe("scope");
});
