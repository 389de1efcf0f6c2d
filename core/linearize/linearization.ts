/** What linearize gives back. Types only. */
import type { StateSpace } from "../lti/stateSpace.ts";
import type { Problem } from "../ir/ir.ts";

export interface Linearization {
  readonly system: StateSpace;
  /** True when the matrices are the model itself; false when they hold at one operating point. */
  readonly exact: boolean;
  /** The operating point: states and inputs in the order of `system`, time in s. */
  readonly at: { readonly t: number; readonly x: readonly number[]; readonly u: readonly number[] };
  /** Which blocks (paths) and wires (ids) made the entry: everything on a path from its column to its row. */
  provenance(
    matrix: "A" | "B" | "C" | "D",
    row: number,
    col: number,
  ): { readonly blocks: readonly string[]; readonly wires: readonly string[] };
  readonly problems: readonly Problem[];
}
