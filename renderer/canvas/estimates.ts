/** "Estimate the state of this": an estimator placed and wired beside what is selected. The edit is core/diagram's. */
import { blockOf } from "../../core/blocks/index.ts";
import { sidesOf } from "../../core/diagram/discretize.ts";
import { canBeWatched, onePlant, placeEstimator } from "../../core/diagram/estimators.ts";
import type { EstimatorKind, Watched } from "../../core/diagram/estimators.ts";
import { prefixAt, sheetAt } from "../../core/diagram/trail.ts";
import { blockTitle } from "../store/blockTitle.ts";
import { useDocument } from "../store/document.ts";
import { useNotices } from "../store/notices.ts";
import { useResults } from "../store/results.ts";
import { useSelection } from "../store/selection.ts";
import { shownSheet, shownTrail } from "../store/sheet.ts";
import { t } from "../ui/i18n.ts";

export function canEstimate(): boolean {
  const { blocks } = useSelection.getState();
  return canBeWatched(shownSheet().blocks.filter(({ id }) => blocks.has(id)));
}

/** One step to undo. */
export function estimateHere(kind: EstimatorKind): void {
  const { document, edit } = useDocument.getState();
  const trail = shownTrail();
  const prefix = prefixAt(document, trail);
  const { rates } = useResults.getState().compiled ?? {};
  const chosen = useSelection.getState().blocks;
  const names = { estimator: blockTitle(blockOf(kind)!), scope: t("controller.estimate") };
  const one = onePlant(document, chosen, t("canvas.estimate.plant"));
  const plant = one && sheetAt(one.document, trail).blocks.find(({ id }) => id === one.plant);
  const sides = plant && sidesOf(one.document, plant, () => undefined);
  const sampled = shownSheet()
    .blocks.filter(({ id }) => chosen.has(id))
    .flatMap(({ name }) => periodIn(rates, prefix + name));
  const watched: Watched = {
    inputs: sides?.in.map(({ port }) => port) ?? [],
    outputs: sides?.out.map(({ port }) => port) ?? [],
    period: sampled[0],
  };
  const placed = one && placeEstimator(one.document, kind, one.plant, watched, names);
  if (!placed) {
    const text = t("canvas.estimate.unseen");
    useNotices.getState().show({ id: "estimate", tone: "warning", text, expires: 10_000 });
    return;
  }
  edit(() => placed.document);
  useSelection.getState().select({ blocks: [placed.estimator] });
}

/** Sample times of a block, or of what is in it, as they would be typed. */
function periodIn(rates: { readonly [path: string]: string } | undefined, path: string): string[] {
  return Object.entries(rates ?? {}).flatMap(([at, rate]) => {
    if (at !== path && !at.startsWith(`${path}/`)) return [];
    const [every = "", offset] = rate.split("+");
    return Number(every) > 0 ? [offset === undefined ? every : `[${every}, ${offset}]`] : [];
  });
}
