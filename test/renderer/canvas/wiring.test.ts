import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { LazoDocument, Point } from "../../../core/diagram/document.ts";
import { readDocument } from "../../../core/diagram/schema.ts";
import { dragged, drawSheet } from "../../../renderer/canvas/drawing.ts";
import { partingOf } from "../../../renderer/canvas/wiring.ts";

function example(name: string): LazoDocument {
  const read = readDocument(readFileSync(`examples/${name}.lazo`, "utf8"));
  if (!read.ok) throw new Error(`${name} does not read`);
  return read.document;
}
const names = readdirSync("examples")
  .filter((file) => file.endsWith(".lazo"))
  .map((file) => file.replace(".lazo", ""));

function through(points: readonly Point[], box: { x: number; y: number; width: number; height: number }): boolean {
  return points.some((b, i) => {
    const a = points[i - 1];
    return (
      a !== undefined &&
      Math.min(a.x, b.x) < box.x + box.width &&
      Math.max(a.x, b.x) > box.x &&
      Math.min(a.y, b.y) < box.y + box.height &&
      Math.max(a.y, b.y) > box.y
    );
  });
}

describe("the examples as drawn", () => {
  for (const name of names) {
    test(`${name}: every wire is drawn, and none runs through a block`, () => {
      const document = example(name);
      const { blocks, wires } = drawSheet(document);
      expect(wires.size).toBe(document.root.wires.length);
      for (const wire of wires.values()) {
        for (const block of blocks.values()) {
          // Ends reach the recessed flank of a pointed block: the outer quarter of the box is allowed.
          const inner = {
            x: block.at.x + block.shape.width / 4,
            y: block.at.y + 2,
            width: block.shape.width / 2,
            height: block.shape.height - 4,
          };
          expect(through(wire.points, inner), `${wire.id} through ${block.block.name}`).toBe(false);
        }
      }
      expect(drawSheet(example(name)).wires).toEqual(wires);
    });
  }
});

test("the island: the feedback arrives above the drive, which is straight; branches have dots", () => {
  const document = example("island");
  const { wires } = drawSheet(document);
  const of = (label: string) => wires.get(document.root.wires.find((wire) => wire.label === label)!.id)!;
  expect(of("B").points).toHaveLength(2);
  expect(of("C").points).toHaveLength(2);
  expect(of("A").points.at(-1)!.y).toBe(of("B").points.at(-1)!.y - 16);
  // Round the top: nothing of it lies below the port it comes from.
  expect(Math.max(...of("A").points.map((point) => point.y))).toBe(of("A").points[0]!.y);
  const dots = [...wires.values()].flatMap((wire) => wire.dots);
  expect(dots).toHaveLength(2);
  // The label stands after the dot, where the wire is its own.
  expect(of("B").label.x).toBeGreaterThan(dots[0]!.x);
});

test("two wires from one port run together until they part", () => {
  const a = [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
  ];
  const b = [
    { x: 0, y: 0 },
    { x: 24, y: 0 },
    { x: 24, y: 80 },
  ];
  expect(partingOf(a, b)).toEqual({ length: 24, at: { x: 24, y: 0 } });
  expect(
    partingOf(a, [
      { x: 0, y: 0 },
      { x: 0, y: 8 },
    ]),
  ).toEqual({ length: 0, at: { x: 0, y: 0 } });
});

describe("what does not change keeps its identity", () => {
  test("a changed number keeps every line", () => {
    const document = example("island");
    const before = drawSheet(document);
    const wire = document.root.wires[1]!;
    const changed = {
      ...document,
      root: { ...document.root, wires: document.root.wires.map((w) => (w === wire ? { ...w, gain: "7" } : w)) },
    };
    const after = drawSheet(changed, [], before);
    expect(after.wires).toBe(before.wires);
    for (const [id, block] of after.blocks) expect(block).toBe(before.blocks.get(id));
  });

  test("dragging a block moves its wires and leaves the others where they are", () => {
    const document = example("mass-spring-damper");
    const before = drawSheet(document);
    const block = [...before.blocks.values()].find(({ block: { name } }) => name === "Spring")!;
    const after = dragged(before, new Set([block.id]), { x: 40, y: 80 });
    expect(after.blocks.get(block.id)!.at).toEqual({ x: block.at.x + 40, y: block.at.y + 80 });
    for (const wire of document.root.wires) {
      const touches = wire.from.block === block.id || wire.to.block === block.id;
      expect(after.wires.get(wire.id) === before.wires.get(wire.id), wire.id).toBe(!touches);
    }
  });

  test("blocks dragged together take the wires between them along, shape and all", () => {
    const document = example("mass-spring-damper");
    const before = drawSheet(document);
    const all = new Set(before.blocks.keys());
    const after = dragged(before, all, { x: 16, y: -8 });
    for (const [id, wire] of before.wires) {
      expect(after.wires.get(id)!.points).toEqual(wire.points.map(({ x, y }) => ({ x: x + 16, y: y - 8 })));
    }
  });
});

test("a thousand blocks in rows are drawn in a second", () => {
  const blocks = Array.from({ length: 1000 }, (_, i) => ({
    id: `b${i}`,
    name: `Gain ${i}`,
    type: "gain",
    version: 1,
    params: {},
    at: { x: (i % 40) * 136, y: Math.floor(i / 40) * 120 },
  }));
  const wires = blocks
    .slice(1)
    .map((block, i) => ({ id: `w${i}`, from: { block: `b${i}`, port: "out" }, to: { block: block.id, port: "in" } }));
  const document: LazoDocument = { ...example("island"), root: { blocks, wires, notes: [] } };
  const began = performance.now();
  const drawing = drawSheet(document);
  const took = performance.now() - began;
  expect(drawing.wires.size).toBe(999);
  // Generous for a busy machine; what it guards against is a square law.
  expect(took).toBeLessThan(5000);
});
