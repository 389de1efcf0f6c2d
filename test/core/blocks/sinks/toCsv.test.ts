import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("has as many inputs as asked, for a file of its own", () => {
  const block = traceBlock("to-csv", { file: "run.csv", count: 2 });
  expect(block.definition.role).toBe("csv");
  expect(block.ports).toEqual({ in: { in1: { width: "w1" }, in2: { width: "w2" } } });
  expect(block.problem).toBeUndefined();
});

test.each(["", "  ", "..", "a/b.csv", "C:\\x.csv", "a\nb", "a".repeat(201)])("refuses the file name %j", (file) => {
  expect(traceBlock("to-csv", { file, count: 1 }).problem).toMatch(/plain file name/);
});
