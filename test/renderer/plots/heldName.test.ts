import { expect, test } from "vitest";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { differences } from "../../../renderer/plots/heldName.ts";

const gain = { id: "g", name: "Gain", type: "gain", version: 1, params: { gain: "2" }, at: { x: 0, y: 0 } };
const inner = { ...gain, id: "i", name: "Inner" };
const plant = {
  ...gain,
  id: "p",
  name: "Plant",
  type: "subsystem",
  params: {},
  sheet: { blocks: [inner], wires: [], notes: [] },
};
const wire = { id: "w", from: { block: "g", port: "out" }, to: { block: "p", port: "u" }, gain: "3" };
const then: LazoDocument = {
  format: "lazo",
  version: 1,
  name: "d",
  variables: [{ name: "c", value: "2" }],
  root: { blocks: [gain, plant], wires: [wire], notes: [] },
  run: { stop: "10", step: "0.1", solver: "auto" },
};

test("a held run is named by the values that the diagram no longer has", () => {
  expect(differences(then, then)).toEqual([]);
  expect(differences(then, { ...then, variables: [{ name: "c", value: "5" }] })).toEqual(["c = 2"]);
  expect(differences(then, { ...then, run: { ...then.run, stop: "20" } })).toEqual(["stop = 10"]);
  const other = {
    ...then,
    root: {
      ...then.root,
      blocks: [
        { ...gain, params: { gain: "7" } },
        { ...plant, sheet: { ...plant.sheet, blocks: [{ ...inner, params: { gain: "8" } }] } },
      ],
      wires: [{ id: wire.id, from: wire.from, to: wire.to }],
    },
  };
  expect(differences(then, other)).toEqual(["Gain.gain = 2", "Plant/Inner.gain = 2", "Gain → Plant: 3"]);
});

test("moving a block makes no difference", () => {
  const moved = { ...then, root: { ...then.root, blocks: [{ ...gain, at: { x: 8, y: 0 } }, plant] } };
  expect(differences(then, moved)).toEqual([]);
});
