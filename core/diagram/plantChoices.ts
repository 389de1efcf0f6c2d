/** What an estimator may be pointed at: blocks and subsystems that may hold a state, by path. Whether one fits, the compiler tells. */
import { blockOf } from "../blocks/index.ts";
import type { Block, LazoDocument } from "./document.ts";
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

const holds = (block: Block, id: string): boolean =>
  block.sheet?.blocks.some((inner) => inner.id === id || holds(inner, id)) ?? false;
