/** y = |u|. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "abs",
  version: 1,
  category: "math",
  title: "Absolute Value",
  summary: "The size of its input without its sign, element by element.",
  formula: "y = |u|",
  aliases: ["abs", "magnitude", "modulus", "rectifier", "valor absoluto", "módulo", "magnitud", "rectificador"],
  params: {},
  ports: { in: { in: { width: "n" } }, out: { out: { width: "n" } } },
  equations: (m, s) => ({ out: { out: (s.in["in"] ?? []).map((u) => m.abs(u)) } }),
  glyph: { tex: () => "|u|", size: [8, 6] },
});
