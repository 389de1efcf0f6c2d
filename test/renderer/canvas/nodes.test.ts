import type { Edge, Node } from "@xyflow/react";
import { describe, expect, test } from "vitest";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { setParam } from "../../../core/diagram/edit.ts";
import { drawSheet } from "../../../renderer/canvas/drawing.ts";
import type { Drawing } from "../../../renderer/canvas/drawing.ts";
import { problemsByPlace, toEdges, toNodes } from "../../../renderer/canvas/nodes.ts";
import type { Shown } from "../../../renderer/canvas/nodes.ts";
import { draw } from "../../core/drawing.ts";

const nothing = { blocks: new Set<string>(), wires: new Set<string>(), notes: new Set<string>() };

function screen() {
  const nodes: Shown<Node> = { byId: new Map(), list: [] };
  const edges: Shown<Edge> = { byId: new Map(), list: [] };
  let drawing: Drawing | undefined;
  return (document: LazoDocument, message = "too small") => {
    drawing = drawSheet(document, [], drawing);
    const problems = problemsByPlace([{ severity: "warning", code: "ANY", path: "Plant", message }]);
    return {
      nodes: toNodes(drawing, undefined, nothing, problems, nodes),
      edges: toEdges(drawing, nothing, problems, edges, (key) => key),
    };
  };
}

describe("what React Flow is handed", () => {
  const document = draw(
    { F: ["input"], Plant: ["state"], K: ["gain", { gain: "2" }], M: ["gain", { gain: "[1; 2]" }], S: ["sum"] },
    ["F -> Plant", "Plant -> K", "K -> Plant", "Plant -> M", "Plant -> S"],
  );
  const id = (name: string): string => document.root.blocks.find((block) => block.name === name)!.id;
  const set = (name: string, param: string, value: string) => setParam(document, new Set([id(name)]), param, value);
  const changed = (before: readonly Node[], now: readonly Node[]): readonly string[] =>
    now.filter((node, k) => node !== before[k]).map((node) => node.id);

  test("of a number that the drawing does not show: the very same lists", () => {
    const show = screen();
    const before = show(document);
    const after = show(set("M", "gain", "[3; 4]"));
    expect(after.nodes).toBe(before.nodes);
    expect(after.edges).toBe(before.edges);
  });

  test("of a number that it shows: one node is another, no wire is", () => {
    const show = screen();
    const before = show(document);
    const after = show(set("K", "gain", "3"));
    expect(changed(before.nodes, after.nodes)).toEqual([id("K")]);
    expect(after.edges).toBe(before.edges);
  });

  test("signs beside ports and what is wrong are shown too", () => {
    const show = screen();
    const before = show(document);
    const signs = show(set("S", "signs", "+-"));
    expect(changed(before.nodes, signs.nodes)).toEqual([id("S")]);
    const again = show(set("S", "signs", "+-"));
    expect(again.nodes).toBe(signs.nodes);
    const worse = show(set("S", "signs", "+-"), "much too small");
    expect(changed(signs.nodes, worse.nodes)).toEqual([id("Plant")]);
  });
});
