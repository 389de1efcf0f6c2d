import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("keeps its input for the next sample", () => {
  const block = traceBlock("unit-delay", { period: 0.5, initial: [4] });
  expect(block.at({ in: { in: [-3] }, state: { x: [4] } })).toMatchObject({ out: { out: [4] }, next: { x: [-3] } });
  expect(block.states["x"]).toEqual({ width: "n", initial: "initial", every: "period" });
});
