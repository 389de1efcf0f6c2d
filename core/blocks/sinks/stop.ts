/** Ends a run before its time is up. */
import { defineBlock } from "../block.ts";

export default defineBlock({
  type: "stop",
  version: 1,
  category: "sinks",
  title: "Stop Simulation",
  summary: "Ends the run at the instant at which any element of its input is no longer 0, or crosses it.",
  formula: "u(t_1) \\ne 0",
  aliases: ["end", "halt", "abort", "terminate", "parar", "detener", "fin de simulación"],
  params: {
    when: {
      kind: "choice",
      label: "When its input",
      default: "is not 0",
      of: ["is not 0", "crosses 0", "rises through 0", "falls through 0"],
    },
  },
  ports: { in: { in: { width: "n" } } },
  equations(m, s, p) {
    const now = (s.in["in"] ?? []).map((u) => {
      if (p.when === "is not 0") return m.or(m.gt(u, 0), m.lt(u, 0));
      const up = p.when === "falls through 0" ? m.num(0) : m.rises(m.ge(u, 0));
      const down = p.when === "rises through 0" ? m.num(0) : m.rises(m.le(u, 0));
      return m.or(up, down);
    });
    const any = now.reduce((one, other) => m.or(one, other));
    // A flank is gone when its event is over; that it was there is remembered.
    return { stop: p.when === "is not 0" ? any : m.remember(0, (was) => m.or(was, any)) };
  },
  glyph: { curve: "M8.500 1h7l5 4.500v5l-5 4.500h-7l-5-4.500v-5zM9.500 5.500h5v5h-5z", size: [8, 6] },
});
