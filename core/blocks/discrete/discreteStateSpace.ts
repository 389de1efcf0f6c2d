/** A whole sampled linear system in one block: x[k+1] = A x[k] + B u[k], y = C x + D u. */
import { defineBlock } from "../block.ts";
import { labelled } from "../elements.ts";
import { linearEquations, misfit } from "../linearSystem.ts";

export default defineBlock({
  type: "discrete-state-space",
  version: 1,
  category: "discrete",
  title: "Discrete State-Space",
  summary: "A sampled linear system given by its matrices A, B, C, D; its output is held between instants.",
  formula: "x_{k+1} = A x_k + B u_k,\\quad y_k = C x_k + D u_k",
  aliases: ["ss", "abcd", "lti", "digital", "espacio de estados", "muestreado", "lineal"],
  params: {
    A: { kind: "matrix", label: "A", default: "0.5" },
    B: { kind: "matrix", label: "B", default: "1" },
    C: { kind: "matrix", label: "C", default: "1" },
    D: { kind: "matrix", label: "D", default: "0", help: "0 stands for a zero matrix of any size." },
    initial: { kind: "vector", label: "Initial x₀", default: "0", help: "One value serves every element." },
    names: { kind: "names", label: "State names", default: "", help: "One name for each state, separated by commas." },
    period: {
      kind: "period",
      label: "Sample time",
      default: "inherited",
      optional: false,
      inherits: true,
      help: "In s, or `inherited` from what is wired in.",
    },
  },
  check: misfit,
  ports: ({ B, C }) => ({ in: { u: { width: B.cols } }, out: { y: { width: C.rows } } }),
  states: ({ A }) => ({ x: { width: A.rows, initial: "initial", every: "period" } }),
  labels: ({ names }) => labelled("x", names),
  equations: (m, s, p) => linearEquations(m, s, p, p.period),
  glyph: { tex: () => "x_{k+1} = Ax_k + Bu_k", size: [16, 6] },
});
