/** Friction against a speed: a constant part with the speed's sign, and one in proportion to it. */
import { defineBlock } from "../block.ts";
import { common, disagreement, element } from "../elements.ts";

export default defineBlock({
  type: "friction",
  version: 1,
  category: "nonlinear",
  title: "Friction",
  summary: "The force of Coulomb and viscous friction at a speed: a constant with its sign, and a part in proportion.",
  formula: "y = F_c\\,\\operatorname{sign}(u) + c\\,u",
  aliases: ["coulomb", "viscous", "stiction", "drag", "rozamiento", "fricción", "viscoso"],
  params: {
    coulomb: { kind: "vector", label: "Coulomb F", default: "1" },
    viscous: { kind: "vector", label: "Viscous c", default: "0.1" },
  },
  check: ({ coulomb, viscous }) => disagreement({ "Coulomb F": coulomb, "Viscous c": viscous }),
  ports: ({ coulomb, viscous }) => {
    const width = common(coulomb, viscous) > 1 ? common(coulomb, viscous) : "n";
    return { in: { in: { width } }, out: { out: { width } } };
  },
  equations: (m, s, p) => ({
    out: {
      out: (s.in["in"] ?? []).map((u, i) =>
        m.add(m.mul(element(p.coulomb, i), m.sign(u)), m.mul(element(p.viscous, i), u)),
      ),
    },
  }),
  glyph: { curve: "M2 14l10-3V5l10-3", size: [8, 6] },
});
