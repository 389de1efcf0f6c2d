/** A model's structure as WebAssembly modules: what emit/wasm makes and wasmRun.ts runs. Contracts only. */
import type { IntegratorSpec } from "./integrators/integrator.ts";
import type { ErrorControl } from "./integrators/tableaus.ts";
import type { SparseArea } from "./wasmSparse.ts";

/**
 * A module over a memory whose first cells (doubles) are the model's slots. It exports
 * settle, refresh, flow, guards, react, begin: (address) -> (), update<k>: (address) -> (), equations<k>: (address) -> () for
 * the k-th loop, line<k>: (address) -> () and probe<k>: (t) -> arg for the k-th instant. It imports from "js" the operations of
 * `imports`, solve: (loop) -> (), failed: (loop, residual, slope) -> () and delayed: (delay, initial) -> value.
 */
export interface WasmProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly imports: readonly string[];
  /** The size of the memory that this module and those beside it import ("main"."memory"). */
  readonly memoryBytes: number;
  /** So many cells are 0 when a run begins. Behind them stand `data`, and rows, which are written before they are read. */
  readonly zeroed: number;
  /** Series that are the structure's: nothing changes them. */
  readonly data: readonly Data[];
  /** First cells of what functions take and leave. */
  readonly cells: {
    /** One a task: not 0 where it samples now. */
    readonly due: number;
    /** flow's derivative. */
    readonly derivative: number;
    /** An update's next values. */
    readonly next: number;
    /** Distances of guards. */
    readonly distance: number;
    /** A line's slope and offset. */
    readonly line: number;
    /** What react computes: resets' values, then memories' values. */
    readonly react: number;
    /** What begin computes. */
    readonly begin: number;
    /** Residuals and Jacobian of a loop. */
    readonly equations: number;
    /** The last solutions of each loop. */
    readonly kept: readonly (readonly number[])[];
  };
  /** What integrators in a module of their own use of the same memory. */
  readonly integrators: IntegratorPlaces;
  /** Where events in a row keep what they need; undefined where the model has others. */
  readonly beats: BeatPlaces | undefined;
  /**
   * A module over the same memory that goes through regular events in one call, with `straight` forcing or constant, and keeps
   * these slots.
   */
  beat(straight: boolean, records: readonly number[]): BeatProgram | undefined;
  /** A module over the same memory that makes many steps in one call; undefined where it cannot. */
  integrator(solver: IntegratorSpec["solver"]): IntegratorProgram | undefined;
}

/** Numbers that code reads from memory, and where: the first cell. */
export interface Data {
  readonly at: number;
  readonly values: Float64Array;
}

/** First cells; columns of the buffer follow each other, one a record. */
export interface IntegratorPlaces {
  readonly control: number;
  readonly x: number;
  readonly y: number;
  readonly stage: number;
  readonly kept: number;
  readonly buffer: number;
  /** Rows that the buffer holds. */
  readonly rows: number;
  readonly k: (j: number) => number;
  /**
   * Of implicit methods: control cells of their own, as they may take over from another, d(flow)/dt, and from `first` to `end` room for the
   * Jacobian and its factors.
   */
  readonly implicit: {
    readonly control: number;
    readonly byTime: number;
    readonly first: number;
    readonly end: number;
  };
}

/**
 * Exports advance: (most steps) -> (), at: (time) -> () and fill: (up to time) -> (), which talk through the control cells; implicit
 * ones also linearize: () -> whether slope (at `kept`) and Jacobian are finite at the stage and the time in memory.
 */
export interface IntegratorProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly imports: readonly string[];
  /** To be put in place when a run begins. */
  readonly data: readonly Data[];
  readonly stepsOnGrid: boolean;
  /** How steps adapt to the error; undefined where they are fixed. */
  readonly error?: ErrorControl;
  /** The entries of the Jacobian in their order, and the cost of a step beside its evaluations; undefined for explicit methods. */
  readonly implicit?: {
    readonly method: "rodas4" | "bdf";
    readonly rows: readonly number[];
    readonly columns: readonly number[];
    /** Where they stand; cells between them have to be 0. */
    readonly cells: readonly number[];
    /** Where its factors are sparse. */
    readonly sparse: SparseArea | undefined;
    readonly cost: number;
  };
}

/** First cells. */
interface BeatPlaces {
  /** Wide maps: row-major from slot `from` on, and where their columns stand in blocks; a single row stays where it is. */
  readonly matrices: readonly {
    readonly from: number;
    readonly rows: number;
    readonly padded: number;
    readonly cols: number;
    readonly at: number;
  }[];
  /**
   * [E P Q] in blocks of columns; what it multiplies: states that stand apart, drivers at the start and their change; drivers at the
   * end; what comes of it.
   */
  readonly propagator: number;
  readonly x: number;
  readonly drivers: number;
  readonly later: number;
  readonly y: number;
}

/** Exports beats: (most) -> (). */
export interface BeatProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly imports: readonly string[];
  /** What each driver adds to the flow when it is 1, from a settled memory: a column of P and of Q each. */
  readonly drivers: (memory: Float64Array) => readonly Float64Array[];
  /** Rows that the buffer holds; its columns are the records and then the times. */
  readonly rows: number;
}

/** Rows of each block of columns: even in number, as equal as can be, and no more than there are registers for. */
export function columnBlocks(rows: number): readonly number[] {
  const pairs = Math.ceil(rows / 2);
  const count = Math.ceil(pairs / 7);
  return Array.from({ length: count }, (_, k) => 2 * (Math.floor(pairs / count) + (k < pairs % count ? 1 : 0)));
}

/** The control cells in their order. Of the grid: as in simulate.ts. */
export const controlNames = [
  "t",
  "h",
  /** Logarithm of the error of the step before. */
  "logBefore",
  "stiffSigns",
  "calmSigns",
  /** Not 0 once it looked stiff. */
  "stiff",
  "steps",
  "rejected",
  "evaluations",
  "denseEvaluations",
  /** The last step. */
  "from",
  "length",
  /** Not 0 where its dense output is prepared. */
  "prepared",
  /** 0 where the next step begins with what the last one ended with. */
  "carried",
  "status",
  "rtol",
  "atol",
  "maxStep",
  /** Where to stop, and the time below which a grid point is one to land on. */
  "limit",
  "landLow",
  "origin",
  "fixedStep",
  "nextGrid",
  "gridCount",
  "gridStart",
  "gridStep",
  "gridStop",
  /** Rows in the buffer. */
  "rows",
  /** Not 0 where a row that is not finite is left to the caller. */
  "checkRows",
  /** Number of the next beat. */
  "beat",
  /** Not 0 where events at which values may jump are left to the caller. */
  "bothSides",
  /** Of implicit methods: the last step's length and error, and the state that limited it. */
  "accepted",
  "errorBefore",
  "worst",
  /** Of BDF, as in bdf.ts; `have` and `current`: not 0 for yes. */
  "order",
  "equal",
  "nextOrder",
  "nextFactor",
  "current",
  "have",
  "factored",
  "rate",
  "enough",
] as const;
export type Control = (typeof controlNames)[number];

/** How advance ended: all but `made` as StepOutcome's failures; `lost` is NONFINITE with memory where the step began. */
export const stepStatus = { made: 0, small: 1, nil: 2, notFinite: 3, tiny: 4, lost: 5 } as const;
