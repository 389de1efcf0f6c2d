/** Which of the window's own panels is up: the gallery, or one of the sheets. Forgotten when the window closes. */
import { create } from "zustand";

export type SheetName = "commands" | "shortcuts" | "about";

interface ShellState {
  readonly gallery: boolean;
  readonly sheet: SheetName | undefined;
  set(change: { readonly gallery?: boolean; readonly sheet?: SheetName | undefined }): void;
}

export const useShell = create<ShellState>()((set) => ({
  gallery: false,
  sheet: undefined,
  set: (change) => set(change),
}));
