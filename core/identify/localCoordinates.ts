/**
 * Directions in which a state space really changes: the entries of A, B, C, D, K without those changes that another choice of states makes too.
 * McKelvey, Helmersson & Ribarits, "Data driven local coordinates for multivariable linear systems", Automatica 40 (2004).
 */
import { complement } from "../math/complement.ts";
import type { FlatModel } from "./identified.ts";
import { entriesOf } from "./sensitivities.ts";

export interface Free {
  /** D is estimated, and K; otherwise they stay as they are. */
  readonly feedthrough: boolean;
  readonly gain: boolean;
}

/** entries x count, orthonormal columns. */
export function localCoordinates(
  model: FlatModel,
  free: Free,
): { readonly basis: Float64Array; readonly count: number } {
  const { n, m, p, A, B, C, K } = model;
  const at = entriesOf(model);
  const open = Array.from({ length: at.all }, (_, i) => i).filter(
    (i) => (free.feedthrough || i < at.D || i >= at.K) && (free.gain || i < at.K),
  );
  const place = new Map(open.map((entry, i) => [entry, i]));
  const similar = n * n;
  const tangent = new Float64Array(open.length * similar);
  const add = (entry: number, column: number, value: number): void => {
    const row = place.get(entry);
    if (row !== undefined) tangent[row * similar + column]! += value;
  };
  // States (I + X)^-1 x: A changes by A X - X A, B by -X B, K by -X K, C by C X, X having a 1 at (i, j).
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const column = i * n + j;
      for (let r = 0; r < n; r++) add(r * n + j, column, A[r * n + i]!);
      for (let c = 0; c < n; c++) add(i * n + c, column, -A[j * n + c]!);
      for (let c = 0; c < m; c++) add(at.B + i * m + c, column, -B[j * m + c]!);
      for (let o = 0; o < p; o++) {
        add(at.C + o * n + j, column, C[o * n + i]!);
        add(at.K + i * p + o, column, -K[j * p + o]!);
      }
    }
  }
  const count = open.length - similar;
  const reduced = complement(tangent, open.length, similar);
  const basis = new Float64Array(at.all * count);
  open.forEach((entry, i) => basis.set(reduced.subarray(i * count, (i + 1) * count), entry * count));
  return { basis, count };
}
