/** Systems kept in the Analyse tab: keeping the present one, and what of them can be drawn beside it. */
import type { AnalysisView, CurvesView, PoleZeroView, SystemView } from "../engine/protocol.ts";
import { sameSystem, useAnalysis, withKept } from "../store/analysis.ts";
import type { KeptSystem } from "../store/analysis.ts";
import { useDocument } from "../store/document.ts";
import { useView } from "../store/view.ts";
import type { FrequencyUnit } from "../store/view.ts";
import type { Translate } from "../ui/i18n.ts";
import { dashOf } from "./drawing.ts";
import { curvesIn, polesIn } from "./frequencyUnit.ts";

/** The last colours of the palette: those that live curves come to last. */
const lastColour = 7;

/** What a kept system is drawn with. */
export interface KeptStyle {
  readonly name: string;
  readonly colour: number;
  readonly dash: readonly number[];
}
export interface Kept<View> extends KeptStyle {
  readonly view: View;
}

export const styleOf = ({ name, number, place }: KeptSystem, text: Translate): KeptStyle => ({
  name: name ?? text("analyse.keptName", { number }),
  colour: lastColour - place,
  dash: dashOf(place),
});

/** Whether this very system is kept, whenever that was. */
export const isKept = (kept: readonly KeptSystem[], system: SystemView | undefined): boolean =>
  system !== undefined && kept.some((one) => sameSystem(one.system, system));

/** Keeps the system on the screen; the oldest one makes room. A system is kept once. */
export function keepSystem(): void {
  useAnalysis.setState(({ kept, system }) => {
    if (!system || isKept(kept, system)) return {};
    return { kept: withKept(kept, system, useDocument.getState().document) };
  });
}

export const canKeep = (): boolean => {
  const { kept, system } = useAnalysis.getState();
  const { dockOpen, dockTab } = useView.getState();
  return dockOpen && dockTab === "analyse" && system !== undefined && !isKept(kept, system);
};

export interface Comparable<View> {
  readonly drawn: readonly Kept<View>[];
  /** Names of those in the other plane: points of s and z mean different things. */
  readonly otherPlane: readonly string[];
  /** Names of those that have no such plot. */
  readonly without: readonly string[];
}

/** What of the systems kept and not hidden can be drawn beside a view, frequencies in the unit. */
export function comparable<View extends CurvesView | PoleZeroView>(
  kept: readonly KeptSystem[],
  live: View,
  unit: FrequencyUnit,
  text: Translate,
): Comparable<View> {
  const plot = live.kind === "curves" ? live.plot : live.locus ? "rlocus" : "poleZero";
  const drawn: Kept<View>[] = [];
  const otherPlane: string[] = [];
  const without: string[] = [];
  for (const one of kept) {
    const found: AnalysisView | undefined = one.views[plot];
    if (one.hidden || !found) continue;
    const style = styleOf(one, text);
    if (found.kind !== live.kind) without.push(style.name);
    else if (found.kind === "poleZero" && found.time.kind !== live.time.kind) otherPlane.push(style.name);
    else drawn.push({ ...style, view: inUnits(found as View, unit) });
  }
  return { drawn, otherPlane, without };
}

/** Why some of the kept systems are missing. */
export const notDrawn = (
  { otherPlane, without }: Pick<Comparable<AnalysisView>, "otherPlane" | "without">,
  text: Translate,
): readonly string[] => [
  ...(otherPlane.length > 0 ? [text("analyse.otherPlane", { names: otherPlane.join(", ") })] : []),
  ...(without.length > 0 ? [text("analyse.without", { names: without.join(", ") })] : []),
];

const inUnits = <View extends CurvesView | PoleZeroView>(view: View, unit: FrequencyUnit): View =>
  (view.kind === "curves" ? curvesIn(view, unit) : polesIn(view, unit)) as View;
