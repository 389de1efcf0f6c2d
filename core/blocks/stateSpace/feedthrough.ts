/** The direct path D from input to output: the same map as Gain, in the place and the shape of the textbook picture. */
import { defineBlock } from "../block.ts";
import { map, mapWidths } from "../linearMap.ts";
import { scalarOr } from "../tex.ts";

export default defineBlock({
  type: "feedthrough",
  version: 1,
  category: "state space",
  title: "Feedthrough",
  summary: "The direct path D, from an input to an output with no state between.",
  formula: "y = D\\,u",
  aliases: ["direct transmission", "feedforward", "D matrix", "transmisión directa", "prealimentación"],
  params: {
    D: {
      kind: "matrix",
      label: "D",
      default: "1",
      help: "A scalar keeps the width; a matrix has a row for each output.",
    },
  },
  ports: ({ D }) => {
    const { from, to } = mapWidths(D);
    return { in: { u: from }, out: { y: to } };
  },
  equations: (m, s, p) => ({ out: { y: map(m, p.D, s.in["u"] ?? []) } }),
  glyph: { shape: "triangle", tex: ({ D }) => scalarOr(D, "D") },
});
