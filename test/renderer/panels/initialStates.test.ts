import { expect, test } from "vitest";
import type { Block, LazoDocument } from "../../../core/diagram/document.ts";
import { withInitialStates } from "../../../renderer/panels/initialStates.ts";

const block = (id: string, name: string, type: string, params: Block["params"] = {}): Block => ({
  id,
  name,
  type,
  version: 1,
  params,
  at: { x: 0, y: 0 },
});
const document: LazoDocument = {
  format: "lazo",
  version: 1,
  name: "d",
  variables: [],
  root: {
    blocks: [
      block("i", "x", "integrator", { initial: "x0" }),
      block("s", "Plant", "state", { initial: "[0; 0]" }),
      block("p", "Wired", "integrator", { begins: "port" }),
      { ...block("u", "Sub", "subsystem"), sheet: { blocks: [block("n", "v", "integrator")], wires: [], notes: [] } },
    ],
    wires: [],
    notes: [],
  },
  run: { stop: "1", step: "0.1", solver: "auto" },
};

test("states found become initial values, nested ones too; rounding noise becomes 0", () => {
  const { document: next, left } = withInitialStates(document, [
    { path: "x", block: "x", value: Math.PI },
    { path: "Plant[1]", block: "Plant", value: 2 },
    { path: "Plant[2]", block: "Plant", value: -1e-30 },
    { path: "Sub/v", block: "Sub/v", value: 0.1 + 0.2 },
  ]);
  expect(left).toEqual([]);
  const params = next.root.blocks.map(({ params: own }) => own["initial"]);
  expect(params.slice(0, 2)).toEqual(["3.14159265359", "[2; 0]"]);
  expect(next.root.blocks[3]!.sheet!.blocks[0]!.params["initial"]).toBe("0.3");
});

test("a block that is told by a wire where to begin stays as it is, and is named", () => {
  const { document: next, left } = withInitialStates(document, [{ path: "Wired", block: "Wired", value: 1 }]);
  expect(left).toEqual(["Wired"]);
  expect(next).toBe(document);
});
