/**
 * A model freed of its units before ranks are decided: states balanced, inputs and outputs measured so that what they bring and show is
 * as large as A. Zeros, and what inputs reach and outputs show, do not depend on any of it; rounding does.
 */
import { Matrix } from "ml-matrix";
import { norm } from "../math/blocks.ts";
import { system } from "./model.ts";
import { ssbal } from "./ssbal.ts";
import type { StateSpace } from "./stateSpace.ts";

export interface Unitless {
  readonly system: StateSpace;
  /** State = states[i] times the new one, input = inputs[j] times the new one, new output = outputs[i] times the output. */
  readonly states: readonly number[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

export function unitless(given: StateSpace): Unitless {
  const first = ssbal(given);
  const { A, B, C, D, time, x } = first.system;
  const size = norm(A) || 1;
  const inputs = given.u.map((_, j) => power(size, norm(Matrix.columnVector(B.getColumn(j)))));
  const outputs = given.y.map((_, i) => power(size, norm(Matrix.rowVector(C.getRow(i)))));
  const [b, c, d] = [B.clone(), C.clone(), D.clone()];
  inputs.forEach((f, j) => {
    b.mulColumn(j, f);
    d.mulColumn(j, f);
  });
  outputs.forEach((f, i) => {
    c.mulRow(i, f);
    d.mulRow(i, f);
  });
  const second = ssbal(system(A, b, c, d, time, { x }));
  return { system: second.system, states: first.scale.map((s, i) => s * second.scale[i]!), inputs, outputs };
}

/** The power of 2 that takes `length` near to `size`; 1 for what is not there. */
function power(size: number, length: number): number {
  const factor = length > 0 ? Math.pow(2, Math.round(Math.log2(size / length))) : 1;
  return Number.isFinite(factor) && factor > 0 ? factor : 1;
}
