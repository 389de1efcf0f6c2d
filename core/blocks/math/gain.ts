/** y = K u, or K times u element by element. */
import { defineBlock } from "../block.ts";
import { element } from "../elements.ts";
import { map, mapWidths } from "../linearMap.ts";
import { scalarOr } from "../tex.ts";

export default defineBlock({
  type: "gain",
  version: 1,
  category: "math",
  title: "Gain",
  summary: "Multiplies its input by a number, from the left by a matrix, or each element by its own number.",
  formula: "y = K\\,u",
  aliases: ["multiply", "amplifier", "proportional", "matrix", "ganancia", "amplificador", "proporcional", "matriz"],
  params: {
    gain: {
      kind: "matrix",
      label: "Gain",
      default: "1",
      help: "A scalar keeps the width; a matrix multiplies from the left.",
    },
    multiply: {
      kind: "choice",
      label: "Multiplication",
      default: "matrix",
      of: ["matrix", "elements"],
      help: "`elements`: a vector has one gain for each element of the input.",
    },
  },
  check: ({ gain, multiply }) =>
    multiply === "elements" && gain.length > 1 && (gain[0]?.length ?? 1) > 1
      ? `element by element Gain must be a vector, not ${gain.length} × ${gain[0]?.length ?? 0}`
      : undefined,
  ports: ({ gain, multiply }) => {
    const own = gain.rows * gain.cols;
    if (multiply === "elements" && own > 1) return { in: { in: { width: own } }, out: { out: { width: own } } };
    const { from, to } = mapWidths(gain);
    return { in: { in: from }, out: { out: to } };
  },
  equations(m, s, p) {
    const u = s.in["in"] ?? [];
    if (p.multiply === "matrix") return { out: { out: map(m, p.gain, u) } };
    const gains = p.gain.flat();
    return { out: { out: u.map((x, i) => m.mul(element(gains, i), x)) } };
  },
  glyph: { shape: "triangle", tex: ({ gain }) => scalarOr(gain, "K"), size: [8, 6] },
});
