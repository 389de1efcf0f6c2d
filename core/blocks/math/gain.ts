/** y = K u. */
import { defineBlock } from "../block.ts";
import { map, mapWidths } from "../linearMap.ts";
import { scalarOr } from "../tex.ts";

export default defineBlock({
  type: "gain",
  version: 1,
  category: "math",
  title: "Gain",
  summary: "Multiplies its input by a number or, from the left, by a matrix.",
  formula: "y = K\\,u",
  aliases: ["multiply", "amplifier", "proportional", "matrix", "ganancia", "amplificador", "proporcional"],
  params: {
    gain: {
      kind: "matrix",
      label: "Gain",
      default: "1",
      help: "A scalar keeps the width; a matrix multiplies from the left.",
    },
  },
  ports: ({ gain }) => {
    const { from, to } = mapWidths(gain);
    return { in: { in: from }, out: { out: to } };
  },
  equations: (m, s, p) => ({ out: { out: map(m, p.gain, s.in["in"] ?? []) } }),
  glyph: { shape: "triangle", tex: ({ gain }) => scalarOr(gain, "K"), size: [8, 6] },
});
