/** One of several inputs, by its number. */
import { defineBlock } from "../block.ts";
import { each, numbered } from "../elements.ts";

export default defineBlock({
  type: "multiport-switch",
  version: 1,
  category: "math",
  title: "Multiport Switch",
  summary: "Passes the input whose number arrives at index: 1 is the first.",
  formula: "y = u_i",
  aliases: [
    "case",
    "select",
    "index",
    "selector",
    "multiplexer",
    "conmutador múltiple",
    "caso",
    "índice",
    "seleccionar",
  ],
  params: {
    count: {
      kind: "count",
      label: "Inputs",
      default: "3",
      min: 2,
      max: 32,
      help: "The index is rounded; below 1 it is the first input, above the last one the last.",
    },
  },
  ports: ({ count }) => ({ in: { index: { width: 1 }, ...numbered("in", count, "n") }, out: { out: { width: "n" } } }),
  equations(m, s, p) {
    const [index = m.num(1)] = s.in["index"] ?? [];
    const inputs = each(p.count, (i) => s.in[`in${i + 1}`] ?? []);
    const out = each(s.width["n"] ?? 1, (element) => {
      const list = inputs.map((input) => input[element] ?? m.num(0));
      // From the last on: what no lower half is below stays with the last.
      return list.reduceRight((later, value, i) => m.choose(m.lt(index, i + 1.5), value, later));
    });
    return { out: { out } };
  },
  glyph: { curve: "M2 2h6M2 6h6M2 10h6M2 14h6M8 6l8.500 2H22", size: [10, 10] },
});
