/** A whole linear system in one block: x' = A x + B u (or x[k+1]), y = C x + D u. */
import { defineBlock } from "../block.ts";
import { isContinuous, labelled } from "../elements.ts";
import { linearEquations, misfit, systemFields } from "../linearSystem.ts";

export default defineBlock({
  type: "state-space",
  version: 1,
  category: "continuous",
  title: "State-Space",
  summary: "A linear system given by its matrices A, B, C, D, continuous or sampled.",
  formula: "\\dot x = A x + B u,\\quad y = C x + D u",
  aliases: ["ss", "abcd", "lti", "plant", "espacio de estados", "planta", "lineal"],
  params: {
    A: { kind: "matrix", label: "A", default: "-1" },
    ...systemFields,
    period: {
      kind: "period",
      label: "Time",
      default: "continuous",
      optional: true,
      inherits: true,
      help: "`continuous`, or the sample time in s.",
    },
  },
  check: misfit,
  ports: ({ B, C }) => ({ in: { u: { width: B.cols } }, out: { y: { width: C.rows } } }),
  states: ({ A }) => ({ x: { width: A.rows, initial: "initial", every: "period" } }),
  labels: ({ names }) => labelled("x", names),
  equations: (m, s, p) => linearEquations(m, s, p, p.period),
  glyph: {
    tex: ({ period }) => (isContinuous(period) ? "\\dot x = Ax + Bu" : "x_{k+1} = Ax_k + Bu_k"),
    size: [16, 6],
  },
});
