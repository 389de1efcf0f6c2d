import { expect, test } from "vitest";
import { drawnRun } from "../drawnRun.ts";
import { traceBlock } from "../traceBlock.ts";

test("a step gives K T1/T2 at once and K in the end", () => {
  const { at } = drawnRun(
    { u: ["constant"], y: ["lead-lag", { gain: "2", lead: "0.6", lag: "0.2" }], s: ["scope"] },
    ["u -> y", "y -> s"],
    1,
    0.1,
  );
  for (const t of [0, 0.2, 1]) expect(at("y", t)).toBeCloseTo(2 * (1 + 2 * Math.exp(-t / 0.2)), 8);
});

test("may begin at rest with a constant input", () => {
  const block = traceBlock("lead-lag", { gain: [2], lead: [1], lag: [0.1], initial: [3] });
  expect(block.at({ in: { in: [3] }, state: { x: [3] } })).toMatchObject({ out: { out: [6] }, next: { x: [0] } });
  expect(traceBlock("lead-lag", { lag: [-1] }).problem).toBe("Lag T₂ must be greater than 0, not -1");
});
