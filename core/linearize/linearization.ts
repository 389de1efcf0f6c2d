/** What linearize is asked and what it gives back. Types only. */
import type { Matrix } from "ml-matrix";
import type { StateSpace } from "../lti/stateSpace.ts";
import type { Problem } from "../ir/ir.ts";

/**
 * A signal is named by its path ("Plant", "Controller.out[2]", a block for all of its outputs), by its label where only one has it, or by
 * a wire ("wire:<id>": what the wire brings, before its own gain, to the one block it leads to), or by a port ("Plant.u": what arrives
 * there, where that is not just what one wire without a gain brings).
 */
export interface LinearizeOptions {
  /** The memory to linearize at (time, states, inputs, all computed); the model's start when absent. */
  readonly at?: Float64Array;
  /**
   * Columns: Input blocks, or any signals, to which a small quantity is then added where the signal is read; the loop stays as
   * it is. All Input blocks when absent.
   */
  readonly inputs?: readonly string[];
  /** Rows: Output blocks, or any signals as their blocks give them, before anything is added. All Output blocks when absent. */
  readonly outputs?: readonly string[];
  /** Signals that are cut: who reads them sees only what `inputs` adds there. */
  readonly open?: readonly string[];
  /** Leave out states that lie on no path from the inputs to the outputs. */
  readonly onPath?: boolean;
  /**
   * Order of the Pade approximation that stands for a transport delay: 1 to 10, 2 when absent. Between samples it stands only for one
   * that comes back to itself without a sampler on the way, or that more than 120 numbers would be on their way through; all others
   * are exact there.
   */
  readonly pade?: number;
  /** Continuous models keep their transport delays instead (`delayed`). */
  readonly keepDelays?: boolean;
  /** Of a system of states that move and samples, `costOver` too. */
  readonly overTime?: boolean;
}

/** The largest models have sparse matrices: [row, column, value] of what is not 0. */
export type Entry = readonly [row: number, column: number, value: number];

export interface Linearization {
  /**
   * Continuous where nothing sampled takes part. Otherwise discrete: x[k] as it is at the instants t[k] = offset + k * period just
   * after samples took effect, u[k] held from t[k] to t[k+1], y[k] at t[k]. The matrices are made when they are first read.
   */
  readonly system: StateSpace;
  /**
   * The delays that were kept, s: `system` is then that of a `Delayed`, its last inputs what comes out of them, its last outputs what
   * goes in. Empty where there are none.
   */
  readonly internal: readonly number[];
  /** Which block (path) holds each state. */
  readonly stateBlocks: readonly string[];
  /** t[0] in s: where the instants of a sampled system begin; 0 for a continuous one. */
  readonly offset: number;
  /** True when the matrices are the model itself; false when they hold at one operating point, or a delay was approximated. */
  readonly exact: boolean;
  /** The operating point: states and inputs in the order of `system`, time in s. */
  readonly at: { readonly t: number; readonly x: readonly number[]; readonly u: readonly number[] };
  /** The matrices without their zeros, and without building them where they are sparse. */
  entries(matrix: "A" | "B" | "C" | "D"): readonly Entry[];
  /** Which blocks (paths) and wires (ids) made the entry: everything on a path from its column to its row. */
  provenance(
    matrix: "A" | "B" | "C" | "D",
    row: number,
    col: number,
  ): { readonly blocks: readonly string[]; readonly wires: readonly string[] };
  /** Of outputs y between samples too: the integral of y'Q y over a period, as the matrix of a form in [x; u] where it begins. */
  costOver?(Q: Matrix): Matrix;
  readonly problems: readonly Problem[];
}
