/** An identified model on the drawing is the model: its A, B, C, D come back from the compiled diagram, digit by digit. */
import { expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { placeModelBlock, placeModelDiagram, placeModelTransfer } from "../../../core/diagram/placeModel.ts";
import { linearize } from "../../../core/linearize/linearize.ts";

const empty: LazoDocument = {
  format: "lazo",
  version: 1,
  name: "x",
  variables: [],
  root: { blocks: [], wires: [], notes: [] },
  run: { stop: "1", step: "0.1", solver: "auto" },
};
const model = {
  name: "Plant",
  A: [
    [0.9, 0.1 + 0.2],
    [-0.2, 0.8],
  ],
  B: [
    [0.1, 1 / 3],
    [0, 1],
  ],
  C: [[1, 0.5]],
  period: 0.1,
  note: "of motor",
  u: ["volt, age", "load"],
  y: ["speed"],
};
const matricesOf = (document: LazoDocument) => {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const linear = linearize(compiled.model);
  if (!linear.ok) throw new Error(JSON.stringify(linear.problems));
  const { A, B, C, D, time } = linear.linearization.system;
  return { A: A.to2DArray(), B: B.to2DArray(), C: C.to2DArray(), D: D.to2DArray(), time };
};

test.each([[[[0, 0]]], [[[0.25, 0]]]])("as a diagram, with D = %j", (D) => {
  const placed = placeModelDiagram(empty, { ...model, D });
  expect(matricesOf(placed.document)).toEqual({
    A: model.A,
    B: model.B,
    C: model.C,
    D,
    time: { kind: "discrete", period: 0.1 },
  });
  expect(placed.blocks).toHaveLength(D[0]![0] === 0 ? 3 : 4);
});

test("as a block, below what is there and under a name of its own", () => {
  const once = placeModelBlock(empty, { ...model, D: [[0, 0]] });
  const twice = placeModelBlock(once.document, { ...model, D: [[0, 0]] });
  const [first, second] = twice.document.root.blocks;
  expect([first!.name, second!.name]).toEqual(["Plant", "Plant 2"]);
  expect(second!.at.y).toBeGreaterThan(first!.at.y);
  expect(first!.note).toBe("of motor");
});

test("as a transfer function: the one that was given, with the same response", () => {
  const single = { ...model, B: [[0.1], [0]], C: [[1, 0.5]], D: [[0]], u: ["volt"] };
  const transfer = { num: [0, 0.1, -0.09], den: [1, -1.7, 0.78 + 0.1 * 0.02] };
  const { document } = placeModelTransfer(empty, { ...single, transfer });
  const [block] = document.root.blocks;
  expect(block).toMatchObject({
    type: "discrete-transfer-function",
    note: "of motor",
    params: { num: "[0, 0.1, -0.09]", den: "[1, -1.7, 0.782]", period: "0.1" },
  });
  expect(() => placeModelTransfer(empty, single)).toThrow(RangeError);
});

test("a model without inputs runs from where its state begins", () => {
  const { document, blocks } = placeModelDiagram(empty, { ...model, B: [[], []], D: [[]], u: [], x0: [3, -1] });
  expect(blocks).toHaveLength(2);
  expect(document.root.blocks.find(({ type }) => type === "state")!.params["initial"]).toBe("[3; -1]");
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
});
