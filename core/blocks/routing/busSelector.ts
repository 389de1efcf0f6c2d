/**
 * Takes parts out of a bus by name. The compiler follows the bus back to its creator and joins each part to the hidden port of its
 * name, so that nothing of the bus itself is read here.
 */
import { defineBlock, type Port } from "../block.ts";
import { partNames } from "../elements.ts";

export default defineBlock({
  type: "bus-selector",
  version: 1,
  category: "routing",
  title: "Bus Selector",
  summary: "Takes elements out of a bus by their names, one output for each.",
  formula: "y_1 = u.a,\\quad y_2 = u.b.c",
  aliases: ["bus", "unbundle", "struct", "field", "demux", "desagrupar", "campo", "mazo", "separar"],
  params: {
    names: {
      kind: "names",
      label: "Elements",
      default: "a",
      help: "Names of the bus's elements, separated by commas; engine.speed is the element speed of the bus engine.",
    },
  },
  check: ({ names }) => (names.length === 0 ? "there must be at least 1 element" : undefined),
  ports({ names }) {
    const hidden = (i: number): Port => ({ width: `w${i + 1}`, optional: true, hidden: true });
    return {
      in: { bus: { width: "bus" }, ...Object.fromEntries(names.map((name, i) => [`of ${name}`, hidden(i)])) },
      out: Object.fromEntries(names.map((_, i) => [`out${i + 1}`, { width: `w${i + 1}` }])),
    };
  },
  labels: ({ names }, width) =>
    width
      ? Object.fromEntries(names.map((name, i) => [`out${i + 1}`, partNames([name], () => width[`w${i + 1}`] ?? 1)]))
      : {},
  equations: (_, s, { names }) => ({
    out: Object.fromEntries(names.map((name, i) => [`out${i + 1}`, s.in[`of ${name}`] ?? []])),
  }),
  glyph: { shape: "bar", size: [1, 10] },
});
