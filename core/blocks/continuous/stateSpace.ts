/** A whole linear system in one block: x' = A x + B u (or x[k+1]), y = C x + D u. */
import { defineBlock } from "../block.ts";
import { isContinuous, labelled } from "../elements.ts";

const size = (matrix: readonly (readonly number[])[]) => `${matrix.length} × ${matrix[0]?.length ?? 0}`;

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
    B: { kind: "matrix", label: "B", default: "1" },
    C: { kind: "matrix", label: "C", default: "1" },
    D: { kind: "matrix", label: "D", default: "0", help: "0 stands for a zero matrix of any size." },
    initial: { kind: "vector", label: "Initial x₀", default: "0", help: "One value serves every element." },
    names: { kind: "names", label: "State names", default: "", help: "One name for each state, separated by commas." },
    period: {
      kind: "period",
      label: "Time",
      default: "continuous",
      optional: true,
      help: "`continuous`, or the sample time in s.",
    },
  },
  check({ A, B, C, D, initial, names }) {
    const [n, inputs, outputs] = [A.length, B[0]?.length ?? 0, C.length];
    if (A[0]?.length !== n) return `A must be square, and is ${size(A)}`;
    if (B.length !== n) return `B must have ${n} rows like A, and is ${size(B)}`;
    if (C[0]?.length !== n) return `C must have ${n} columns like A, and is ${size(C)}`;
    const zero = D.length === 1 && D[0]?.length === 1 && D[0][0] === 0;
    if (!zero && (D.length !== outputs || D[0]?.length !== inputs))
      return `D must be ${outputs} × ${inputs}, or 0, and is ${size(D)}`;
    if (names.length > 0 && names.length !== n) return `there are ${n} states, but ${names.length} names`;
    return initial.length === 1 || initial.length === n
      ? undefined
      : `there are ${n} states, but ${initial.length} initial values`;
  },
  ports: ({ B, C }) => ({ in: { u: { width: B.cols } }, out: { y: { width: C.rows } } }),
  states: ({ A }) => ({ x: { width: A.rows, initial: "initial", every: "period" } }),
  labels: ({ names }) => labelled("x", names),
  equations(m, s, p) {
    const u = s.in["u"] ?? [];
    const x = s.state["x"] ?? [];
    // A lone 0 among wider ports is no direct path at all; the check has seen that it is 0.
    const none = p.D.length === 1 && p.D[0]?.length === 1 && (p.C.length > 1 || u.length > 1);
    const direct = none
      ? []
      : m.matvec(
          p.D,
          u.map((value) => m.sample(value, p.period)),
        );
    const [fromState, fromInput] = [m.matvec(p.A, x), m.matvec(p.B, u)];
    return {
      out: { y: m.matvec(p.C, x).map((value, i) => m.add(value, direct[i] ?? 0)) },
      next: { x: fromState.map((value, i) => m.add(value, fromInput[i] ?? 0)) },
    };
  },
  glyph: {
    tex: ({ period }) => (isContinuous(period) ? "\\dot x = Ax + Bu" : "x_{k+1} = Ax_k + Bu_k"),
    size: [16, 6],
  },
});
