/** Gives a signal a name under which From blocks find it; the compiler joins them. */
import { defineBlock } from "../block.ts";
import { tex } from "../tex.ts";

export default defineBlock({
  type: "goto",
  version: 1,
  category: "routing",
  title: "Goto",
  summary: "Sends a signal, without a wire, to every From block with the same tag.",
  formula: "A := u",
  aliases: ["tag", "label", "send", "wireless", "jump", "etiqueta", "enviar", "ir a"],
  params: {
    tag: {
      kind: "text",
      label: "Tag",
      default: "A",
      help: "One Goto a tag in a sheet; From blocks in the sheets inside it see it too.",
    },
  },
  check: ({ tag }) => (tag.trim() === "" ? "Tag must not be empty" : undefined),
  ports: { in: { in: { width: "n" } }, out: { out: { width: "n", hidden: true } } },
  equations: (_, s) => ({ out: { out: s.in["in"] ?? [] } }),
  glyph: { shape: "input", tex: ({ tag }) => tex(tag, "\\cdots"), size: [8, 4] },
});
