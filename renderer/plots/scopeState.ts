/** How the user looks at a run: which view, which window of it, what is held, measured and listed. Kept while panels come and go. */
import { mostKept } from "../store/analysis.ts";
import type { KeyboardEvent } from "react";
import { create } from "zustand";
import type { LazoDocument } from "../../core/diagram/document.ts";
import type { RunView } from "../engine/protocol.ts";

export type TimeWindow = readonly [from: number, to: number];
/** A part of an XY plot. */
export interface Box {
  readonly x: TimeWindow;
  readonly y: TimeWindow;
}

/** A run kept behind the present one, to compare with. */
export interface HeldRun {
  /** From 1 in the order of holding; never used again in this document. */
  readonly number: number;
  readonly run: RunView;
  /** What it is a run of. */
  readonly of: LazoDocument | undefined;
}

interface ScopeState {
  /** Path of the block whose view is looked at; undefined: the first there is. */
  readonly block: string | undefined;
  /** Each signal on axes of its own. */
  readonly stacked: boolean;
  /** XY plots: a unit is as long on one axis as on the other. */
  readonly equal: boolean;
  readonly held: readonly HeldRun[];
  /** The zoom on time; undefined: the whole run. */
  readonly window: TimeWindow | undefined;
  /** The zoom of an XY plot, and of which; undefined: all of it. */
  readonly box: (Box & { readonly block: string }) | undefined;
  /** Instants of the two measuring cursors; undefined: not measuring. */
  readonly marks: readonly [number, number] | undefined;
  /** The list of events stands beside the plot, and their instants on it. */
  readonly listed: boolean;
  set(change: Partial<Omit<ScopeState, "set">>): void;
}

const fresh = { block: undefined, held: [], window: undefined, box: undefined, marks: undefined } as const;

export const useScope = create<ScopeState>()((set) => ({
  ...fresh,
  stacked: false,
  equal: false,
  listed: false,
  set: (change) => set(change),
}));

/** Another document: what was chosen in the one before means nothing in it. */
export const forgetRun = (): void => useScope.getState().set(fresh);

/** Holds this run as well; the oldest one makes room. A run is held once. */
export function hold(run: RunView, of: LazoDocument | undefined): void {
  const { held, set } = useScope.getState();
  if (held.some((one) => one.run === run)) return;
  const number = (held.at(-1)?.number ?? 0) + 1;
  set({ held: [...held, { number, run, of }].slice(-mostKept) });
}

export function letGo(number: number): void {
  const { held, set } = useScope.getState();
  set({ held: held.filter((one) => one.number !== number) });
}

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

/** Zooms and moves the part of the time that is shown, by the keys of a plot that has the focus; other keys pass. */
export function moveByKey(
  event: KeyboardEvent,
  window: TimeWindow | undefined,
  whole: TimeWindow,
  show: (window: TimeWindow | undefined) => void,
): void {
  const now = window ?? whole;
  const wide = now[1] - now[0];
  const moves: { readonly [key: string]: () => TimeWindow | undefined } = {
    "+": () => zoomed(now, whole, now[0] + wide / 2, 0.7),
    "=": () => zoomed(now, whole, now[0] + wide / 2, 0.7),
    "-": () => zoomed(now, whole, now[0] + wide / 2, 1 / 0.7),
    "0": () => undefined,
    ArrowLeft: () => window && panned(now, whole, -wide / 10),
    ArrowRight: () => window && panned(now, whole, wide / 10),
  };
  const move = event.ctrlKey || event.metaKey || event.altKey ? undefined : moves[event.key];
  if (!move) return;
  event.preventDefault();
  event.stopPropagation();
  show(move());
}
