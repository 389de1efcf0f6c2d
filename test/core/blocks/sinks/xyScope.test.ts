import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("has two inputs of one width, x before y", () => {
  const block = traceBlock("xy-scope", {});
  expect(block.definition.role).toBe("xy");
  expect(Object.keys(block.ports.in ?? {})).toEqual(["x", "y"]);
  expect(block.ports).toEqual({ in: { x: { width: "n" }, y: { width: "n" } } });
});
