/** Whatever can be written as a formula of the input u and the time t. */
import { defineBlock } from "../block.ts";
import { tex } from "../tex.ts";

export default defineBlock({
  type: "function",
  version: 1,
  category: "math",
  title: "Function",
  summary: "Any formula of its input u and the time t, with the diagram's variables in it.",
  formula: "y = f(u, t)",
  aliases: [
    "fcn",
    "formula",
    "expression",
    "nonlinear",
    "equation",
    "math",
    "función",
    "fórmula",
    "expresión",
    "no lineal",
  ],
  params: {
    formula: {
      kind: "formula",
      label: "y =",
      default: "u",
      of: ["u", "t"],
      help: "u is the input, u[1], u[2], ... its elements; several outputs as [u[1]; u[2]].",
    },
  },
  // A formula without a length of its own works on each element.
  ports: ({ formula }) => ({ in: { u: { width: "n" } }, out: { y: { width: formula.length ?? "n" } } }),
  equations: (_, s, p) => ({ out: { y: p.formula({ u: s.in["u"] ?? [], t: [s.t] }) } }),
  glyph: { tex: ({ formula }) => tex(formula, "f(u)"), size: [12, 6] },
});
