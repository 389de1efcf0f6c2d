/** Notices the very instant at which its input crosses a level: for triggers and resets, and counted. */
import { defineBlock } from "../block.ts";
import { element } from "../elements.ts";

export default defineBlock({
  type: "hit-crossing",
  version: 1,
  category: "nonlinear",
  title: "Hit Crossing",
  summary: "Makes an event where its input crosses a level: `hit` is 1 at that instant, `count` says how often so far.",
  formula: "u(t) = c",
  aliases: ["zero crossing", "event", "detect", "threshold", "cruce por cero", "detección", "evento", "umbral"],
  params: {
    level: { kind: "vector", label: "Level c", default: "0" },
    direction: { kind: "choice", label: "Direction", default: "either", of: ["rising", "falling", "either"] },
  },
  ports: ({ level }) => {
    const width = level.length > 1 ? level.length : "n";
    return { in: { in: { width } }, out: { hit: { width }, count: { width } } };
  },
  equations(m, s, p) {
    const hit = (s.in["in"] ?? []).map((u, i) => {
      const up = p.direction === "falling" ? m.num(0) : m.rises(m.ge(u, element(p.level, i)));
      const down = p.direction === "rising" ? m.num(0) : m.rises(m.le(u, element(p.level, i)));
      return m.or(up, down);
    });
    return { out: { hit, count: hit.map((now) => m.remember(0, (was) => m.add(was, now))) } };
  },
  glyph: { curve: "M2 8h20M3 14C8 14 11 2 21 2M10 6l4 4M14 6l-4 4", size: [10, 8] },
});
