/** Designs begun on the drawing: a sampled block beside a continuous one. The edits are core/diagram's, the numbers the engine's. */
import { addDiscretized, discretizable, inUse } from "../../core/diagram/discretize.ts";
import type { SampleRule } from "../../core/diagram/discretize.ts";
import type { Block } from "../../core/diagram/document.ts";
import { prefixAt } from "../../core/diagram/trail.ts";
import { blockOf } from "../../core/blocks/index.ts";
import { blockTitle } from "../store/blockTitle.ts";
import { expectNumbers } from "../store/designs.ts";
import { useDocument } from "../store/document.ts";
import { widthAt } from "../store/places.ts";
import { useResults } from "../store/results.ts";
import { useSelection } from "../store/selection.ts";
import { shownSheet, shownTrail } from "../store/sheet.ts";
import { t } from "../ui/i18n.ts";

/** The one block that is selected, whatever wires are beside it. */
function selectedBlock(): Block | undefined {
  const { blocks } = useSelection.getState();
  const [id] = blocks;
  return blocks.size === 1 ? shownSheet().blocks.find((block) => block.id === id) : undefined;
}

/** The selected block where it is of a kind that can be sampled. */
export function selectedContinuous(): Block | undefined {
  const block = selectedBlock();
  return block && discretizable(block) && block.design?.method !== "discretize" ? block : undefined;
}

/** A sampled block beside the selected one, compared with it, designed as soon as the engine knows its system. One step to undo. */
export function discretizeSelected(rule: SampleRule): void {
  const source = selectedContinuous();
  if (!source) return;
  const { document, edit } = useDocument.getState();
  const widths = useResults.getState().compiled?.widths;
  const path = prefixAt(document, shownTrail()) + source.name;
  const names = { copy: t("canvas.sampledName", { name: source.name }), scope: blockTitle(blockOf("scope")!) };
  const made = addDiscretized(document, source.id, rule, (port) => widthAt(widths, path, port), names);
  if (!made) return;
  edit(() => made.document);
  const design = shownSheet().blocks.find(({ id }) => id === made.copy)?.design;
  if (design) expectNumbers(made.copy, design);
  useSelection.getState().select({ blocks: [made.copy] });
}

/** The selected block where it is a sampled copy whose place is worth having. */
export function selectedSampled(): string | undefined {
  const block = selectedBlock();
  return block && inUse(useDocument.getState().document, block.id) ? block.id : undefined;
}
