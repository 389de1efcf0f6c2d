/** How the user looks at a run: which view, which window of time, what is held and measured. Kept while panels come and go. */
import { create } from "zustand";
import type { RunView } from "../engine/protocol.ts";

export type TimeWindow = readonly [from: number, to: number];

interface ScopeState {
  /** Path of the Scope or Output block looked at; undefined: the first there is. */
  readonly block: string | undefined;
  /** Each signal on axes of its own. */
  readonly stacked: boolean;
  /** A run kept behind the present one, to compare with. */
  readonly held: RunView | undefined;
  /** The zoom on time; undefined: the whole run. */
  readonly window: TimeWindow | undefined;
  /** Instants of the two measuring cursors; undefined: not measuring. */
  readonly marks: readonly [number, number] | undefined;
  set(change: Partial<Omit<ScopeState, "set">>): void;
}

export const useScope = create<ScopeState>()((set) => ({
  block: undefined,
  stacked: false,
  held: undefined,
  window: undefined,
  marks: undefined,
  set: (change) => set(change),
}));

export type Hover = number | undefined;

/**
 * The instant under the pointer. Outside React on purpose: it changes with every move of the mouse, and only a few
 * numbers on the screen follow it.
 */
export const hover = (() => {
  const listeners = new Set<(t: Hover) => void>();
  let now: Hover;
  return {
    set(t: Hover): void {
      if (t === now) return;
      now = t;
      for (const tell of listeners) tell(t);
    },
    listen(tell: (t: Hover) => void): () => void {
      listeners.add(tell);
      return () => void listeners.delete(tell);
    },
  };
})();

/** The window after zooming by `factor` about `centre`, kept within the run; undefined when nothing of it is left out. */
export function zoomed(window: TimeWindow, whole: TimeWindow, centre: number, factor: number): TimeWindow | undefined {
  const span = whole[1] - whole[0];
  const width = Math.max((window[1] - window[0]) * factor, span * 1e-6);
  if (width >= span) return undefined;
  const share = (centre - window[0]) / (window[1] - window[0]);
  return within([centre - share * width, centre + (1 - share) * width], whole);
}

/** The window moved by dt, kept within the run. */
export function panned(window: TimeWindow, whole: TimeWindow, dt: number): TimeWindow {
  return within([window[0] + dt, window[1] + dt], whole);
}

function within([from, to]: TimeWindow, whole: TimeWindow): TimeWindow {
  const width = to - from;
  if (from < whole[0]) return [whole[0], whole[0] + width];
  if (to > whole[1]) return [whole[1] - width, whole[1]];
  return [from, to];
}
