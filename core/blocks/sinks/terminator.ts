/** Where a signal ends that nobody needs. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "terminator",
  version: 1,
  category: "sinks",
  title: "Terminator",
  summary: "Takes a signal that nothing else needs, so that its end is seen to be meant.",
  aliases: ["end", "unused", "cap", "discard", "terminador", "fin", "descartar"],
  params: {},
  ports: { in: { in: { width: "n" } } },
  equations: () => ({}),
  glyph: { curve: "M2 8h12M14 2v12M17.500 5v6M21 7v2", size: [6, 6] },
});
