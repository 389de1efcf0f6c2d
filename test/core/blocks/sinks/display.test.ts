import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("shows an input of any width as numbers", () => {
  const block = traceBlock("display", {});
  expect(block.definition.role).toBe("display");
  expect(block.ports).toEqual({ in: { in: { width: "n" } } });
});
