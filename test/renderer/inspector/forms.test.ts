import { describe, expect, test } from "vitest";
import { commonParams } from "../../../renderer/inspector/SeveralForm.tsx";
import { entriesOf } from "../../../renderer/inspector/WireForm.tsx";
import { blocks } from "../../../core/blocks/index.ts";
import type { Block } from "../../../core/diagram/document.ts";

const block = (type: string): Block => ({ id: type, name: type, type, version: 1, params: {}, at: { x: 0, y: 0 } });

describe("several blocks at once", () => {
  test("show what they have in common, and all of it when they are alike", () => {
    expect(commonParams([block("state"), block("output")]).map(([name]) => name)).toEqual(["names"]);
    expect(commonParams([block("state"), block("sum")])).toEqual([]);
    for (const [type, { params }] of blocks) {
      expect(commonParams([block(type), block(type)]).map(([name]) => name)).toEqual(Object.keys(params));
    }
  });
});

describe("the entries that a wire makes", () => {
  const none = { blocks: [], wires: [] };
  const from = (...wires: string[]) => ({ blocks: [], wires });
  const matrix = {
    name: "B" as const,
    rows: ["fish", "pelicans"],
    cols: ["food"],
    starts: Int32Array.of(0, 1, 1),
    columns: Int32Array.of(0),
    values: Float64Array.of(0.3),
    origin: [[from("w1")], [none]],
  };
  test("are those that name it among their origins", () => {
    expect(entriesOf("w1", [matrix])).toEqual([{ matrix: "B", row: 0, col: 0, value: 0.3, from: "food", to: "fish" }]);
    expect(entriesOf("w2", [matrix])).toEqual([]);
    const { origin: _, ...untraced } = matrix;
    expect(entriesOf("w1", [untraced])).toEqual([]);
  });
});
