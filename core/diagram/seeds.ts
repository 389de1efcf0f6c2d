/** Blocks that draw random numbers: the same diagram run after run with other ones, or with none. */
import { blockOf } from "../blocks/index.ts";
import type { Block, LazoDocument, Sheet } from "./document.ts";

const drawing = (block: Block): boolean => blockOf(block.type)?.params["seed"] !== undefined;

export function seededBlocks(document: LazoDocument): readonly Block[] {
  const inside = (sheet: Sheet): readonly Block[] =>
    sheet.blocks.flatMap((block) => [...(drawing(block) ? [block] : []), ...(block.sheet ? inside(block.sheet) : [])]);
  return inside(document.root);
}

/** A seed of its own for each block that has one, and for each run. */
export function withSeeds(document: LazoDocument, run: number): LazoDocument {
  let k = 0;
  return changed(document, () => ({ seed: String((run * 1009 + ++k) % 1e9) }));
}

/** What each of them gives on average; of the same sizes, so that it is the same structure. */
export function withoutNoise(document: LazoDocument): LazoDocument {
  return changed(document, (block) => {
    const own = blockOf(block.type)!.params;
    const typed = (name: string) => block.params[name] ?? own[name]!.default;
    const none = (name: string) => (own[name] ? { [name]: `0*(${typed(name)})` } : {});
    const middle = own["lower"] && own["upper"] ? `((${typed("lower")}) + (${typed("upper")}))/2` : undefined;
    return {
      ...(middle === undefined ? {} : { lower: middle, upper: middle }),
      ...{ ...none("deviation"), ...none("density"), ...none("amplitude") },
    };
  });
}

function changed(document: LazoDocument, change: (block: Block) => Block["params"]): LazoDocument {
  const inside = (sheet: Sheet): Sheet => ({
    ...sheet,
    blocks: sheet.blocks.map((block): Block => {
      const params = drawing(block) ? { ...block.params, ...change(block) } : block.params;
      return { ...block, params, ...(block.sheet && { sheet: inside(block.sheet) }) };
    }),
  });
  return { ...document, root: inside(document.root) };
}
