/** A piece of a drawing on its way through the clipboard, where any program may have put anything. */
import type { Block, Note, Variable, Wire } from "./document.ts";
import { parseJson } from "./schema.ts";
import { fragmentShape } from "./shape.ts";

export const fragmentShapeVersion = 1;

export interface Fragment {
  readonly format: "lazo-fragment";
  readonly version: 1;
  readonly blocks: readonly Block[];
  readonly wires: readonly Wire[];
  readonly notes: readonly Note[];
  /** What its expressions stand on. */
  readonly variables: readonly Variable[];
}

const longest = 16 * 1024 * 1024;

/** Undefined when the text is anything else. */
export function parseFragment(text: string): Fragment | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  const parsed = parseJson(text, longest);
  if (!parsed.ok) return undefined;
  const checked = fragmentShape.safeParse(parsed.raw);
  return checked.success ? (checked.data as Fragment) : undefined;
}
