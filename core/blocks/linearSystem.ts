/** What the continuous and the discrete state-space block share: matrices that fit each other, and x' = A x + B u, y = C x + D u. */
import type { Expr } from "../expr/expr.ts";
import type { BlockAlgebra, Equations, Params, Rate, Signals } from "./block.ts";
import { initialState } from "./fields.ts";

/** Beside A, whose default tells the two apart. */
export const systemFields = {
  B: { kind: "matrix", label: "B", default: "1" },
  C: { kind: "matrix", label: "C", default: "1" },
  D: { kind: "matrix", label: "D", default: "0", help: "0 stands for a zero matrix of any size." },
  initial: initialState,
  names: { kind: "names", label: "State names", default: "", help: "One name for each state, separated by commas." },
} as const satisfies Params;

type Rows<T> = readonly (readonly T[])[];
const size = (matrix: Rows<number>) => `${matrix.length} × ${matrix[0]?.length ?? 0}`;

export function misfit({
  A,
  B,
  C,
  D,
  initial,
  names,
}: {
  readonly A: Rows<number>;
  readonly B: Rows<number>;
  readonly C: Rows<number>;
  readonly D: Rows<number>;
  readonly initial: readonly number[];
  readonly names: readonly string[];
}): string | undefined {
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
}

export function linearEquations(
  m: BlockAlgebra,
  s: Signals,
  { A, B, C, D }: { readonly A: Rows<Expr>; readonly B: Rows<Expr>; readonly C: Rows<Expr>; readonly D: Rows<Expr> },
  period: Rate | null,
): Equations {
  const u = s.in["u"] ?? [];
  const x = s.state["x"] ?? [];
  // A lone 0 among wider ports is no direct path at all; the check has seen that it is 0.
  const none = D.length === 1 && D[0]?.length === 1 && (C.length > 1 || u.length > 1);
  const direct = none
    ? []
    : m.matvec(
        D,
        u.map((value) => m.sample(value, period)),
      );
  const [fromState, fromInput] = [m.matvec(A, x), m.matvec(B, u)];
  return {
    out: { y: m.matvec(C, x).map((value, i) => m.add(value, direct[i] ?? 0)) },
    next: { x: fromState.map((value, i) => m.add(value, fromInput[i] ?? 0)) },
  };
}
