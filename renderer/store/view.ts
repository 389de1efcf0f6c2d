/** How the user likes his window: theme, language, what is open. Kept in local storage, apart from any document. */
import { create } from "zustand";
import { createJSONStorage, persist } from "zustand/middleware";

import type { AnalysisPlot } from "../engine/protocol.ts";

export type Theme = "system" | "light" | "dark";
export type Language = "en" | "es";
export type FrequencyUnit = "rad/s" | "Hz";
export type DockTab =
  "scope" | "analyse" | "matrices" | "order" | "problems" | "data" | "identify" | "estimate" | "train";

interface View {
  readonly theme: Theme;
  readonly language: Language;
  /** Every edit runs the simulation again. */
  readonly live: boolean;
  readonly dockTab: DockTab;
  /** How the Analyse tab looks at the system. */
  readonly analysisPlot: AnalysisPlot;
  readonly frequencyUnit: FrequencyUnit;
  readonly paletteOpen: boolean;
  /** Categories of the palette that are folded away. */
  readonly foldedBlocks: readonly string[];
  readonly inspectorOpen: boolean;
  readonly dockOpen: boolean;
  readonly minimap: boolean;
  /** Blocks and wires take the colour of their sample time. */
  readonly sampleTimes: boolean;
  /** Zoom of the canvas, 1 = 100 %. Written by the canvas for the status bar. */
  readonly zoom: number;
  /** Signal paths that the plots leave out. */
  readonly hiddenTraces: ReadonlySet<string>;
}

export interface ViewState extends View {
  set(change: Partial<View>): void;
}

const browserLanguage = (): Language => (globalThis.navigator?.language?.toLowerCase().startsWith("es") ? "es" : "en");

/** Where there is no storage (tests), choices last as long as the window. */
const nowhere = { getItem: () => null, setItem: () => {}, removeItem: () => {} };

export const useView = create<ViewState>()(
  persist(
    (set) => ({
      theme: "system",
      language: browserLanguage(),
      live: true,
      dockTab: "scope",
      analysisPlot: "poleZero",
      frequencyUnit: "rad/s",
      paletteOpen: true,
      foldedBlocks: [],
      inspectorOpen: true,
      dockOpen: true,
      minimap: true,
      sampleTimes: false,
      zoom: 1,
      hiddenTraces: new Set<string>(),
      set: (change) => set(change),
    }),
    {
      name: "lazo.view",
      storage: createJSONStorage(() => globalThis.localStorage ?? nowhere),
      partialize: ({
        theme,
        language,
        live,
        dockTab,
        analysisPlot,
        frequencyUnit,
        paletteOpen,
        foldedBlocks,
        inspectorOpen,
        dockOpen,
        minimap,
        sampleTimes,
      }) => ({
        theme,
        language,
        live,
        dockTab,
        analysisPlot,
        frequencyUnit,
        paletteOpen,
        foldedBlocks,
        inspectorOpen,
        dockOpen,
        minimap,
        sampleTimes,
      }),
    },
  ),
);
