/** What the engine last said for the Analyse tab, and the systems kept there to compare with. Views are written by engine/client.ts only. */
import type { LazoDocument } from "../../core/diagram/document.ts";
import type { AnalysisPlot, AnalysisView, SystemView } from "../engine/protocol.ts";
import { createPaced } from "./paced.ts";

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
  /** A system so large that its view takes a while: that is under way, or was stopped. Whoever sets the phase stops it, or begins again. */
  readonly large: { readonly states: number; readonly phase: "working" | "stopped" } | undefined;
  readonly kept: readonly KeptSystem[];
}

export const nothingAnalysed: AnalysisState = { view: undefined, system: undefined, large: undefined, kept: [] };

export function stopLarge(): void {
  useAnalysis.setState(({ large }) => (large ? { large: { ...large, phase: "stopped" }, view: undefined } : {}));
}

export function resumeLarge(): void {
  useAnalysis.setState(({ large }) => (large ? { large: { ...large, phase: "working" } } : {}));
}

/** Whether two are the same in all that can be seen of them. */
export function sameSystem(a: SystemView, b: SystemView): boolean {
  const numbers = (["A", "B", "C", "D"] as const).every(
    (name) => a[name].length === b[name].length && a[name].every((value, k) => value === b[name][k]),
  );
  const rest = ({ u, x, y, time, loop }: SystemView): string => JSON.stringify([u, x, y, time, loop]);
  return numbers && rest(a) === rest(b);
}

export const useAnalysis = createPaced<AnalysisState>(() => nothingAnalysed);

export function changeKept(number: number, change: (one: KeptSystem) => KeptSystem): void {
  useAnalysis.setState(({ kept }) => ({ kept: kept.map((one) => (one.number === number ? change(one) : one)) }));
}

/** More than this, kept systems or held runs, can no longer be told apart. */
export const mostKept = 4;

/** Kept as well; the oldest one makes room. */
export function withKept(
  kept: readonly KeptSystem[],
  system: SystemView,
  of: LazoDocument,
  name?: string,
): readonly KeptSystem[] {
  const staying = kept.slice(-(mostKept - 1));
  const place = [0, 1, 2, 3].find((free) => !staying.some((one) => one.place === free))!;
  const number = (kept.at(-1)?.number ?? 0) + 1;
  return [...staying, { number, place, hidden: false, system, of, views: {}, ...(name !== undefined && { name }) }];
}
