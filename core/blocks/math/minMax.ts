/** The smallest or the largest. */
import { defineBlock } from "../block.ts";
import { each, numbered } from "../elements.ts";

export default defineBlock({
  type: "min-max",
  version: 1,
  category: "math",
  title: "Min/Max",
  summary: "The smallest or the largest of several inputs, element by element, or of the elements of a single one.",
  formula: "y = \\min(u_1, u_2, \\dots)",
  aliases: ["minimum", "maximum", "smallest", "largest", "selector", "mínimo", "máximo", "menor", "mayor"],
  params: {
    function: { kind: "choice", label: "Function", default: "min", of: ["min", "max"] },
    count: {
      kind: "count",
      label: "Inputs",
      default: "2",
      min: 1,
      max: 32,
      help: "With one input the elements of its vector are compared.",
    },
  },
  ports: ({ count }) => ({ in: numbered("in", count, "n"), out: { out: { width: count === 1 ? 1 : "n" } } }),
  equations(m, s, p) {
    const [first = [], ...rest] = each(p.count, (i) => s.in[`in${i + 1}`] ?? []);
    const extreme = p.function === "min" ? m.min : m.max;
    if (rest.length === 0) return { out: { out: [first.reduce((a, b) => extreme(a, b))] } };
    return { out: { out: first.map((u, i) => rest.reduce((best, other) => extreme(best, other[i] ?? u), u)) } };
  },
  glyph: { tex: (p) => (p.function === "max" ? "\\max" : "\\min"), size: [8, 6] },
});
