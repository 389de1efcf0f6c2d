/** What inputs reach and outputs show, as dimensions, modes and directions; and states that are not needed. */
import { Matrix } from "ml-matrix";
import type { Complex } from "../math/complex.ts";
import { blocks, matrixOf, norm, slice } from "../math/blocks.ts";
import type { MatrixLike } from "../math/dense.ts";
import { eigenvalues } from "../math/eigenvalues.ts";
import { hsvd } from "./gram.ts";
import { RANK_TOLERANCE, type Reach, reach } from "./pbh.ts";
import { type Lti, ss } from "./ss.ts";
import { ssbal } from "./ssbal.ts";
import { border, growth } from "./stability.ts";
import type { StateSpace } from "./stateSpace.ts";
import { unitless } from "./unitless.ts";

/** [B, A B, ..., A^(n-1) B]. A n x n, B n x m. */
export function ctrb(A: MatrixLike, B: MatrixLike): Matrix {
  const a = matrixOf(A);
  const parts = [matrixOf(B)];
  for (let k = 1; k < a.rows; k++) parts.push(a.mmul(parts[k - 1]!));
  return blocks([parts]);
}

/** [C; C A; ...; C A^(n-1)]. A n x n, C p x n. */
export function obsv(A: MatrixLike, C: MatrixLike): Matrix {
  return ctrb(matrixOf(A).transpose(), matrixOf(C).transpose()).transpose();
}

export interface Structure {
  readonly states: number;
  /** Dimensions of what inputs reach, of what outputs show, and of both: the order of the transfer matrix. */
  readonly controllable: number;
  readonly observable: number;
  readonly minimal: number;
  readonly uncontrollable: readonly Complex[];
  readonly unobservable: readonly Complex[];
  /** What is not reached, or not seen, decays by itself. */
  readonly stabilizable: boolean;
  readonly detectable: boolean;
  /**
   * Linear relations that hold among the states for ever when they hold at the start (from rest they do): relation x = 0, a row each
   * of length 1. And directions of the state that no output ever shows.
   */
  readonly relations: Matrix;
  readonly hidden: Matrix;
  /**
   * Hankel singular values, falling: 0 but for rounding beyond the first `minimal`, and small where a state hardly matters. Where the system is not stable, those of x e^(-shift t), or
   * of x e^(-shift k), which need the same states.
   */
  readonly singular: readonly number[];
  readonly shift: number;
  readonly tolerance: number;
}

/** Whether the states are needed, all of them, and which are not. `tolerance` is relative to the norms of [A B] and [A; C]. */
export function structure(model: Lti, tolerance = RANK_TOLERANCE): Structure {
  const given = ss(model);
  const { system, states: scale } = unitless(given);
  const { A, B, C, time } = system;
  const n = A.rows;
  const inputs = reach(A, B, tolerance);
  const outputs = reach(A.transpose(), C.transpose(), tolerance);
  const [uncontrollable, unobservable] = [inputs.lost, outputs.lost];
  const decays = (values: readonly Complex[]): boolean => values.every((value) => growth(value, time) < border(A));
  return {
    states: n,
    controllable: inputs.reached,
    observable: outputs.reached,
    minimal: both(inputs, outputs, C, tolerance),
    uncontrollable,
    unobservable,
    stabilizable: decays(uncontrollable),
    detectable: decays(unobservable),
    relations: unitRows(slice(inputs.Q, 0, n, inputs.reached, n).transpose(), scale, -1),
    hidden: unitRows(slice(outputs.Q, 0, n, outputs.reached, n).transpose(), scale, 1),
    ...singularValues(given),
    tolerance,
  };
}

/** How many of the states that inputs reach outputs show. */
function both(inputs: Reach, outputs: Reach, C: Matrix, tolerance: number): number {
  const [n, r] = [inputs.A.rows, inputs.reached];
  if (r === n || outputs.reached === n) return Math.min(r, outputs.reached);
  const a = slice(inputs.A, 0, r, 0, r);
  const c = slice(C.mmul(inputs.Q), 0, C.rows, 0, r);
  return reach(a.transpose(), c.transpose(), tolerance).reached;
}

/** Rows over balanced states, in the units of the given ones: a relation divides by the scale, a direction takes it. */
function unitRows(rows: Matrix, scale: readonly number[], power: 1 | -1): Matrix {
  for (let i = 0; i < rows.rows; i++) {
    for (let j = 0; j < rows.columns; j++) rows.set(i, j, rows.get(i, j) * Math.pow(scale[j]!, power));
    rows.mulRow(i, 1 / norm(slice(rows, i, i + 1, 0, rows.columns)));
  }
  return rows;
}

function singularValues(given: StateSpace): { readonly singular: readonly number[]; readonly shift: number } {
  const { system } = ssbal(given);
  const { A, time } = system;
  const { values } = eigenvalues(A);
  const most = Math.max(Number.NEGATIVE_INFINITY, ...values.map((value) => growth(value, time)));
  const fastest = Math.max(0, ...values.map((value) => Math.hypot(...value)));
  const stable = most < border(A) ? 0 : undefined;
  const shift = stable ?? (time.kind === "continuous" ? most + (fastest || 1) / 10 : Math.log((1 + most) * 1.1));
  const moved =
    time.kind === "continuous" ? Matrix.sub(A, Matrix.mul(Matrix.eye(A.rows), shift)) : Matrix.mul(A, Math.exp(-shift));
  const found = hsvd({ ...system, A: moved });
  return { singular: found.ok ? found.hsv : [], shift };
}
