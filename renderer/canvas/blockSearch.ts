/** Finds blocks by what is typed, with a value in the name: "Gain 5", "sum +-", "constant k/2". */
import type { BlockDefinition } from "../../core/blocks/block.ts";
import { blockTitle } from "../store/blockTitle.ts";
import { fit } from "../ui/fuzzy.ts";

export interface Found {
  readonly definition: BlockDefinition;
  /** Parameters given by the value in the name. */
  readonly params: { readonly [name: string]: string };
  readonly score: number;
}

/** The parameter that a value in the name sets: the first that holds one. */
export function mainParam(definition: BlockDefinition): string | undefined {
  const kinds = ["real", "vector", "matrix", "formula", "text"];
  if (definition.type === "input" || definition.type === "output" || definition.type === "state") return undefined;
  return Object.entries(definition.params).find(([, spec]) => kinds.includes(spec.kind))?.[0];
}

function score(query: string, definition: BlockDefinition): number {
  const names = [blockTitle(definition), definition.title, definition.type];
  // An alias counts a little less than a title, so that the block of that very name comes first.
  const aliases = (definition.aliases ?? []).map((alias) => 0.95 * fit(query, alias));
  return Math.max(...names.map((name) => fit(query, name)), ...aliases);
}

/** Best first; all blocks in their order when nothing is typed. */
export function searchBlocks(query: string, library: Iterable<BlockDefinition>): Found[] {
  const text = query.trim();
  const found: Found[] = [];
  const words = text.split(/\s+/);
  for (const definition of library) {
    let best: Found = { definition, params: {}, score: score(text, definition) };
    const param = mainParam(definition);
    if (param !== undefined) {
      for (let count = 1; count < words.length; count++) {
        const value = words.slice(count).join(" ");
        const nameScore = score(words.slice(0, count).join(" "), definition);
        // Only a good fit of the name may claim the rest as a value, unless the rest looks like one.
        const valueLike = /^[-+\d.[(*/]/.test(value);
        if (nameScore > (valueLike ? 0 : 70) && nameScore - 1 > best.score) {
          best = { definition, params: { [param]: value }, score: nameScore - 1 };
        }
      }
    }
    if (best.score > 0) found.push(best);
  }
  return found.sort((a, b) => b.score - a.score);
}
