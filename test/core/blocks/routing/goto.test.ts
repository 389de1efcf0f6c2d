import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test.each(["goto", "from"])("%s hands on what it gets, and needs a tag", (type) => {
  const block = traceBlock(type, { tag: "speed" });
  expect(block.at({ in: { in: [1, 2] } }).out).toEqual({ out: [1, 2] });
  expect(block.problem).toBeUndefined();
  expect(traceBlock(type, { tag: " " }).problem).toBe("Tag must not be empty");
});

test("what joins them is not drawn", () => {
  expect(traceBlock("goto", { tag: "A" }).ports.out).toEqual({ out: { width: "n", hidden: true } });
  expect(traceBlock("from", { tag: "A" }).ports.in).toEqual({ in: { width: "n", optional: true, hidden: true } });
});
