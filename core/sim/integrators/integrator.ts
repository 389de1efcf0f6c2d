/** What the time loop asks of a way to move the continuous states on while modes and samples are held. Types only. */
import type { Solver } from "../result.ts";

export interface StepOutcome {
  /** Where the step ended; memory's time and states are there. */
  readonly t: number;
  /** Where it began, if there were others before it since the call. */
  readonly from?: number;
  /** Why there was no step. Memory is then where it failed. */
  readonly failed?: "HMIN" | "HNIL" | "NONFINITE";
  /** Index of the state that limited the step. */
  readonly worst?: number;
}

export interface Integrator {
  /** Starts anew from memory's time and states: after an event nothing from before may be trusted. */
  restart(): void;
  /** One step, to `limit` at most. */
  step(limit: number): StepOutcome;
  /** Puts memory's time and states at a time within the last step. */
  at(t: number): void;
  /**
   * Many steps in one call, where an integrator can: towards `land`, landing on grid points below `landLow` where it steps on
   * the grid. Grid points in all steps but the last are recorded; the last, which may hold an event, is the caller's as if
   * step() had made it. Returns early when there was enough work for one call.
   */
  run?(land: number, landLow: number, grid: GridRecorder): StepOutcome;
  /** Beside run: records the grid points of the last step up to a time, as far as it can. */
  record?(upTo: number, grid: GridRecorder): void;
  /** Regular events in a row. */
  readonly beats?: Beats;
  /** Longest step between two looks at the output grid: these step from point to point. */
  readonly stepsOnGrid: boolean;
  readonly counts: { readonly steps: number; readonly rejected: number; readonly evaluations: number };
  /** Operations of a step beside its evaluations of the flow, where they count: products with dense matrices, factors. */
  readonly stepCost?: number;
  /** Looks stiff: the step is limited by stability, not by accuracy. */
  readonly stiff: boolean;
}

/**
 * Goes through regular events, the next samples of a model of one rate or grid points on which all that jumps falls, from just
 * after the event at t, and not beyond `end`; undefined when there is not one. Memory is then just after the event at the time
 * given back; all are recorded but the last where that says so, whose event may set off others, and `count` is how many there were. With `bothSides` none at
 * which a value may jump.
 */
export type Beats = (
  t: number,
  end: number,
  grid: GridRecorder,
  bothSides: boolean,
) => { readonly t: number; readonly recorded: boolean; readonly count: number } | undefined;

/** Row-major. */
export interface Propagator {
  readonly e: Float64Array;
  readonly p: Float64Array;
  readonly q: Float64Array;
}

/** How a linear model's states move over one step of the grid. */
export interface GridPropagator {
  /** The forcing changes in straight lines; else it stays. */
  readonly straight: boolean;
  /** x+ = E x + P u0 + Q (u1 - u0) for the flow A x + F u; `columns` are those of F. */
  readonly of: (columns: readonly Float64Array[]) => Propagator;
}

/** The output grid and its rows, for integrators that record. */
export interface GridRecorder {
  /** start + k step for k < count - 1, then stop. */
  readonly count: number;
  readonly start: number;
  readonly step: number;
  readonly stop: number;
  /** The next point. */
  readonly next: number;
  /** What a row holds. */
  readonly records: readonly { readonly slot: number }[];
  /** A row that is not finite is left to the caller. */
  readonly check: boolean;
  /** Rows for the next `rows` points; `column(c)` are the values of the c-th record, at `times`, all to be copied at once. */
  keep(rows: number, column: (c: number) => Float64Array, times: Float64Array): void;
}

/** What an engine that brings its own integrators is asked for (`Engine.integrator`). */
export interface IntegratorSpec {
  readonly solver: Exclude<Solver, "auto" | "exact">;
  readonly rtol: number;
  readonly atol: number;
  /** Longest step, s; Infinity for none. */
  readonly maxStep: number;
  /**
   * Where the step is fixed: its length, s. Steps end at start + k * fixedStep, start being the time of the first restart, and
   * at limits in between, from which the next one leads back to that grid.
   */
  readonly fixedStep: number;
}
