/** Data files that a document's blocks name, and attaching their text. Who reads them from where is a host's business. */
import { blockOf } from "../blocks/index.ts";
import type { Block, LazoDocument, Sheet } from "./document.ts";

function* everyBlock(sheet: Sheet): Generator<Block> {
  for (const block of sheet.blocks) {
    yield block;
    if (block.sheet) yield* everyBlock(block.sheet);
  }
}

/** Names in parameters of kinds "data" and "weights", each once, in the order of the blocks. */
export function namedFiles(document: LazoDocument): readonly string[] {
  const names = new Set<string>();
  for (const block of everyBlock(document.root)) {
    for (const [param, spec] of Object.entries(blockOf(block.type)?.params ?? {})) {
      if (spec.kind !== "data" && spec.kind !== "weights") continue;
      const name = (Object.hasOwn(block.params, param) ? block.params[param]! : spec.default).trim();
      if (name !== "") names.add(name);
    }
  }
  return [...names];
}

/** The same document where the file is attached with this very text already. */
export function attachFile(document: LazoDocument, name: string, text: string): LazoDocument {
  if (document.data && Object.hasOwn(document.data, name) && document.data[name] === text) return document;
  return { ...document, data: { ...document.data, [name]: text } };
}
