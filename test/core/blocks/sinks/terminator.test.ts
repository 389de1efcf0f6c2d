import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("takes anything and gives nothing", () => {
  const block = traceBlock("terminator", {});
  expect(block.ports).toEqual({ in: { in: { width: "n" } } });
  expect(block.at({ in: { in: [1, 2] } })).toMatchObject({ out: {}, stop: undefined });
  expect(block.definition.role).toBeUndefined();
});
