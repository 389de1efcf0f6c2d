import { expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { linearize } from "../../../core/linearize/linearize.ts";

const at = { x: 0, y: 0 };
const document = (gain: string): LazoDocument => ({
  format: "lazo",
  version: 1,
  name: "n",
  variables: [],
  run: { stop: "1", step: "1", solver: "auto" },
  root: {
    blocks: [
      { id: "u", name: "u", type: "input", version: 1, params: { names: "u" }, at },
      { id: "x", name: "x", type: "state", version: 1, params: { initial: "[0; 0]" }, at },
      { id: "y", name: "y", type: "output", version: 1, params: {}, at },
    ],
    wires: [
      { id: "w1", from: { block: "u", port: "u" }, to: { block: "x", port: "dx" }, gain },
      { id: "w2", from: { block: "x", port: "x" }, to: { block: "y", port: "y" } },
    ],
    notes: [],
  },
});
const codes = (gain: string) => compile(document(gain)).problems.map((problem) => problem.code);

test("a gain that cannot be read is one problem, not also a mismatch of the widths it would have joined", () => {
  expect(codes("[1; 0]")).toEqual([]);
  expect(codes("[1; nobody]")).toEqual(["EXPR_UNKNOWN_NAME"]);
  expect(codes("2")).toEqual(["WIDTH_MISMATCH"]);
});

test("an Input of one value, unnamed, is as wide as what it is wired to: each element has a column of B", () => {
  const { root, ...rest } = document("2");
  const blocks = root.blocks.map((block) => (block.id === "u" ? { ...block, params: { signal: "3*t" } } : block));
  const compiled = compile({ ...rest, root: { ...root, blocks } });
  if (!compiled.ok) throw new Error(compiled.problems[0]!.message);
  const linear = linearize(compiled.model);
  expect(linear.ok && linear.linearization.system.B.to2DArray()).toEqual([
    [2, 0],
    [0, 2],
  ]);
});
