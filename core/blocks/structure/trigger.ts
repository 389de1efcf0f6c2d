/** The port whose edges make a subsystem run. What runs then, and what is held in between, is the compiler's work. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "trigger",
  version: 1,
  category: "structure",
  title: "Trigger",
  summary: "The subsystem it stands in runs once at each edge of the signal at this port.",
  formula: "u: 0 \\to 1",
  aliases: ["triggered subsystem", "edge", "event", "disparo", "subsistema disparado", "flanco", "evento"],
  params: {
    edge: { kind: "choice", label: "Edge", default: "rising", of: ["rising", "falling", "either"] },
  },
  ports: { in: { outer: { width: 1, optional: true, hidden: true } } },
  role: "trigger",
  equations(m, s, p) {
    const high = m.gt(s.in["outer"]?.[0] ?? 0, 0);
    if (p.edge === "rising") return { runs: m.rises(high) };
    if (p.edge === "falling") return { runs: m.falls(high) };
    return { runs: m.or(m.rises(high), m.falls(high)) };
  },
  glyph: { curve: "M4 13h7V3h9M8 8l3-4 3 4", size: [8, 6] },
});
