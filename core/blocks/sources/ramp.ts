/** Rises at a constant rate from a given time on. */
import { defineBlock } from "../block.ts";
import { common, disagreement, each, element } from "../elements.ts";

export default defineBlock({
  type: "ramp",
  version: 1,
  category: "sources",
  title: "Ramp",
  summary: "Keeps a first value until a given time, then rises at a constant rate.",
  formula: "y = y_0 + r\\,\\max(0,\\; t - t_s)",
  aliases: ["slope", "sweep", "rampa", "pendiente"],
  params: {
    slope: { kind: "vector", label: "Slope", default: "1", unit: "1/s" },
    time: { kind: "vector", label: "Start time", default: "0", unit: "s" },
    initial: { kind: "vector", label: "First value", default: "0" },
  },
  check: ({ slope, time, initial }) => disagreement({ Slope: slope, "Start time": time, "First value": initial }),
  ports: ({ slope, time, initial }) => ({ out: { out: { width: common(slope, time, initial) } } }),
  equations(m, s, p) {
    const out = each(common(p.slope, p.time, p.initial), (i) => {
      const time = element(p.time, i);
      const since = m.choose(m.ge(s.t, time), m.sub(s.t, time), 0);
      return m.add(element(p.initial, i), m.mul(element(p.slope, i), since));
    });
    return { out: { out } };
  },
  glyph: { curve: "M2 13h6L22 3", size: [8, 6] },
});
