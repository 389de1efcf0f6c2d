/** Files that a document's blocks name: which are not attached, and attaching one. Reading them is core/diagram/data.ts. */
import type { Block, LazoDocument, Sheet } from "../../core/diagram/document.ts";
import { blockOf } from "../../core/blocks/index.ts";

function* everyBlock(sheet: Sheet): Generator<Block> {
  for (const block of sheet.blocks) {
    yield block;
    if (block.sheet) yield* everyBlock(block.sheet);
  }
}

/** Names of the files in parameters of kind "data", each once, in the order of the blocks. */
export function namedFiles(document: LazoDocument): readonly string[] {
  const names = new Set<string>();
  for (const block of everyBlock(document.root)) {
    const params = blockOf(block.type)?.params ?? {};
    for (const [param, spec] of Object.entries(params)) {
      if (spec.kind !== "data") continue;
      const name = (block.params[param] ?? spec.default).trim();
      if (name !== "") names.add(name);
    }
  }
  return [...names];
}

export const missingFiles = (document: LazoDocument): readonly string[] =>
  namedFiles(document).filter((name) => !Object.hasOwn(document.data ?? {}, name));

export const attach = (document: LazoDocument, name: string, text: string): LazoDocument =>
  document.data && Object.hasOwn(document.data, name) && document.data[name] === text
    ? document
    : { ...document, data: { ...document.data, [name]: text } };
