/** Passes nothing between two limits, and beyond them what exceeds them. */
import { defineBlock } from "../block.ts";
import { common, element } from "../elements.ts";
import { contradiction } from "../limits.ts";

export default defineBlock({
  type: "dead-zone",
  version: 1,
  category: "nonlinear",
  title: "Dead Zone",
  summary: "Gives 0 while its input lies between two limits, and beyond them what exceeds the limit.",
  formula: "y = u - \\min(\\max(u,\\; l),\\; h)",
  aliases: ["dead band", "deadband", "threshold", "zona muerta", "banda muerta", "umbral"],
  params: {
    lower: { kind: "vector", label: "Lower", default: "-0.5", infinite: true },
    upper: { kind: "vector", label: "Upper", default: "0.5", infinite: true },
  },
  check: ({ lower, upper }) => contradiction(lower, upper),
  ports: ({ lower, upper }) => {
    const width = common(lower, upper) > 1 ? common(lower, upper) : "n";
    return { in: { in: { width } }, out: { out: { width } } };
  },
  equations(m, s, p) {
    const out = (s.in["in"] ?? []).map((u, i) => {
      const [lower, upper] = [element(p.lower, i), element(p.upper, i)];
      return m.choose(m.gt(u, upper), m.sub(u, upper), m.choose(m.lt(u, lower), m.sub(u, lower), 0));
    });
    return { out: { out } };
  },
  glyph: { curve: "M2 14l6-6h8l6-6", size: [8, 6] },
});
