import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("its input is its derivative, and its output its state", () => {
  const block = traceBlock("integrator", { initial: [4] });
  expect(block.at({ in: { in: [-3, 1] }, state: { x: [4, 4] } })).toMatchObject({
    out: { out: [4, 4] },
    next: { x: [-3, 1] },
  });
  expect(block.states["x"]).toEqual({ width: "n", initial: "initial" });
  expect(traceBlock("integrator", { initial: [1, 2, 3] }).ports.in).toEqual({ in: { width: 3 } });
});
