/** A value that does not change. */
import { defineBlock } from "../block.ts";
import { scalarOr } from "../tex.ts";

export default defineBlock({
  type: "constant",
  version: 1,
  category: "sources",
  title: "Constant",
  summary: "A value, or a vector of them, that does not change.",
  formula: "y = c",
  aliases: ["value", "bias", "offset", "set point", "constante", "valor", "consigna"],
  params: { value: { kind: "vector", label: "Value", default: "1" } },
  ports: ({ value }) => ({ out: { out: { width: value.length } } }),
  equations: (_, _s, p) => ({ out: { out: p.value } }),
  glyph: { tex: ({ value }) => scalarOr(value, "c"), size: [8, 6] },
});
