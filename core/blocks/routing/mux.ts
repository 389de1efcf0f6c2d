/** Stacks its inputs into one vector. */
import { defineBlock } from "../block.ts";
import { each, numbered } from "../elements.ts";

export default defineBlock({
  type: "mux",
  version: 1,
  category: "routing",
  title: "Mux",
  summary: "Stacks its inputs, each as wide as it comes, into one vector.",
  formula: "y = [u_1;\\; u_2;\\; \\dots]",
  aliases: ["vector", "concatenate", "bus", "stack", "multiplexer", "multiplexor", "concatenar", "apilar"],
  params: { count: { kind: "count", label: "Inputs", default: "2", min: 1, max: 64 } },
  ports: ({ count }) => ({ in: numbered("in", count), out: { out: { width: each(count, (i) => `w${i + 1}`) } } }),
  equations: (_, s, { count }) => ({ out: { out: each(count, (i) => s.in[`in${i + 1}`] ?? []).flat() } }),
  glyph: { shape: "bar", size: [1, 10] },
});
