import { expect, test } from "vitest";
import { svgPicture, ticks } from "../../../renderer/plots/svgPicture.ts";

test("ticks are round numbers within the range", () => {
  expect(ticks([0, 10], 5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(ticks([-0.31, 0.29], 6)).toEqual([-0.3, -0.2, -0.1, 0, 0.1, 0.2]);
  expect(ticks([1e6, 1.5e6], 5)).toEqual([1e6, 1.1e6, 1.2e6, 1.3e6, 1.4e6, 1.5e6]);
});

test("a line to a finite stretch, stairs where values are held, names as text and nothing else", () => {
  const svg = svgPicture([
    {
      x: [0, 4],
      y: [0, 1],
      xName: "t (s)",
      yName: "a <b> & c",
      lines: [
        {
          name: "</text><script>",
          x: Float64Array.of(0, 1, 2, 3, 4),
          y: Float64Array.of(0, 1, NaN, 1, 0),
          colour: "#000",
        },
        { name: "held", x: Float64Array.of(0, 4), y: Float64Array.of(0, 1), colour: "#111", faint: true, stairs: true },
      ],
    },
  ]);
  expect(svg.match(/<polyline/g)).toHaveLength(3);
  expect(svg).not.toContain("<script>");
  expect(svg).toContain("a &lt;b&gt; &amp; c");
  const stairs = /opacity="0.45"[^>]* points="([^"]*)"/.exec(svg)![1]!;
  expect(stairs.split(" ")).toHaveLength(3);
  // A held run has no entry of its own.
  expect(svg).not.toContain(">held<");
});
