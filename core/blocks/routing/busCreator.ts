/** Joins signals into one that knows the names of its parts. Bus Selectors are joined to the parts by the compiler. */
import { defineBlock, type Port } from "../block.ts";
import { each, labelled, numbered, partNames } from "../elements.ts";

export default defineBlock({
  type: "bus-creator",
  version: 1,
  category: "routing",
  title: "Bus Creator",
  summary: "Joins its inputs, each under a name, into one wire; a Bus Selector takes them out again by name.",
  formula: "y = [u_1;\\; u_2;\\; \\dots]",
  aliases: ["bus", "bundle", "struct", "record", "concatenate", "mux", "agrupar", "estructura", "mazo"],
  params: {
    names: {
      kind: "names",
      label: "Elements",
      default: "a, b",
      help: "One name for each input, separated by commas. An input may be a bus itself.",
    },
  },
  check({ names }) {
    if (names.length === 0) return "there must be at least 1 element";
    const dotted = names.find((name) => name.includes("."));
    return dotted === undefined
      ? undefined
      : `a name must not have a point in it, which stands between a bus and its element: “${dotted}”`;
  },
  ports({ names }) {
    const hidden = (i: number): Port => ({ width: `w${i + 1}`, hidden: true });
    return {
      in: numbered("in", names.length),
      out: {
        out: { width: each(names.length, (i) => `w${i + 1}`) },
        ...Object.fromEntries(names.map((name, i) => [`of ${name}`, hidden(i)])),
      },
    };
  },
  labels: ({ names }, width) =>
    width
      ? labelled(
          "out",
          partNames(names, (i) => width[`w${i + 1}`] ?? 1),
        )
      : {},
  equations(_, s, { names }) {
    const parts = each(names.length, (i) => s.in[`in${i + 1}`] ?? []);
    return {
      out: { out: parts.flat(), ...Object.fromEntries(names.map((name, i) => [`of ${name}`, parts[i] ?? []])) },
    };
  },
  glyph: { shape: "bar", size: [1, 10] },
});
