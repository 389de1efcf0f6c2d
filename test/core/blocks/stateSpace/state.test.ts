import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("what arrives is its derivative, and its value goes out", () => {
  const block = traceBlock("state", { names: ["fish", "pelicans"], initial: [20, 5], period: null });
  expect(block.at({ in: { dx: [-10, 1.75] }, state: { x: [20, 5] } })).toMatchObject({
    out: { x: [20, 5] },
    next: { x: [-10, 1.75] },
  });
  expect(block.labels).toEqual({ x: ["fish", "pelicans"] });
  expect(block.states["x"]).toEqual({ width: 2, initial: "initial", every: "period" });
});

test("is as wide as its names, else as its initial value", () => {
  expect(traceBlock("state", { names: ["a", "b"], initial: [0], period: null }).ports.in).toEqual({ dx: { width: 2 } });
  expect(traceBlock("state", { names: [], initial: [1, 2, 3], period: null }).ports.out).toEqual({ x: { width: 3 } });
});

test("refuses more initial values than names", () => {
  expect(traceBlock("state", { names: ["a", "b"], initial: [1, 2, 3], period: null }).problem).toMatch(
    /3 elements.*2 names/,
  );
});
