/** The examples as compiled models, with the data beside them. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { attachFile, compile, namedFiles, readDocument } from "../../../../core/index.ts";
import type { LazoDocument, Model } from "../../../../core/index.ts";

export const exampleFolder = fileURLToPath(new URL("../../../../examples/", import.meta.url));

export function exampleDocument(name: string): LazoDocument {
  const read = readDocument(readFileSync(exampleFolder + name, "utf8"));
  if (!read.ok) throw new Error(name);
  let { document } = read;
  for (const file of namedFiles(document))
    if (!document.data?.[file]) document = attachFile(document, file, readFileSync(exampleFolder + file, "utf8"));
  return document;
}

export function modelOf(name: string): Model {
  const compiled = compile(exampleDocument(name));
  if (!compiled.ok) throw new Error(`${name}: ${compiled.problems[0]!.message}`);
  return compiled.model;
}
