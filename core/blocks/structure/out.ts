/** A signal that leaves a subsystem: one of its output ports, by this block's name. */
import { defineBlock } from "../block.ts";
import { each, element } from "../elements.ts";

export default defineBlock({
  type: "out",
  version: 1,
  category: "structure",
  title: "Out",
  summary: "An output port of the subsystem it stands in, named as the block is.",
  aliases: ["outport", "port", "output port", "subsystem output", "puerto de salida", "salida del subsistema"],
  params: {
    rest: {
      kind: "choice",
      label: "While not running",
      default: "held",
      of: ["held", "initial"],
      help: "In an enabled subsystem: keep the last value, or go back to the initial one.",
    },
    initial: { kind: "vector", label: "Initial y₀", default: "0", help: "Before the subsystem has run." },
  },
  ports: ({ initial }) => {
    const width = initial.length > 1 ? initial.length : "n";
    return { in: { in: { width } }, out: { outer: { width, hidden: true } } };
  },
  equations(m, s, p) {
    const u = s.in["in"] ?? [];
    const { active } = s;
    if (active === undefined) return { out: { outer: u } };
    const held = each(u.length, (i) => {
      const initial = element(p.initial, i);
      return p.rest === "held"
        ? m.remember(initial, (was) => m.choose(active, u[i]!, was))
        : m.choose(active, u[i]!, initial);
    });
    return { out: { outer: held } };
  },
  glyph: { shape: "output", curve: "M5 8h14M15 4l4 4-4 4", size: [8, 6] },
});
