/** What the results can do by name, wherever they are shown: every signal of the last run as a CSV file. */
import { registerCommand } from "../store/commands.ts";
import { useDocument } from "../store/document.ts";
import { useResults } from "../store/results.ts";
import { documentName, exportText } from "../store/session.ts";
import { csvOf } from "./runTable.ts";

export function registerResultCommands(): () => void {
  const result = () => useResults.getState().run?.result;
  return registerCommand({
    id: "results.exportCsv",
    group: "file",
    title: "file.exportCsv",
    words: "CSV data datos",
    enabled: () => (result()?.t.length ?? 0) > 0,
    run() {
      const now = result();
      if (!now) return;
      const name = documentName(useDocument.getState()).replace(/\.lazo$/i, "");
      void exportText(`${name}.csv`, csvOf(now.t, now.traces));
    },
  });
}
