/**
 * Noise of the state that is correlated with that of the measurement: what v tells of w is taken into the transition, and what is left of w is
 * independent of v. Anderson & Moore, "Optimal Filtering" (1979), 5.5.
 */
import { ldl, ldlSolve } from "../math/ldl.ts";
import { at, type FlatModel } from "./linearGaussian.ts";

/** A - S R^-1 C, Q - S R^-1 S' and S R^-1 for the entries that are there; undefined where R is singular. */
export function decorrelated(
  model: FlatModel,
  k: number,
  seen: Int32Array,
  q: number,
  A: Float64Array,
  Q: Float64Array,
): { readonly A: Float64Array; readonly Q: Float64Array; readonly gain: Float64Array } | undefined {
  const { n, p } = model;
  const R = at(model.R, k, p * p);
  const C = at(model.C, k, p * n);
  const S = at(model.S!, k, n * p);
  const part = new Float64Array(q * q);
  const right = new Float64Array(q * n);
  for (let a = 0; a < q; a++) {
    for (let b = 0; b < q; b++) part[a * q + b] = R[seen[a]! * p + seen[b]!]!;
    for (let i = 0; i < n; i++) right[a * n + i] = S[i * p + seen[a]!]!;
  }
  const l = new Float64Array(q * q);
  const d = new Float64Array(q);
  ldl(part, 0, q, l, d);
  if (d.subarray(0, q).some((pivot) => pivot === 0)) return undefined;
  ldlSolve(l, d, q, right, n);
  const gain = new Float64Array(n * q);
  const move = A.slice();
  const spread = Q.slice();
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < q; a++) {
      const g = right[a * n + i]!;
      gain[i * q + a] = g;
      for (let j = 0; j < n; j++) {
        move[i * n + j]! -= g * C[seen[a]! * n + j]!;
        spread[i * n + j]! -= g * S[j * p + seen[a]!]!;
      }
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) spread[j * n + i] = spread[i * n + j]!;
  return { A: move, Q: spread, gain };
}
