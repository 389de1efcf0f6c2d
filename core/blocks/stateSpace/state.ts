/** The state x of the model: what is wired into it is dx/dt or, with a sample time, x[k+1]. */
import { defineBlock } from "../block.ts";
import { isContinuous, labelled } from "../elements.ts";
import { initialState } from "../fields.ts";

export default defineBlock({
  type: "state",
  version: 1,
  category: "state space",
  title: "State",
  summary: "The state vector x: the wires into it add up to dx/dt or, with a sample time, to x[k+1].",
  formula: "\\dot x = \\textstyle\\sum \\text{wires},\\quad x(0) = x_0",
  aliases: ["memory", "stock", "integrator", "state vector", "estado", "memoria", "variable de estado"],
  params: {
    names: { kind: "names", label: "Names", default: "", help: "One name for each element, separated by commas." },
    initial: initialState,
    period: {
      kind: "period",
      label: "Time",
      default: "continuous",
      optional: true,
      inherits: true,
      help: "`continuous`, or the sample time in s.",
    },
  },
  check: ({ names, initial }) =>
    names.length === 0 || initial.length === 1 || initial.length === names.length
      ? undefined
      : `the initial state has ${initial.length} elements, but there are ${names.length} names`,
  ports: ({ names, initial }) => {
    const width = names.length || initial.length;
    return { in: { dx: { width } }, out: { x: { width } } };
  },
  states: ({ names, initial }) => ({
    x: { width: names.length || initial.length, initial: "initial", every: "period" },
  }),
  labels: ({ names }) => labelled("x", names),
  equations: (_, s) => ({ out: { x: s.state["x"] ?? [] }, next: { x: s.in["dx"] ?? [] } }),
  glyph: {
    shape: "box",
    tex: ({ period }) => (isContinuous(period) ? "\\dot x = Ax + Bu" : "x_{k+1} = Ax_k + Bu_k"),
    size: [22, 10],
  },
});
