/**
 * What the engine last said about the document: the compiled view, the last run, and what it is doing now.
 * Written by engine/client.ts only; sample arrays are shared, never copied.
 */
import type { LazoDocument } from "../../core/diagram/document.ts";
import type { CompiledView, RunView } from "../engine/protocol.ts";
import { createPaced } from "./paced.ts";

/** Keys of the text catalogue. */
export type EngineFault = "engine.failed" | "engine.hung";

export interface ResultsState {
  readonly compiled: CompiledView | undefined;
  readonly run: RunView | undefined;
  /** The document that `run` is of. */
  readonly ranOf: LazoDocument | undefined;
  /** The shown run is of an older document than the one drawn. */
  readonly stale: boolean;
  readonly phase: "idle" | "compiling" | "running";
  /** 0 to 1 while running. */
  readonly progress: number;
  /** A fault of the program itself; what a user can cause is in `compiled.problems` and `run.result.problems`. */
  readonly error: EngineFault | undefined;
}

export const noResults: ResultsState = {
  compiled: undefined,
  run: undefined,
  ranOf: undefined,
  stale: false,
  phase: "idle",
  progress: 0,
  error: undefined,
};

export const useResults = createPaced<ResultsState>(() => noResults);
