/** What trim is asked and what it finds. Types only. */
import type { Problem } from "../ir/ir.ts";

/** What is asked of a state, an input or an output. `value` is where it is fixed, or where the search begins. */
export interface Wish {
  readonly value?: number;
  readonly fixed?: boolean;
  readonly min?: number;
  readonly max?: number;
}

/** By path, or by label where only one has it. */
export type Wishes = { readonly [name: string]: Wish };

export interface TrimSpec {
  /** Where the search begins (time, states, inputs); the model's start when absent. */
  readonly at?: Float64Array;
  /** States not named are free. */
  readonly states?: Wishes;
  /** Inputs not named stay as they are. */
  readonly inputs?: Wishes;
  /** Output blocks, or any signals: fixed to a value, or kept between bounds. Those not named are free. */
  readonly outputs?: Wishes;
  /** dx/dt of continuous states where it is not to be 0 ("free": whatever comes); x[k+1] - x[k] of sampled ones. */
  readonly derivatives?: { readonly [state: string]: number | "free" };
}

export interface TrimmedQuantity {
  readonly path: string;
  readonly label: string;
  readonly value: number;
  readonly fixed: boolean;
  readonly min?: number;
  readonly max?: number;
  /** It ended at one of its bounds. */
  readonly bound?: "min" | "max";
}

export interface TrimmedState extends TrimmedQuantity {
  readonly sampled: boolean;
  /** dx/dt, or x[k+1] - x[k]. */
  readonly change: number;
}

/** An equation that a trimmed point fulfils: what is left of it, and that over the size of its terms. */
export interface TrimResidual {
  /** "d/dt angle = 0", "level = 2". */
  readonly name: string;
  readonly path: string;
  readonly value: number;
  readonly scaled: number;
}

export interface Trimmed {
  /** All equations hold (1e-10 of their terms) within all bounds. */
  readonly ok: boolean;
  /** The point with everything computed: linearize there, or run from there. */
  readonly memory: Float64Array;
  readonly t: number;
  readonly states: readonly TrimmedState[];
  readonly inputs: readonly TrimmedQuantity[];
  readonly outputs: readonly TrimmedQuantity[];
  readonly residuals: readonly TrimResidual[];
  /** The largest scaled residual. */
  readonly residual: number;
  readonly iterations: number;
  /** Of the equations' derivatives with respect to what was free, rows and columns scaled. */
  readonly jacobian: {
    readonly equations: number;
    readonly unknowns: number;
    readonly rank: number;
    /** Smallest over largest singular value, of those that count; 1 where there are none. */
    readonly rcond: number;
  };
  readonly problems: readonly Problem[];
}
