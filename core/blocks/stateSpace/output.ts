/** An external output y of the model: what is wired into it. */
import { defineBlock } from "../block.ts";
import { labelled } from "../elements.ts";

export default defineBlock({
  type: "output",
  version: 1,
  category: "state space",
  title: "Output",
  summary: "An output y of the model: the wires into it add up, and each element is a row of C and D.",
  formula: "y(t)",
  aliases: ["sink", "sensor", "measurement", "outport", "salida", "medida"],
  params: {
    names: { kind: "names", label: "Names", default: "", help: "One name for each element, separated by commas." },
  },
  ports: ({ names }) => ({ in: { y: { width: names.length || "n" } } }),
  labels: ({ names }) => labelled("y", names),
  role: "output",
  equations: () => ({}),
  glyph: { shape: "output", tex: () => "y" },
});
