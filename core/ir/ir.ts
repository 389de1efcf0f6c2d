/**
 * The intermediate representation: what `compile` makes of a diagram and all that engines, emitters and the linearizer
 * ever see. Plain data: a list of slots (one Float64Array) and steps over them. No blocks, only the paths they left.
 */
import type { Expr } from "../expr/expr.ts";

export type SlotKind = "time" | "param" | "input" | "state" | "mode" | "signal";

/** One number of the model's memory. `path` is unique; `label` is the short name for matrices and legends. */
export interface Slot {
  readonly kind: SlotKind;
  readonly path: string;
  readonly label: string;
  /** Path of the block it belongs to ("" for time and shared variables). */
  readonly block: string;
  readonly unit?: string;
}

/** Value of one slot from others. */
export interface Assign {
  readonly do: "assign";
  readonly slot: number;
  readonly expr: Expr;
}

/**
 * A value held between events. Modes (`task` undefined) are refreshed at every event: `above` is 1 where arg > 0, `atLeast`
 * where arg >= 0, `floor` the integer part, `find` the segment of a series. With a `task` the plain value of arg is
 * sampled at that task's instants only (`sample`). What is only remembered from before an event is in `Ir.memories`.
 */
export interface Latch {
  readonly do: "latch";
  readonly slot: number;
  readonly test: "above" | "atLeast" | "floor" | "find" | "sample";
  readonly arg: Expr;
  readonly series?: number;
  readonly task?: number;
}

/**
 * An algebraic loop: the unknown slots z solve residual(z) = f(z) - z = 0 by Newton from their last value; `jacobian` is
 * d residual / d z, row-major. When `linear`, one Newton step is exact. `loop` lists the blocks in order.
 */
export interface Solve {
  readonly do: "solve";
  readonly unknowns: readonly number[];
  readonly residual: readonly Expr[];
  readonly jacobian: readonly Expr[];
  readonly linear: boolean;
  readonly loop: readonly string[];
  /** Own equations of the signals it is torn at, in the loop's other signals, which follow as steps: for whoever adds something inside. */
  readonly torn?: readonly Assign[];
  /** Solved at the instants of this task only: the loop is closed by what is sampled there, and open in between. */
  readonly task?: number;
}

/** to = M from, M a dense row-major run of param slots starting at `matrix`: wide linear maps stay one step. */
export interface Matvec {
  readonly do: "matvec";
  readonly matrix: number;
  readonly rows: number;
  readonly cols: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** slot = the value that `from` had `time` seconds ago; `initial` before the run began. Reads a history, so no direct path. */
export interface Delay {
  readonly do: "delay";
  readonly slot: number;
  readonly from: number;
  readonly time: Expr;
  readonly initial: Expr;
}

export type Step = (Assign | Latch | Solve | Matvec | Delay) & { readonly block: string };

/** A mode slot that takes the value of `arg` as it was just before an event; its first value is in `Model.values`. */
export interface Memory {
  readonly slot: number;
  readonly arg: Expr;
  readonly block: string;
}

/** At an event at which slot `when` is not 0 these continuous states jump, all together. */
export interface Reset {
  readonly when: number;
  readonly to: readonly Assign[];
  readonly block: string;
}

/** Sampled updates: at offset + k*every, next values are computed together; they take effect at the task's next instant. */
export interface Task {
  readonly every: number;
  readonly offset: number;
  readonly updates: readonly Assign[];
}

/**
 * A latch whose argument is affine in time while modes are held, so that its next event is known in closed form. `step` is its
 * index in `algebra`; `arg` is the latch's argument in terms of time and held slots alone (no signals), `slope` its derivative
 * (free of time), `offset` its value at t = 0.
 */
export interface Instant {
  readonly step: number;
  readonly arg: Expr;
  readonly slope: Expr;
  readonly offset: Expr;
}

/** What a run keeps: a slot under its signal path. `sampled`: changes only at sample instants (drawn as stairs). */
export interface Record {
  readonly slot: number;
  readonly path: string;
  /** The short name, for legends: an Output names what arrives at it. */
  readonly label: string;
  readonly sampled: boolean;
}

/** A block that shows signals (a Scope, an Output, a Display ...): which records. */
export interface View {
  readonly block: string;
  readonly kind: "scope" | "output" | "xy" | "display" | "csv";
  readonly records: readonly number[];
}

/** A record that estimates a state, with that of its standard deviation: indices of records. */
export interface Estimate {
  readonly estimate: number;
  readonly deviation: number;
  /** The state itself, where the drawing has it. */
  readonly truth?: number;
  /** How long after its instant the estimate is given, s. */
  readonly late: number;
}

/** The value of `slot` reaches `block` over the wire `wire` (its id): for provenance. */
export interface Hop {
  readonly wire: string;
  readonly slot: number;
  readonly block: string;
  /** The port's own slot, where several wires or a gain make one; otherwise the block reads `slot` itself. */
  readonly into?: number;
}

export interface Series {
  readonly name: string;
  readonly values: Float64Array;
  readonly from?: number;
}

export interface Ir {
  /** Equal key = equal structure; only `values` differ. */
  readonly key: string;
  readonly slots: readonly Slot[];
  /** Rows of numbers for find and cell. With `from` they are parameters: the slots from there on, `values` giving only how many. */
  readonly series: readonly Series[];
  /** In order. Input slots that are driven in a run are assigned here too; a linearizer cuts them. */
  readonly algebra: readonly Step[];
  /** Continuous states: slot = the state, expr = its time derivative. In the order of the states. */
  readonly flow: readonly Assign[];
  readonly tasks: readonly Task[];
  readonly instants: readonly Instant[];
  readonly memories: readonly Memory[];
  readonly resets: readonly Reset[];
  /** Set once, at the start of a run, from the signals there: states whose beginning is wired in. */
  readonly starts: readonly Assign[];
  /** The run ends at the event at which such a slot is not 0. */
  readonly stops: readonly { readonly slot: number; readonly block: string }[];
  readonly inputs: readonly number[];
  readonly outputs: readonly {
    readonly slot: number;
    readonly label: string;
    readonly path: string;
    readonly block: string;
  }[];
  readonly records: readonly Record[];
  readonly views: readonly View[];
  readonly estimates?: readonly Estimate[];
  /** Paths of blocks that only look on, unless something reads what they find: no part of the system then. */
  readonly watchers?: readonly string[];
  readonly hops: readonly Hop[];
}

/** A structure with its numbers: `values[slot]` holds parameters and initial states, 0 elsewhere. */
export interface Model {
  readonly ir: Ir;
  readonly values: Float64Array;
}

export type Severity = "error" | "warning";

/** What a user can cause. `values` fill the translated message of `code`; `message` and `hint` are the English text. */
export interface Problem {
  readonly severity: Severity;
  readonly code: string;
  /** Block path, "wire:<id>", "variable:<name>", "run.<setting>", or a JSON path inside a file. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  readonly values?: { readonly [name: string]: string | number };
  /** Other places involved: the blocks of a loop, the other end of a wire. */
  readonly related?: readonly string[];
  /** Parameter or port of the block, where one is to blame. */
  readonly field?: string;
  /** Simulation time, where it happened in a run. */
  readonly time?: number;
}
