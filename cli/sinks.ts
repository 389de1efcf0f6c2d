/**
 * To CSV blocks: each writes its own signals into a file of its own, beside --out or else in the working folder. The name comes
 * from a document that somebody else may have drawn, so it is a plain .csv name, and never that of something in use.
 */
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { blockOf, namedFiles } from "../core/index.ts";
import type { Block, LazoDocument, Model, Sheet, SimResult, Trace } from "../core/index.ts";
import { writeWhole } from "./files.ts";
import { printable, refuse } from "./report.ts";
import { csvParts } from "./results.ts";

interface Sink {
  readonly path: string;
  readonly records: readonly number[];
}

/** Where each To CSV block writes; refused before anything is computed. */
export function sinksOf(document: LazoDocument, model: Model, file: string, out: string | undefined): readonly Sink[] {
  const folder = out === undefined ? "." : dirname(out);
  const taken = new Set([file, ...(out === undefined ? [] : [out])].map((path) => resolve(path)));
  for (const name of namedFiles(document)) {
    taken.add(resolve(folder, name));
    taken.add(resolve(dirname(file), name));
  }
  return model.ir.views.flatMap(({ block, kind, records }): readonly Sink[] => {
    if (kind !== "csv") return [];
    const name = fileNamed(blockAt(document.root, block));
    if (basename(name) !== name || !/^[^.\\/:\0][^\\/:\0]*\.csv$/i.test(name))
      throw refuse(
        "CSV_NAME",
        block,
        `"${name}" is no plain file name that ends in .csv.`,
        "Rename the file of this block.",
      );
    const path = join(folder, name);
    if (taken.has(resolve(path)))
      throw refuse("CSV_TAKEN", block, `"${name}" is used otherwise in this run.`, "Rename the file of this block.");
    if (out === undefined && existsSync(path))
      throw refuse(
        "CSV_EXISTS",
        block,
        `"${name}" is there already, and a diagram alone may not replace it.`,
        "Say --out FILE: the block's file then goes beside that one, replacing what is there.",
      );
    taken.add(resolve(path));
    return [{ path, records: [...new Set(records)] }];
  });
}

export async function writeSinks(
  sinks: readonly Sink[],
  result: SimResult,
  traceOf: (record: number) => Trace,
): Promise<void> {
  for (const { path, records } of sinks) {
    await writeWhole(path, csvParts({ ...result, traces: records.map(traceOf) }));
    process.stderr.write(`wrote ${printable(path)}\n`);
  }
}

function blockAt(sheet: Sheet, path: string): Block | undefined {
  for (const block of sheet.blocks) {
    if (block.name === path) return block;
    if (block.sheet && path.startsWith(`${block.name}/`)) {
      const inner = blockAt(block.sheet, path.slice(block.name.length + 1));
      if (inner) return inner;
    }
  }
  return undefined;
}

function fileNamed(block: Block | undefined): string {
  const text = block?.params["file"] ?? (block && blockOf(block.type)?.params["file"]?.default) ?? "";
  return text.trim();
}
