/** Variables that are estimated from a record: which, and what came of it. Written by engine/fitClient.ts too. */
import { create } from "zustand";
import type { Bounds, FitFault, FitView } from "../engine/estimateProtocol.ts";
import type { ShownFault } from "./estimated.ts";

export type ShownFitFault = FitFault | ShownFault | { readonly ok: false; readonly code: "NO_VARIABLE" };

interface FittedState {
  /** Names of variables. */
  readonly chosen: readonly string[];
  /** By name; kept of those that are not chosen, too. */
  readonly bounds: { readonly [name: string]: Bounds };
  readonly busy: boolean;
  /** The last step that was taken. */
  readonly round: { readonly iteration: number; readonly logLikelihood: number } | undefined;
  readonly fault: ShownFitFault | undefined;
  /** With the name of the data set. */
  readonly result: { readonly set: string; readonly fit: FitView } | undefined;
}

export const nothingFitted: FittedState = {
  chosen: [],
  bounds: {},
  busy: false,
  round: undefined,
  fault: undefined,
  result: undefined,
};

export const useFitted = create<FittedState>()(() => nothingFitted);
