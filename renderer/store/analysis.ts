/** What the engine last said for the Analyse tab. Written by engine/client.ts only. */
import { create } from "zustand";
import type { AnalysisView } from "../engine/protocol.ts";

interface AnalysisState {
  readonly view: AnalysisView | undefined;
}

export const useAnalysis = create<AnalysisState>()(() => ({ view: undefined }));
