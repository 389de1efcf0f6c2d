/** Limits its input. */
import { defineBlock } from "../block.ts";
import { element, wide } from "../elements.ts";
import { clamp, contradiction } from "../limits.ts";

export default defineBlock({
  type: "saturation",
  version: 1,
  category: "nonlinear",
  title: "Saturation",
  summary: "Passes its input between two limits, and holds the limit beyond them.",
  formula: "y = \\min(\\max(u,\\; l),\\; h)",
  aliases: ["limit", "clip", "clamp", "bound", "actuator", "saturación", "límite", "recorte"],
  params: {
    lower: { kind: "vector", label: "Lower", default: "-1", infinite: true, help: "-inf for none." },
    upper: { kind: "vector", label: "Upper", default: "1", infinite: true, help: "inf for none." },
  },
  check: ({ lower, upper }) => contradiction(lower, upper),
  ports: ({ lower, upper }) => {
    const width = wide(lower, upper);
    return { in: { in: { width } }, out: { out: { width } } };
  },
  equations: (m, s, p) => ({
    out: { out: (s.in["in"] ?? []).map((u, i) => clamp(m, u, element(p.lower, i), element(p.upper, i))) },
  }),
  glyph: { curve: "M2 13h6l8-10h6", size: [8, 6] },
});
