/** What a run gives back. Types only. */
import type { Problem } from "../ir/ir.ts";

/** By the field's own names; what each is, and when it is chosen, stands in method.ts. */
export type Solver =
  "auto" | "exact" | "euler" | "heun" | "rk4" | "rk8" | "bs32" | "dopri5" | "dop853" | "rodas4" | "bdf";

export interface Trace {
  readonly path: string;
  readonly label: string;
  readonly values: Float64Array;
  /** Changes only at sample instants: drawn as stairs. */
  readonly sampled: boolean;
}

export interface SimResult {
  /** "stopped": a Stop block ended it. "diverged": ended before its time by the errors in `problems`; what was recorded up to there stands. */
  readonly status: "finished" | "stopped" | "cancelled" | "diverged";
  /** Output instants in s. Where `settings.events` asks for it an event instant at which a value jumps stands twice: before and after it. */
  readonly t: Float64Array;
  /** In the order of `ir.records`. */
  readonly traces: readonly Trace[];
  /** State events: instants that had to be searched for (a limit reached, a threshold crossed), with the block. */
  readonly events: readonly { readonly t: number; readonly path: string }[];
  readonly problems: readonly Problem[];
  /** In words, what was chosen: "exact LTI", "Dormand-Prince 5(4), rtol 1e-6", "recurrence, Ts = 0.1 s". */
  readonly method: string;
  readonly counts: { readonly steps: number; readonly rejected: number; readonly evaluations: number };
}

export interface SimSettings {
  readonly start: number;
  readonly stop: number;
  /** Spacing of the output grid, s. A model with sampled states only is recorded at its own sample instants. */
  readonly step: number;
  readonly solver: Solver;
  readonly rtol: number;
  readonly atol: number;
  /** Longest integrator step, s; Infinity or 0 leaves it to the integrator. */
  readonly maxStep: number;
  /** Also record both sides of every event, so that plots jump where signals do. */
  readonly events: boolean;
}
