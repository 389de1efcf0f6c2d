/** The entry of A, B, C or D that the inspector speaks of just now, for the matrices to show. */
import { create } from "zustand";

export interface Entry {
  readonly matrix: "A" | "B" | "C" | "D";
  readonly row: number;
  readonly col: number;
}

interface EntryState {
  readonly entry: Entry | undefined;
  point(entry: Entry | undefined): void;
}

export const useEntry = create<EntryState>()((set) => ({
  entry: undefined,
  point: (entry) => set({ entry }),
}));
