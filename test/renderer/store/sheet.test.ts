/** Which sheet is shown, through edits, undo, redo and other documents. */
import { beforeEach, describe, expect, test } from "vitest";
import { addBlock, remove } from "../../../core/diagram/edit.ts";
import { useDocument } from "../../../renderer/store/document.ts";
import { shownOf } from "../../../renderer/store/places.ts";
import { useSelection } from "../../../renderer/store/selection.ts";
import { shownSheet, shownTrail, useSheet } from "../../../renderer/store/sheet.ts";
import { draw } from "../../core/drawing.ts";

const at = { x: 0, y: 0 };
const outer = addBlock(draw({ c: ["constant"] }, []), "subsystem", at, {}, "Outer");
const id = outer.root.blocks[1]!.id;
const nested = addBlock(outer, "subsystem", at, {}, "Inner", [id]);
const inner = nested.root.blocks[1]!.sheet!.blocks.at(-1)!.id;
const { edit, undo, redo, replace } = useDocument.getState();
const { show } = useSheet.getState();

beforeEach(() => {
  replace(nested);
  show([]);
});

describe("the sheet shown", () => {
  test("exists: what vanishes gives way to the nearest around it", () => {
    show([id, inner]);
    expect(shownTrail()).toEqual([id, inner]);
    edit((document) => remove(document, { blocks: new Set([inner]) }));
    expect(shownTrail()).toEqual([id]);
    show([id, "nothing", "there"]);
    expect(shownTrail()).toEqual([id]);
    undo();
    edit((document) => remove(document, { blocks: new Set([id]) }));
    expect(shownTrail()).toEqual([]);
  });
  test("follows undo and redo to where the change was made", () => {
    show([id, inner]);
    edit((document) => addBlock(document, "gain", at, {}, undefined, shownTrail()));
    show([]);
    edit((document) => addBlock(document, "gain", at));
    show([id]);
    undo();
    expect(shownTrail()).toEqual([]);
    undo();
    expect(shownTrail()).toEqual([id, inner]);
    show([]);
    redo();
    expect(shownTrail()).toEqual([id, inner]);
    expect(shownSheet().blocks.some(({ type }) => type === "gain")).toBe(true);
    redo();
    expect(shownTrail()).toEqual([]);
  });
  test("is the root of another document", () => {
    show([id]);
    replace(outer);
    expect(shownTrail()).toEqual([]);
  });
  test("changes for what is to be seen, and nothing of another sheet stays selected", () => {
    useSelection.getState().select({ blocks: [id] });
    show([id]);
    expect(useSelection.getState().blocks.size).toBe(0);
    const { wires } = nested.root.blocks[1]!.sheet!.blocks.at(-1)!.sheet!;
    useSelection.getState().revealWire(wires[0]!.id);
    expect(shownTrail()).toEqual([id, inner]);
    expect([...useSelection.getState().wires]).toEqual([wires[0]!.id]);
    useSelection.getState().revealBlock("b1");
    expect(shownTrail()).toEqual([]);
  });
  test("says what of an entry's origin is on it", () => {
    const within = nested.root.blocks[1]!.sheet!;
    const origin = { wires: within.wires.map((wire) => wire.id), blocks: ["Outer/u", "Outer/Inner/y"] };
    expect(shownOf(origin)).toEqual({ wires: [], blocks: [id] });
    show([id]);
    expect(shownOf(origin)).toEqual({ wires: origin.wires, blocks: [inner] });
  });
});

test("what undo takes away is no longer selected; the rest stays", () => {
  const before = shownSheet().blocks[0]!.id;
  edit((document) => addBlock(document, "gain", at));
  const added = shownSheet().blocks.at(-1)!.id;
  useSelection.getState().select({ blocks: [before, added] });
  undo();
  expect([...useSelection.getState().blocks]).toEqual([before]);
});
