/** An external input u of the model. A run feeds it from its `drive` port or its signal; linearization cuts both. */
import { defineBlock } from "../block.ts";
import { each, element, labelled, wide } from "../elements.ts";

export default defineBlock({
  type: "input",
  version: 1,
  category: "state space",
  title: "Input",
  summary: "An input u of the model: a column of B and D, fed in a run by a signal or by whatever drives it.",
  formula: "u(t)",
  aliases: ["source", "actuator", "command", "disturbance", "inport", "entrada", "mando", "perturbación"],
  params: {
    names: { kind: "names", label: "Names", default: "", help: "One name for each element, separated by commas." },
    signal: {
      kind: "formula",
      label: "Signal",
      default: "0",
      of: ["t"],
      help: "What it is in a run, a formula of the time t; one value serves every element. Not used while something is wired to `drive`.",
    },
  },
  check(_, { names, signal }) {
    const fits =
      names.length === 0 || signal.length === undefined || signal.length === 1 || signal.length === names.length;
    return fits ? undefined : `the signal has ${signal.length} elements, but there are ${names.length} names`;
  },
  ports: ({ names, signal }) => {
    // One value serves as many elements as the wires ask for.
    const width = names.length || (signal.length === undefined ? 1 : wide({ length: signal.length }));
    return { in: { drive: { width, optional: true } }, out: { u: { width } } };
  },
  labels: ({ names }) => labelled("u", names),
  role: "input",
  equations(_, s, p) {
    if (s.connected["drive"] && s.in["drive"]) return { out: { u: s.in["drive"] } };
    const signal = p.signal({ t: [s.t] });
    return { out: { u: each(s.width["n"] ?? (p.names.length || signal.length), (i) => element(signal, i)) } };
  },
  glyph: { shape: "input", tex: () => "u" },
});
