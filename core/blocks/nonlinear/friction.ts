/**
 * Friction against a speed: a constant part with the speed's sign, and one in proportion to it. The sign is a steep slope through 0:
 * a bare jump would make a mass at rest switch without end.
 */
import { defineBlock } from "../block.ts";
import { common, disagreement, element } from "../elements.ts";

export default defineBlock({
  type: "friction",
  version: 1,
  category: "nonlinear",
  title: "Friction",
  summary: "The force of Coulomb and viscous friction at a speed: a constant with its sign, and a part in proportion.",
  formula: "y = F\\,\\operatorname{sat}\\!\\left(\\tfrac{u}{v_0}\\right) + c\\,u",
  aliases: ["coulomb", "viscous", "stiction", "drag", "rozamiento", "fricción", "viscoso"],
  params: {
    coulomb: { kind: "vector", label: "Coulomb F", default: "1" },
    viscous: { kind: "vector", label: "Viscous c", default: "0.1" },
    creep: {
      kind: "vector",
      label: "Creep speed v₀",
      default: "1e-3",
      help: "Below it the constant part grows in proportion: what rests creeps no faster. 0 for a jump.",
    },
  },
  check: ({ coulomb, viscous, creep }) =>
    creep.some((v) => v < 0)
      ? "the creep speed must not be negative"
      : disagreement({ "Coulomb F": coulomb, "Viscous c": viscous, "Creep speed v₀": creep }),
  ports: ({ coulomb, viscous, creep }) => {
    const width = common(coulomb, viscous, creep) > 1 ? common(coulomb, viscous, creep) : "n";
    return { in: { in: { width } }, out: { out: { width } } };
  },
  equations: (m, s, p) => ({
    out: {
      out: (s.in["in"] ?? []).map((u, i) => {
        const creep = element(p.creep, i);
        const slope = m.div(u, m.choose(m.gt(creep, 0), creep, 1));
        const inside = m.choose(m.gt(creep, 0), slope, 0);
        const side = m.choose(m.gt(u, creep), 1, m.choose(m.lt(u, m.neg(creep)), -1, inside));
        return m.add(m.mul(element(p.coulomb, i), side), m.mul(element(p.viscous, i), u));
      }),
    },
  }),
  glyph: { curve: "M2 14l10-3V5l10-3", size: [8, 6] },
});
