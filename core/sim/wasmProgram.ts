/** A model's structure as a WebAssembly module: what emit/wasm makes and wasmRun.ts runs. Types only. */

/**
 * The module exports "memory", whose first cells (doubles) are the model's slots, and
 * settle, refresh, flow, guards, react, begin: () -> (), update<k>: () -> (), equations<k>: () -> () for the k-th loop,
 * line<k>: () -> () and probe<k>: (t) -> arg for the k-th instant. It imports from "js" the operations of `imports`,
 * solve: (loop) -> (), failed: (loop, residual, slope) -> () and delayed: (delay, initial) -> value.
 */
export interface WasmProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly imports: readonly string[];
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
}
