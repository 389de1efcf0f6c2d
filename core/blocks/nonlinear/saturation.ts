/** Limits its input. */
import { defineBlock } from "../block.ts";
import { common, disagreement, each, element } from "../elements.ts";

export default defineBlock({
  type: "saturation",
  version: 1,
  category: "nonlinear",
  title: "Saturation",
  summary: "Passes its input between two limits, and holds the limit beyond them.",
  formula: "y = \\min(\\max(u,\\; l),\\; h)",
  aliases: ["limit", "clip", "clamp", "bound", "actuator", "saturación", "límite", "recorte"],
  params: {
    lower: { kind: "vector", label: "Lower", default: "-1" },
    upper: { kind: "vector", label: "Upper", default: "1" },
  },
  check: ({ lower, upper }) =>
    disagreement({ Lower: lower, Upper: upper }) ??
    (each(common(lower, upper), (i) => i).some((i) => element(lower, i) > element(upper, i))
      ? "Lower must not exceed Upper"
      : undefined),
  ports: ({ lower, upper }) => {
    const width = common(lower, upper) > 1 ? common(lower, upper) : "n";
    return { in: { in: { width } }, out: { out: { width } } };
  },
  equations(m, s, p) {
    const out = (s.in["in"] ?? []).map((u, i) => {
      const [lower, upper] = [element(p.lower, i), element(p.upper, i)];
      return m.choose(m.gt(u, upper), upper, m.choose(m.lt(u, lower), lower, u));
    });
    return { out: { out } };
  },
  glyph: { curve: "M2 13h6l8-10h6", size: [8, 6] },
});
