/** What the results can do by name, wherever they are shown; and what they forget when another document is opened. */
import { registerCommand } from "../store/commands.ts";
import { useDocument } from "../store/document.ts";
import { useResults } from "../store/results.ts";
import { documentName, exportText } from "../store/session.ts";
import { useMoment } from "../store/moment.ts";
import { useView } from "../store/view.ts";
import { useAnalysis } from "../store/analysis.ts";
import { canKeep, keepSystem } from "./keptSystems.ts";
import { csvOf } from "./runTable.ts";
import { csvSinks, saveSink } from "./sinks.ts";
import { forgetRun, hold, useScope } from "./scopeState.ts";

/** The last run and the To CSV blocks in it. */
function sinksNow() {
  const { run } = useResults.getState();
  return { run, sinks: run ? csvSinks(run, useDocument.getState().document) : [] };
}

export function registerResultCommands(): () => void {
  const result = () => useResults.getState().run?.result;
  const recorded = () => (result()?.t.length ?? 0) > 0;
  const undo = [
    registerCommand({
      id: "results.exportCsv",
      group: "file",
      title: "file.exportCsv",
      words: "CSV data datos",
      enabled: recorded,
      run() {
        const now = result();
        if (!now) return;
        const name = documentName(useDocument.getState()).replace(/\.lazo$/i, "");
        void exportText(`${name}.csv`, csvOf(now.t, now.traces));
      },
    }),
    registerCommand({
      id: "results.saveSinks",
      group: "file",
      title: "file.saveSinks",
      words: "CSV data datos",
      enabled: () => sinksNow().sinks.length > 0,
      run() {
        const { run, sinks } = sinksNow();
        // One dialog after the other.
        if (run) void sinks.reduce((before, sink) => before.then(() => saveSink(run, sink)), Promise.resolve());
      },
    }),
    registerCommand({
      id: "results.hold",
      group: "run",
      title: "plots.hold",
      shortcut: "Alt+KeyH",
      words: "ghost compare comparar",
      enabled: recorded,
      run() {
        const { run, ranOf } = useResults.getState();
        if (run) hold(run, ranOf);
      },
    }),
    registerCommand({
      id: "results.letGo",
      group: "run",
      title: "plots.releaseHeld",
      words: "ghost compare comparar",
      enabled: () => useScope.getState().held.length > 0,
      run: () => useScope.getState().set({ held: [] }),
    }),
    registerCommand({
      id: "analyse.keep",
      group: "view",
      title: "analyse.keep",
      shortcut: "Alt+KeyG",
      words: "overlay hold compare retener comparar superponer",
      enabled: canKeep,
      run: keepSystem,
    }),
    registerCommand({
      id: "analyse.releaseAll",
      group: "view",
      title: "analyse.releaseAll",
      words: "overlay hold compare retener comparar superponer",
      enabled: () => useAnalysis.getState().kept.length > 0,
      run: () => useAnalysis.setState({ kept: [] }),
    }),
    registerCommand({
      id: "results.events",
      group: "view",
      title: "plots.events.tip",
      enabled: () => (result()?.events.length ?? 0) > 0,
      run() {
        useView.getState().set({ dockOpen: true, dockTab: "scope" });
        useScope.getState().set({ listed: !useScope.getState().listed });
      },
    }),
    useDocument.subscribe((state, before) => {
      if (state.opened === before.opened) return;
      forgetRun();
      useMoment.getState().pick(undefined);
    }),
  ];
  return () => undo.forEach((end) => end());
}
