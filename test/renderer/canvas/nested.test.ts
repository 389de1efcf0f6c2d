/** What a subsystem looks like: its ports on the grid, what switches it on top, wide enough for their names, turned as a whole. */
import { describe, expect, test } from "vitest";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { addBlock, renameBlock, rotateBlocks } from "../../../core/diagram/edit.ts";
import { drawSheet } from "../../../renderer/canvas/drawing.ts";
import { GRID } from "../../../renderer/canvas/geometry.ts";
import { problemsByPlace } from "../../../renderer/canvas/nodes.ts";
import { draw } from "../../core/drawing.ts";

const at = { x: 0, y: 0 };
const plain = addBlock(draw({ c: ["constant"] }, []), "subsystem", at, {}, "Sub");
const id = plain.root.blocks[1]!.id;
const shapeOf = (document: LazoDocument) => drawSheet(document).blocks.get(id)!.shape;
const names = (document: LazoDocument) =>
  shapeOf(document).ports.map(({ name, side, control }) => `${name} ${side}${control ? ` ${control}` : ""}`);

describe("a subsystem is drawn", () => {
  const full = [
    ["in", "a very long name of a port"],
    ["in", "v"],
    ["enable", "on"],
    ["trigger", "go"],
    ["out", "z"],
  ].reduce((d, [type, name], i) => addBlock(d, type!, { x: 0, y: 80 * (i + 1) }, {}, name, [id]), plain);
  test("with its ports around it", () => {
    expect(names(plain)).toEqual(["u left", "y right"]);
    expect(names(full)).toEqual([
      "u left",
      "a very long name of a port left",
      "v left",
      "on top enable",
      "go top trigger",
      "y right",
      "z right",
    ]);
    for (const { at: place } of shapeOf(full).ports) expect([place.x % GRID, place.y % GRID]).toEqual([0, 0]);
  });
  test("wider for longer names, and higher for more ports", () => {
    expect(shapeOf(full).width).toBeGreaterThan(shapeOf(plain).width);
    expect(shapeOf(full).height).toBeGreaterThan(shapeOf(plain).height);
    const inner = full.root.blocks[1]!.sheet!.blocks.find(({ name }) => name.startsWith("a very"))!.id;
    expect(shapeOf(renameBlock(full, inner, "w")).width).toBeLessThan(shapeOf(full).width);
  });
  test("turned with its ports", () => {
    const turned = rotateBlocks(full, new Set([id]));
    expect(names(turned)).toEqual([
      "u top",
      "a very long name of a port top",
      "v top",
      "on right enable",
      "go right trigger",
      "y bottom",
      "z bottom",
    ]);
    const { width, height, ports } = shapeOf(turned);
    for (const { at: place, side } of ports) {
      if (side === "top") expect(place.y).toBe(0);
      if (side === "bottom") expect(place.y).toBe(height);
      if (side === "right") expect(place.x).toBe(width);
      expect(place.x).toBeGreaterThanOrEqual(0);
      expect(place.x).toBeLessThanOrEqual(width);
    }
  });
  test("and its sheet by itself, under its own prefix", () => {
    const inside = drawSheet(full, [id]);
    expect(inside.prefix).toBe("Sub/");
    expect([...inside.blocks.values()].map(({ block }) => block.name)).toContain("a very long name of a port");
    expect(inside.wires.size).toBe(1);
    expect(drawSheet(full, [id], inside)).toBe(inside);
  });
});

test("what is wrong inside is shown at every subsystem around it", () => {
  const problem = { severity: "error", code: "X", message: "No." } as const;
  const places = problemsByPlace(
    [
      { ...problem, path: "Outer/Inner/Gain" },
      { ...problem, path: "wire:w7", severity: "warning" },
      { ...problem, code: "PORT_UNCONNECTED", path: "Other/Sum", field: "in1" },
    ],
    (wire) => (wire === "w7" ? "Third/" : ""),
  );
  expect(places.get("Outer/Inner")?.message).toBe("Gain: No.");
  expect(places.get("Outer")?.message).toBe("Inner/Gain: No.");
  expect(places.get("Third")).toEqual({ severity: "warning", message: "No." });
  expect(places.has("Other/Sum")).toBe(false);
  expect(places.has("Other/Sum.in1")).toBe(true);
  expect(places.get("Other")?.severity).toBe("error");
});
