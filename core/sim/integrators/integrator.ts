/** What the time loop asks of a way to move the continuous states on while modes and samples are held. Types only. */
import type { Solver } from "../result.ts";

export interface StepOutcome {
  /** Where the step ended; memory's time and states are there. */
  readonly t: number;
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
  /** Longest step between two looks at the output grid: these step from point to point. */
  readonly stepsOnGrid: boolean;
  readonly counts: { steps: number; rejected: number; evaluations: number };
  /** Operations of a step beside its evaluations of the flow, where they count: products with dense matrices, factors. */
  readonly stepCost?: number;
  /** Looks stiff: the step is limited by stability, not by accuracy. */
  readonly stiff: boolean;
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
