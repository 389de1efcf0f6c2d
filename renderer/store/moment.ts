/**
 * The instant that everybody looks at: under the pointer of a plot (`cursor`), or picked from a list of events or problems
 * (`useMoment`). Plots, values in the legend, values on the canvas and lists follow it.
 */
import { create } from "zustand";

/**
 * Outside React on purpose: it changes with every move of the mouse, and only a few numbers on the screen follow it.
 * undefined: the pointer is over no plot.
 */
export const cursor = (() => {
  const listeners = new Set<(t: number | undefined) => void>();
  let now: number | undefined;
  return {
    now: (): number | undefined => now,
    set(t: number | undefined): void {
      if (t === now) return;
      now = t;
      for (const tell of listeners) tell(t);
    },
    listen(tell: (t: number | undefined) => void): () => void {
      listeners.add(tell);
      return () => void listeners.delete(tell);
    },
  };
})();

interface MomentState {
  /** In s of the shown run; undefined: none picked. */
  readonly t: number | undefined;
  pick(t: number | undefined): void;
}

/** The picked instant is marked on the plots until another one is picked. */
export const useMoment = create<MomentState>()((set) => ({ t: undefined, pick: (t) => set({ t }) }));
