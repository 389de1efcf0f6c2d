/** Brings an angle, or whatever repeats, back into one interval. */
import { defineBlock } from "../block.ts";
import { common, disagreement, each, element, wide } from "../elements.ts";

export default defineBlock({
  type: "wrap",
  version: 1,
  category: "nonlinear",
  title: "Wrap",
  summary: "Brings its input back into an interval by whole turns: an angle between -π and π.",
  formula: "y = l + (u - l) \\bmod (h - l)",
  aliases: ["angle", "modulo", "phase", "periodic", "envolver", "ángulo", "módulo", "periódico"],
  params: {
    lower: { kind: "vector", label: "Lower", default: "-pi" },
    upper: { kind: "vector", label: "Upper", default: "pi" },
  },
  check({ lower, upper }) {
    const different = disagreement({ Lower: lower, Upper: upper });
    if (different !== undefined) return different;
    const at = each(common(lower, upper), (i) => i).find((i) => element(lower, i) >= element(upper, i));
    return at === undefined
      ? undefined
      : `Lower must be less than Upper: ${element(lower, at)} is not less than ${element(upper, at)}`;
  },
  ports: ({ lower, upper }) => {
    const width = wide(lower, upper);
    return { in: { in: { width } }, out: { out: { width } } };
  },
  equations(m, s, p) {
    const out = (s.in["in"] ?? []).map((u, i) => {
      const [lower, upper] = [element(p.lower, i), element(p.upper, i)];
      return m.add(lower, m.mod(m.sub(u, lower), m.sub(upper, lower)));
    });
    return { out: { out } };
  },
  glyph: { curve: "M2 14l7-12v12l7-12v12l6-10", size: [8, 6] },
});
