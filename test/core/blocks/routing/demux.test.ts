import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("cuts a vector by its widths", () => {
  const block = traceBlock("demux", { widths: "1, 2" });
  expect(block.ports).toEqual({ in: { in: { width: 3 } }, out: { out1: { width: 1 }, out2: { width: 2 } } });
  expect(block.at({ in: { in: [7, 8, 9] } }).out).toEqual({ out1: [7], out2: [8, 9] });
});

test("refuses what is not a width, and still has ports to draw", () => {
  expect(traceBlock("demux", { widths: "1, 0" }).problem).toMatch(/“0”/);
  expect(traceBlock("demux", { widths: "1, 1.5" }).problem).toMatch(/“1.5”/);
  expect(traceBlock("demux", { widths: "" }).problem).toMatch(/Widths/);
  expect(Object.keys(traceBlock("demux", { widths: "1, x" }).ports.out ?? {})).toEqual(["out1", "out2"]);
  expect(traceBlock("demux", { widths: "3" }).problem).toBeUndefined();
});
