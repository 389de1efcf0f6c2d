/** A field of the inspector that somebody wants to be typed in next: a problem that was clicked, a command. */
import { create } from "zustand";
import { useView } from "./view.ts";

interface FieldRequest {
  /** Id of the block or wire; "sheet" for the diagram's own fields. */
  readonly owner: string;
  /** Name of the parameter; "name", "gain"; "variable:<name>" or "run.<setting>" on the sheet. */
  readonly field: string;
  /** Grows, so that asking twice focuses twice. */
  readonly count: number;
}

interface FieldState {
  readonly request: FieldRequest | undefined;
  focusField(owner: string, field: string): void;
  /** The field has the focus: nobody else needs it. */
  done(): void;
}

export const useField = create<FieldState>()((set, get) => ({
  request: undefined,
  focusField(owner, field) {
    useView.getState().set({ inspectorOpen: true });
    set({ request: { owner, field, count: (get().request?.count ?? 0) + 1 } });
  },
  done: () => set({ request: undefined }),
}));
