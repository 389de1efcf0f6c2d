/**
 * The scope panel: what a block that shows signals recorded, over time or one signal against another, with what ended the run,
 * the values of displays and the list of events. Which view is chosen here; TimeView and XYView show it.
 */
import { Activity } from "lucide-react";
import { useEffect, useEffectEvent } from "react";
import type { RunView } from "../engine/protocol.ts";
import { useDocument } from "../store/document.ts";
import { pathsOf } from "../store/places.ts";
import { useResults } from "../store/results.ts";
import { useSelection } from "../store/selection.ts";
import { Empty } from "../ui/Empty.tsx";
import { useText } from "../ui/i18n.ts";
import { Displays } from "./Displays.tsx";
import { EventList } from "./EventList.tsx";
import { RunNotice } from "./RunNotice.tsx";
import { useScope } from "./scopeState.ts";
import { chooseView, shownViews } from "./signals.ts";
import { TimeView } from "./TimeView.tsx";
import { XYView } from "./XYView.tsx";
import "./plots.css";

export function Scope() {
  const run = useResults((results) => results.run);
  const block = useScope((scope) => scope.block);
  const listed = useScope((scope) => scope.listed);
  useSelectedView(run);
  const view = run && chooseView(run, block);
  if (!run || run.result.t.length === 0) return <NothingToShow run={run} />;
  const beside = listed && run.result.events.length > 0 ? <EventList run={run} /> : null;
  return (
    <div className="plots-scope">
      <RunNotice run={run} />
      <Displays run={run} />
      {!view && <NothingToShow run={run} />}
      {view?.kind === "xy" && <XYView run={run} view={view} beside={beside} />}
      {view && view.kind !== "xy" && <TimeView run={run} view={view} beside={beside} />}
    </div>
  );
}

/** A Scope that is selected on the canvas is the one looked at. */
function useSelectedView(run: RunView | undefined): void {
  const selected = useSelection((state) => state.blocks);
  // A new run chooses nothing by itself: only a new selection does.
  const look = useEffectEvent((blocks: ReadonlySet<string>) => {
    if (blocks.size !== 1 || !run) return;
    const [path] = pathsOf(useDocument.getState().document, blocks);
    const view = shownViews(run).find((candidate) => candidate.block === path);
    if (view && view.kind !== "output" && useScope.getState().block !== path)
      useScope.getState().set({ block: view.block });
  });
  useEffect(() => look(selected), [selected]);
}

function NothingToShow({ run }: { readonly run: RunView | undefined }) {
  const text = useText();
  const compiled = useResults((results) => results.compiled);
  const blocks = useDocument((state) => state.document.root.blocks.length);
  const broken = compiled?.ok === false;
  const key = blocks === 0 ? "empty" : broken ? "broken" : run ? "noView" : "noRun";
  return (
    <Empty icon={<Activity size={22} />} title={text(`plots.${key}`)}>
      {text(`plots.${key}.next`)}
    </Empty>
  );
}
