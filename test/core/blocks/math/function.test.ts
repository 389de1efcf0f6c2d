import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

test("hands its input and the time to the formula", () => {
  const block = traceBlock("function", { formula: (m, { u, t }) => [m.add(m.mul(u![0]!, u![1]!), t![0]!)] });
  expect(block.at({ t: 5, in: { u: [2, 3] } }).out).toEqual({ y: [11] });
});

test("is as wide as its formula, or works on each element", () => {
  const { ports } = traceBlock("function", { formula: () => [] }).definition;
  if (typeof ports !== "function") throw new Error("the width follows from the formula");
  expect(ports({ formula: { length: 2 } } as never)).toEqual({ in: { u: { width: "n" } }, out: { y: { width: 2 } } });
  expect(ports({ formula: { length: undefined } } as never)).toEqual({
    in: { u: { width: "n" } },
    out: { y: { width: "n" } },
  });
});
