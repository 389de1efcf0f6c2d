/** Jumps once from one value to another. */
import { defineBlock } from "../block.ts";
import { common, disagreement, each, element } from "../elements.ts";

export default defineBlock({
  type: "step",
  version: 1,
  category: "sources",
  title: "Step",
  summary: "Jumps from one value to another at a given time, which a run hits exactly.",
  formula: "y = \\begin{cases} y_0 & t < t_s \\\\ y_1 & t \\ge t_s \\end{cases}",
  aliases: ["heaviside", "jump", "switch on", "escalón", "salto"],
  params: {
    time: { kind: "vector", label: "Step time", default: "0", unit: "s" },
    before: { kind: "vector", label: "Before", default: "0" },
    after: { kind: "vector", label: "After", default: "1" },
  },
  check: ({ time, before, after }) => disagreement({ "Step time": time, Before: before, After: after }),
  ports: ({ time, before, after }) => ({ out: { out: { width: common(time, before, after) } } }),
  equations(m, s, p) {
    const out = each(common(p.time, p.before, p.after), (i) =>
      m.choose(m.ge(s.t, element(p.time, i)), element(p.after, i), element(p.before, i)),
    );
    return { out: { out } };
  },
  glyph: { curve: "M2 13h8V3h12", size: [8, 6] },
});
