/** Messages in the bar under the toolbar: what could not be opened, what can be recovered. Never modal. */
import { create } from "zustand";

export interface Notice {
  readonly id: string;
  readonly tone: "info" | "warning" | "error" | "success";
  readonly text: string;
  /** More, in smaller type: where, and what to do. */
  readonly detail?: string;
  readonly actions?: readonly { readonly label: string; run(): void; readonly primary?: boolean }[];
  /** Goes by itself after so many ms. */
  readonly expires?: number;
  /** Runs when it is closed by its cross. */
  onDismiss?(): void;
}

interface NoticesState {
  readonly notices: readonly Notice[];
  show(notice: Notice): void;
  dismiss(id: string): void;
}

export const useNotices = create<NoticesState>()((set, get) => ({
  notices: [],
  show(notice) {
    set({ notices: [...get().notices.filter((n) => n.id !== notice.id), notice] });
    if (notice.expires !== undefined) {
      setTimeout(() => {
        if (get().notices.includes(notice)) get().dismiss(notice.id);
      }, notice.expires);
    }
  },
  dismiss: (id) => set({ notices: get().notices.filter((n) => n.id !== id) }),
}));
