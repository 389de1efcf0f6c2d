/** To CSV blocks: the files that a run is to be written to. A window writes where its user says, under the block's name for it. */
import { blockOf } from "../../core/blocks/index.ts";
import type { LazoDocument } from "../../core/diagram/document.ts";
import type { RunView } from "../engine/protocol.ts";
import { placeOf } from "../store/places.ts";
import { exportText } from "../store/session.ts";
import { csvOf } from "./runTable.ts";

export interface CsvSink {
  /** Path of the block. */
  readonly block: string;
  /** As the block names it. */
  readonly file: string;
  readonly traces: readonly number[];
}

export function csvSinks(run: RunView, document: LazoDocument): readonly CsvSink[] {
  return run.views.flatMap(({ block, kind, traces }) => {
    if (kind !== "csv" || traces.length === 0) return [];
    const place = placeOf(document, block);
    if (place.kind !== "block") return [];
    const file = place.block.params["file"] ?? blockOf(place.block.type)?.params["file"]?.default ?? "";
    return [{ block, file: file.trim(), traces: [...new Set(traces)] }];
  });
}

export const saveSink = ({ result }: RunView, { file, traces }: CsvSink): Promise<void> =>
  exportText(
    file,
    csvOf(
      result.t,
      traces.map((index) => result.traces[index]!),
    ),
  );
