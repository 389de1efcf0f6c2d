/** What an estimator may be pointed at: blocks and subsystems that may hold a state, by path. Whether one fits, the compiler tells. */
import { blockOf } from "../blocks/index.ts";
import type { Block, LazoDocument } from "./document.ts";
import { evaluateExpression } from "./parameters.ts";
import { places } from "./sheets.ts";

const holding: ReadonlySet<string> = new Set(["continuous", "discrete", "nonlinear"]);

export function mayBePlant(block: Pick<Block, "type">): boolean {
  return (
    block.type === "subsystem" || block.type === "state" || holding.has(blockOf(block.type)?.category ?? "") // An unknown type is none.
  );
}

/** Those around the block itself are left out. */
export function plantChoices(
  document: LazoDocument,
  estimator: string,
): readonly { readonly id: string; readonly path: string }[] {
  return places(document).flatMap(({ sheet, prefix }) =>
    sheet.blocks
      .filter((block) => mayBePlant(block) && !holds(block, estimator))
      .map(({ id, name }) => ({ id, path: prefix + name })),
  );
}

export interface Watching {
  /** Id of the subsystem. */
  readonly plant: string;
  readonly estimator: Block;
  /** s */
  readonly period: number | undefined;
}

/** The first estimator that refers to a subsystem. */
export function watching(document: LazoDocument): Watching | undefined {
  const all = places(document);
  const subsystems = new Set(all.flatMap(({ owner }) => owner?.block.id ?? []));
  for (const { sheet, scope } of all)
    for (const estimator of sheet.blocks) {
      const plant = estimator.params["plant"];
      if (plant === undefined || !subsystems.has(plant)) continue;
      const period = evaluateExpression(estimator.params["period"] ?? "", scope);
      return {
        plant,
        estimator,
        period: period.ok && period.value.data[0]! > 0 ? period.value.data[0] : undefined,
      };
    }
  return undefined;
}

const holds = (block: Block, id: string): boolean =>
  block.sheet?.blocks.some((inner) => inner.id === id || holds(inner, id)) ?? false;
