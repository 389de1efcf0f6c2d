/** Takes up a signal by the name that a Goto block gave it; the compiler joins them. */
import { defineBlock } from "../block.ts";
import { tex } from "../tex.ts";

export default defineBlock({
  type: "from",
  version: 1,
  category: "routing",
  title: "From",
  summary: "Receives the signal of the Goto block with the same tag.",
  formula: "y = A",
  aliases: ["tag", "label", "receive", "wireless", "etiqueta", "recibir", "desde"],
  params: {
    tag: { kind: "text", label: "Tag", default: "A", help: "That of a Goto block in this sheet or in one around it." },
  },
  check: ({ tag }) => (tag.trim() === "" ? "Tag must not be empty" : undefined),
  ports: { in: { in: { width: "n", optional: true, hidden: true } }, out: { out: { width: "n" } } },
  equations: (_, s) => ({ out: { out: s.in["in"] ?? [] } }),
  glyph: { shape: "output", tex: ({ tag }) => tex(tag, "\\cdots"), size: [8, 4] },
});
