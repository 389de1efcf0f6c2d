/** y = u^p. */
import { defineBlock } from "../block.ts";
import { element } from "../elements.ts";
import { scalarOr } from "../tex.ts";

export default defineBlock({
  type: "power",
  version: 1,
  category: "math",
  title: "Power",
  summary: "Its input to a power, element by element; a negative input needs a whole exponent.",
  formula: "y = u^p",
  aliases: ["pow", "exponent", "square", "cube", "reciprocal", "potencia", "exponente", "cuadrado", "cubo", "elevar"],
  params: {
    from: {
      kind: "choice",
      label: "Exponent from",
      default: "parameter",
      of: ["parameter", "input"],
      help: "A number below, or a second input.",
    },
    exponent: {
      kind: "vector",
      label: "Exponent p",
      default: "2",
      help: "One value serves every element.",
      when: { from: ["parameter"] },
    },
  },
  ports({ from, exponent }) {
    const width = from === "parameter" && exponent.length > 1 ? exponent.length : "n";
    return { in: { u: { width }, ...(from === "input" && { p: { width } }) }, out: { out: { width } } };
  },
  equations: (m, s, p) => ({
    out: {
      out: (s.in["u"] ?? []).map((u, i) =>
        m.pow(u, p.from === "input" ? (s.in["p"]?.[i] ?? 1) : element(p.exponent, i)),
      ),
    },
  }),
  glyph: { tex: ({ from, exponent }) => `u^{${from === "input" ? "p" : scalarOr(exponent, "p")}}`, size: [8, 6] },
});
