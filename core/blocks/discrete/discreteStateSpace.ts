/** A whole sampled linear system in one block: x[k+1] = A x[k] + B u[k], y = C x + D u. */
import { defineBlock } from "../block.ts";
import { labelled } from "../elements.ts";
import { sampleTime } from "../fields.ts";
import { linearEquations, misfit, systemFields } from "../linearSystem.ts";

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
    ...systemFields,
    period: sampleTime("inherited"),
  },
  check: misfit,
  ports: ({ B, C }) => ({ in: { u: { width: B.cols } }, out: { y: { width: C.rows } } }),
  states: ({ A }) => ({ x: { width: A.rows, initial: "initial", every: "period" } }),
  labels: ({ names }) => labelled("x", names),
  equations: (m, s, p) => linearEquations(m, s, p, p.period),
  glyph: { tex: () => "x_{k+1} = Ax_k + Bu_k", size: [16, 6] },
});
