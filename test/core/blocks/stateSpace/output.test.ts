import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("takes as many signals as it has names, or whatever comes", () => {
  const named = traceBlock("output", { names: ["camera 1", "camera 2"] });
  expect(named.ports).toEqual({ in: { y: { width: 2 } } });
  expect(named.labels).toEqual({ y: ["camera 1", "camera 2"] });
  expect(traceBlock("output", { names: [] }).ports).toEqual({ in: { y: { width: "n" } } });
  expect(named.definition.role).toBe("output");
});
