/**
 * What a simulation needs of a model, whoever computes it: the interpreter, WebAssembly or exported TypeScript.
 * Types only. simulate.ts runs any of them; nothing here knows how expressions are evaluated.
 */

import type { Beats, GridPropagator, Integrator, IntegratorSpec } from "./integrators/integrator.ts";

/** A block and one of its signals or states. */
export interface Place {
  readonly block: string;
  readonly path: string;
}

/** An algebraic loop whose last solution failed: `rcond` below machine precision is singular, else it did not converge. */
export interface LoopFailure {
  readonly loop: readonly string[];
  readonly rcond: number;
  readonly residual: number;
}

/** The past of one signal. */
export interface DelayLine {
  /** The slot whose past is read. */
  readonly from: number;
  /** By how much, s: with the parameters as they are. */
  readonly time: number;
  /** Reads the past; before any is known, the delay's initial value. */
  read: (t: number, initial: number) => number;
}

/** Entries of a sparse matrix with one column a continuous state and a last one for time. */
export interface FlowJacobian {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  /** Values of the entries, in their order. */
  evaluate(values: Float64Array): void;
}

/** A model ready to be evaluated over one memory of slots (see ir.ts). */
/**
 * What is made for one run in WebAssembly, engine, integrator, recorder, has functions and fields but no accessors: V8 gives every
 * object literal with accessors a hidden class of its own, which holds its closures, and with them the whole run, until a full
 * collection.
 */
export interface Engine {
  /** All slots; parameters and initial states are set. Slot 0 is time. */
  readonly memory: Float64Array;
  /** Slots of the continuous states, in order. */
  readonly states: readonly number[];
  /** The slot that another has its value from, unchanged, whenever the algebra has been computed; itself where there is none. */
  readonly source?: (slot: number) => number;
  readonly tasks: readonly { readonly every: number; readonly offset: number; readonly states: readonly number[] }[];
  /** How many closed-form instants and how many modes (latches refreshed at every event) there are. */
  readonly instantCount: number;
  readonly modeCount: number;
  /** System matrix (row-major) when the flow is A x + f(t) with the same A throughout; exact propagation needs it. Made when first asked for: it is dense. */
  linear?(): Float64Array | undefined;
  /** How f(t) of `linear` varies between events, modes and samples held. */
  readonly forcing?: "constant" | "linear" | "other" | undefined;
  /**
   * Modes whose change has to be searched for: "none", "outside" (only read by signals that neither the flow nor a mode
   * reads) or "inside".
   */
  readonly searched: "none" | "outside" | "inside";
  /** All algebra at memory's time and states, modes and samples held. */
  settle(): void;
  /** An event: all algebra with every mode refreshed, and the samples of task k where due[k] is not 0. */
  refresh(due: Uint8Array): void;
  /** Where loops are iterated: settles at the end of an accepted step, and starts them from there until the next one or an event. */
  follow?(): void;
  /** dx/dt at memory's time and states, modes held (only the algebra it needs). */
  flow(derivative: Float64Array): void;
  /**
   * What an event leaves behind: memories take their values, states of resets that are due jump, all from memory as it stands
   * (settled or refreshed). True when anything changed, and memory wants a refresh.
   */
  react(): boolean;
  /** Whether react() ever does anything. */
  readonly reacts: boolean;
  /** After react() said true: the block of the first thing that changed. */
  reacting(): string;
  /** Sets the states whose beginning is wired in, from a refreshed memory; true when one changed. */
  begin(): boolean;
  /** After refresh: the block that asks for the end of the run. */
  stopped(): string | undefined;
  /** What transport delays read, in the order of their steps; the run's driver fills it. */
  readonly delays: readonly DelayLine[];
  /** d(flow)/d(states) and d(flow)/dt at memory as it stands after flow(); undefined where only differences are to be had. */
  jacobian?(): FlowJacobian | undefined;
  /** An integrator of the engine's own, which runs beside its equations; undefined where it has none of that kind. */
  integrator?(spec: IntegratorSpec): Integrator | undefined;
  /** Regular events in a row, where an engine can: with continuous states by the propagator. */
  beats?(propagator?: GridPropagator): Beats | undefined;
  /** Next values of task k's states from memory as it stands (after settle or refresh). */
  update(task: number, next: Float64Array): void;
  /**
   * After settle: how far each mode is from changing; negative where its held value no longer holds. Infinity for modes
   * whose change is a closed-form instant.
   */
  guards(distance: Float64Array): void;
  /** The smallest time after t at which instant k changes, modes as held; Infinity for never. */
  nextInstant(k: number, t: number): number;
  /**
   * The run is over and its results are read: what it was computed in may serve the next run of this structure. The engine is
   * not used after it.
   */
  release?(): void;
  /** After settle or refresh: where finite numbers first gave one that is not, flow and updates included. */
  notFinite(): Place | undefined;
  /** The first algebraic loop that could not be solved since the last call of this function. */
  failedLoop(): LoopFailure | undefined;
  /** Evaluations of loops' equations so far, where loops iterate. */
  loopTries?(): number;
  modePlace(mode: number): Place;
  /** Of the k-th continuous state. */
  statePlace(k: number): Place;
  /** Of the k-th state of a task. */
  taskPlace(task: number, k: number): Place;
}
