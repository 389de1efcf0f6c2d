import { attachedTo } from "../../../core/diagram/attached.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blocks as library } from "../../../core/blocks/index.ts";
import type { Block } from "../../../core/diagram/document.ts";
import { portsOf } from "../../../core/diagram/ports.ts";
import { GRID, outlinePath, recess, shapeOf } from "../../../renderer/canvas/geometry.ts";

const block = (type: string, turn: Block["turn"], params: Block["params"] = {}): Block => ({
  id: "b",
  name: "B",
  type,
  version: 1,
  params,
  at: { x: 0, y: 0 },
  ...(turn ? { turn } : {}),
});
const shape = (type: string, turn: Block["turn"] = 0, params: Block["params"] = {}, mathWidth = 0) => {
  const one = block(type, turn, params);
  return shapeOf(one, library.get(type), portsOf(one, new Map(), attachedTo(undefined)) ?? {}, [], mathWidth);
};
const turns = [0, 90, 180, 270] as const;

describe("every block of the library, at every turn", () => {
  for (const type of library.keys()) {
    test(type, () => {
      for (const turn of turns) {
        for (const mathWidth of [0, 57, 130]) {
          const { ports, width, height, outline } = shape(type, turn, {}, mathWidth);
          expect(width % GRID).toBe(0);
          expect(height % GRID).toBe(0);
          for (const { at, side } of ports) {
            // On the grid, or level wires would need a jog; on the outline's box, on the side it says.
            expect(at.x % GRID).toBe(0);
            expect(at.y % GRID).toBe(0);
            if (side === "left") expect(at.x).toBe(0);
            if (side === "right") expect(at.x).toBe(width);
            if (side === "top") expect(at.y).toBe(0);
            if (side === "bottom") expect(at.y).toBe(height);
          }
          // Targets of 24 px do not overlap. (Those of a bar stand outwards: canvas.css.)
          for (const [i, a] of outline === "bar" ? [] : ports.entries()) {
            for (const b of ports.slice(i + 1))
              expect(Math.hypot(a.at.x - b.at.x, a.at.y - b.at.y)).toBeGreaterThanOrEqual(24);
          }
        }
      }
    });
  }
});

test("inputs lie left, and a clockwise quarter turn brings them to the top", () => {
  const sides = turns.map((turn) => shape("gain", turn).ports.find((port) => port.direction === "in")?.side);
  expect(sides).toEqual(["left", "top", "right", "bottom"]);
});

test("a turned triangle swaps its sides, a turned box keeps its proportions", () => {
  const [flat, upright] = [shape("gain"), shape("gain", 90)];
  expect([upright.width, upright.height]).toEqual([flat.height, flat.width]);
  const [box, turned] = [shape("state"), shape("state", 90)];
  expect([turned.width, turned.height]).toEqual([box.width, box.height]);
});

test("a summing point has its inputs around it, and becomes a box when there are more than three", () => {
  const sides = (signs: string) =>
    shape("sum", 0, { signs })
      .ports.filter((port) => port.direction === "in")
      .map((port) => port.side);
  expect(sides("+-")).toEqual(["left", "bottom"]);
  expect(sides("+--")).toEqual(["top", "left", "bottom"]);
  expect(shape("sum", 0, { signs: "++++" }).outline).toBe("box");
  expect(sides("++++")).toEqual(["left", "left", "left", "left"]);
});

test("a block grows with its ports", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 24 }), (count) => {
      const { height, ports } = shape("sum", 0, { signs: "+".repeat(count) });
      const ys = ports.filter((port) => port.direction === "in").map((port) => port.at.y);
      if (count > 3) expect(Math.max(...ys)).toBeLessThan(height);
      expect(Math.min(...ys)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("wires beside the point of an output end on its flank", () => {
  const output = shape("output");
  expect(recess(output, "in", 0)).toBe(0);
  // At its corner the flank is as far in as the point is long.
  expect(recess(output, "in", output.height / 2)).toBe(24);
  expect(recess(output, "in", -8)).toBe(recess(output, "in", 8));
  expect(recess(shape("state"), "in", 16)).toBe(0);
  expect(outlinePath(output)).toBe("M0 24L24 0L80 0L80 48L24 48Z");
});

test("a port that only a wire knows is drawn and marked as missing", () => {
  const one = block("gain", 0);
  const wire = { id: "w", from: { block: "x", port: "out" }, to: { block: "b", port: "gone" } };
  const { ports } = shapeOf(one, library.get("gain"), portsOf(one, new Map(), attachedTo(undefined)) ?? {}, [wire]);
  expect(ports.filter((port) => port.missing).map((port) => port.name)).toEqual(["gone"]);
});
