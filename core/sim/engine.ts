/**
 * What a simulation needs of a model, whoever computes it: the interpreter, WebAssembly or exported TypeScript.
 * Types only. simulate.ts runs any of them; nothing here knows how expressions are evaluated.
 */

/** A model ready to be evaluated over one memory of slots (see ir.ts). */
export interface Engine {
  /** All slots; parameters and initial states are set. Slot 0 is time. */
  readonly memory: Float64Array;
  /** Slots of the continuous states, in order. */
  readonly states: readonly number[];
  readonly tasks: readonly { readonly every: number; readonly offset: number; readonly states: readonly number[] }[];
  /** How many closed-form instants and how many modes there are. */
  readonly instantCount: number;
  readonly modeCount: number;
  /** System matrix (row-major) when the flow is A x + f(t) with constant A between events; exact propagation needs it. */
  readonly linear?: Float64Array;
  /** All algebra at memory's time and states, modes and samples held. */
  settle(): void;
  /** An event: all algebra with every mode refreshed, and the samples of task k where due[k] is not 0. */
  refresh(due: Uint8Array): void;
  /** dx/dt at memory's time and states, modes held (only the algebra it needs). */
  flow(derivative: Float64Array): void;
  /** Next values of task k's states from memory as it stands (after settle or refresh). */
  update(task: number, next: Float64Array): void;
  /** After settle: how far each mode is from changing; negative where its held value no longer holds. */
  guards(distance: Float64Array): void;
  /** The next time after t at which instant k changes, modes as held; Infinity for never. */
  nextInstant(k: number, t: number): number;
  /** Path of the block whose mode, state or step made a number that is not finite, and which slot; undefined when all are finite. */
  notFinite(): { readonly block: string; readonly path: string } | undefined;
  modePath(mode: number): string;
}
