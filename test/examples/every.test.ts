/** What holds for every example: no problem, a whole run, and a drawing in which nothing touches. */
import { describe, expect, test } from "vitest";
import { compile } from "../../core/compile/compile.ts";
import { readDocument, writeDocument } from "../../core/diagram/schema.ts";
import { drawSheet } from "../../renderer/canvas/drawing.ts";
import { captionRect } from "../../renderer/canvas/wiring.ts";
import { example, exampleIds, exampleText, run } from "./example.ts";

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

test("the examples that the gallery promises are there", () => {
  expect([...exampleIds].sort()).toEqual([
    "aircraft-pitch",
    "airline",
    "ball-and-beam",
    "bjsales",
    "bouncing-ball",
    "cart-pendulum",
    "cruise-control",
    "dc-motor",
    "delay-loop",
    "discrete",
    "gps-odometer",
    "inverted-pendulum-lqg",
    "inverted-pendulum-lqr",
    "island",
    "island-classic",
    "island-counted",
    "island-feeding",
    "kinetics",
    "lorenz",
    "mass-spring-damper",
    "motor-position",
    "nile",
    "pendulum",
    "pendulum-ekf",
    "pid-motor",
    "rlc",
    "sampled-control",
    "spacecraft-navigation",
    "suspension",
    "tank-level",
    "thermostat",
    "three-tanks",
    "toy-car-field",
    "toy-car-track",
    "vibration",
  ]);
});

describe.each(exampleIds)("%s", (id) => {
  test("is a file without problems, as the program would write it", () => {
    const text = exampleText(`${id}.lazo`);
    const read = readDocument(text);
    expect(read).toMatchObject({ ok: true, problems: [] });
    if (read.ok) expect(writeDocument(read.document)).toBe(text);
  });

  test("compiles without problems", () => {
    expect(compile(example(id)).problems).toEqual([]);
  });

  test("runs to its end and shows something that moves", () => {
    const result = run(example(id));
    expect(result.status).toBe(id === "bouncing-ball" ? "stopped" : "finished");
    expect(result.problems).toEqual([]);
    expect(result.traces.some(({ values }) => values.some((v) => v !== values[0]))).toBe(true);
    for (const { path, values } of result.traces) expect(values.every(Number.isFinite), path).toBe(true);
  });

  test("is drawn on the grid, with no block, name or wire upon a block", () => {
    const document = example(id);
    const drawing = drawSheet(document);
    const blocks = [...drawing.blocks.values()].map((block) => ({
      name: block.block.name,
      body: { x: block.at.x, y: block.at.y, width: block.shape.width, height: block.shape.height },
      caption: captionRect(block),
    }));
    for (const { at } of document.root.blocks) expect([Math.abs(at.x % 8), Math.abs(at.y % 8)]).toEqual([0, 0]);
    for (const [i, a] of blocks.entries()) {
      for (const b of blocks.slice(i + 1)) {
        const pair = `${a.name} and ${b.name}`;
        expect(
          [
            overlap(a.body, b.body),
            overlap(a.caption, b.body),
            overlap(a.body, b.caption),
            overlap(a.caption, b.caption),
          ],
          pair,
        ).toEqual([false, false, false, false]);
      }
    }
    for (const { id: wire, points } of drawing.wires.values()) {
      for (const [i, from] of points.slice(0, -1).entries()) {
        const to = points[i + 1]!;
        const line = {
          x: Math.min(from.x, to.x),
          y: Math.min(from.y, to.y),
          width: Math.abs(to.x - from.x),
          height: Math.abs(to.y - from.y),
        };
        for (const { name, body } of blocks) {
          // A wire ends on the outline, which a triangle or a circle draws inside its box: only its middle counts.
          const core = { x: body.x + body.width / 2 - 1, y: body.y + 4, width: 2, height: body.height - 8 };
          expect(
            overlap({ ...line, width: line.width || 0.1, height: line.height || 0.1 }, core),
            `${wire} through ${name}`,
          ).toBe(false);
        }
      }
    }
  });
});
