/** The smallest system with the same transfer matrix: what inputs do not reach, and what outputs do not show, is left out. */
import type { Complex } from "../math/complex.ts";
import { slice } from "../math/blocks.ts";
import { withStates } from "./model.ts";
import { RANK_TOLERANCE, reach } from "./pbh.ts";
import { type Lti, ss } from "./ss.ts";
import type { StateSpace } from "./stateSpace.ts";
import { unitless } from "./unitless.ts";

export interface MinimalRealization {
  /** The system itself where nothing was removed; otherwise in new coordinates, its states without names. */
  readonly system: StateSpace;
  /** Relative to the norms of [A B] and [A; C] in balanced units. */
  readonly tolerance: number;
  /** Eigenvalues of what was left out: not reached by inputs, and of the rest, not seen at outputs. */
  readonly uncontrollable: readonly Complex[];
  readonly unobservable: readonly Complex[];
  /** The smallest measure of a mode that stayed and the largest of one that went (pbh): far apart, it was clear. */
  readonly kept: number;
  readonly dropped: number;
}

export function minreal(model: Lti, tolerance = RANK_TOLERANCE): MinimalRealization {
  const given = ss(model);
  const free = unitless(given);
  const { A, B, C } = free.system;
  const n = A.rows;
  const inputs = reach(A, B, tolerance);
  const r = inputs.reached;
  const a = slice(inputs.A, 0, r, 0, r);
  const b = slice(inputs.B, 0, r, 0, B.columns);
  const c = slice(C.mmul(inputs.Q), 0, C.rows, 0, r);
  const outputs = reach(a.transpose(), c.transpose(), tolerance);
  const k = outputs.reached;
  const full = outputs.A.transpose();
  const left = slice(outputs.Q.transpose().mmul(b), 0, k, 0, b.columns);
  const right = slice(outputs.B.transpose(), 0, c.rows, 0, k);
  free.inputs.forEach((f, j) => left.mulColumn(j, 1 / f));
  free.outputs.forEach((f, i) => right.mulRow(i, 1 / f));
  return {
    system: k === n ? given : withStates(given, slice(full, 0, k, 0, k), left, right),
    tolerance,
    uncontrollable: inputs.lost,
    unobservable: outputs.lost,
    kept: Math.min(inputs.kept, outputs.kept),
    dropped: Math.max(inputs.dropped, outputs.dropped),
  };
}
