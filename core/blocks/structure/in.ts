/** A signal that enters a subsystem: one of its input ports, by this block's name. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "in",
  version: 1,
  category: "structure",
  title: "In",
  summary: "An input port of the subsystem it stands in, named as the block is.",
  aliases: ["inport", "port", "input port", "subsystem input", "puerto de entrada", "entrada del subsistema"],
  params: {},
  ports: { in: { outer: { width: "n", optional: true, hidden: true } }, out: { out: { width: "n" } } },
  equations: (_, s) => ({ out: { out: s.in["outer"] ?? [] } }),
  glyph: { shape: "input", curve: "M5 8h14M15 4l4 4-4 4", size: [8, 6] },
});
