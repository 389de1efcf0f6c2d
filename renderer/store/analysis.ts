/** What the engine last said for the Analyse tab, and the systems kept there to compare with. Views are written by engine/client.ts only. */
import { create } from "zustand";
import type { LazoDocument } from "../../core/diagram/document.ts";
import type { AnalysisPlot, AnalysisView, SystemView } from "../engine/protocol.ts";

/** A system that stays as it was while the diagram changes. */
export interface KeptSystem {
  /** From 1 in the order of keeping; never used again in this document. */
  readonly number: number;
  /** What the user calls it. */
  readonly name?: string;
  /** Place in the palette and among the dashes, its own among those kept: 0, 1, ... */
  readonly place: number;
  readonly hidden: boolean;
  readonly system: SystemView;
  /** What it was a system of. */
  readonly of: LazoDocument;
  /** How it looks, as far as somebody has looked. */
  readonly views: { readonly [P in AnalysisPlot]?: AnalysisView };
}

interface AnalysisState {
  readonly view: AnalysisView | undefined;
  /** What `view` is of; undefined where that cannot be drawn. */
  readonly system: SystemView | undefined;
  readonly kept: readonly KeptSystem[];
}

export const nothingAnalysed: AnalysisState = { view: undefined, system: undefined, kept: [] };

export const useAnalysis = create<AnalysisState>()(() => nothingAnalysed);

export function changeKept(number: number, change: (one: KeptSystem) => KeptSystem): void {
  useAnalysis.setState(({ kept }) => ({ kept: kept.map((one) => (one.number === number ? change(one) : one)) }));
}
