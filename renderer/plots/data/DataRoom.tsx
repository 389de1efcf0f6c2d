/** The Data tab: on the left what there is (the run, data sets), beside it the one that is looked at, or a file that is being imported. */
import { Activity, Database, FileDown, FileUp, Trash2, TriangleAlert } from "lucide-react";
import { useEffect } from "react";
import { removeDataSet } from "../../../core/diagram/dataSets.ts";
import type { DataSet } from "../../../core/diagram/document.ts";
import { addText, beginImport, cancelImport, loadSet } from "../../engine/dataClient.ts";
import { chooseSet, useDataSets } from "../../store/dataSets.ts";
import type { SetState } from "../../store/dataSets.ts";
import { useDocument } from "../../store/document.ts";
import { useResults } from "../../store/results.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { useText } from "../../ui/i18n.ts";
import { DataTable, DataTools } from "../DataTable.tsx";
import { csvOf } from "../runTable.ts";
import { useScope } from "../scopeState.ts";
import { chooseView, signalsOf } from "../signals.ts";
import { ImportView } from "./ImportView.tsx";
import { SetRoom } from "./SetRoom.tsx";
import "./data.css";

const none: readonly DataSet[] = [];

/** The set that is looked at, where the document has it. */
function useChosen(): DataSet | undefined {
  const chosen = useDataSets((state) => state.chosen);
  return useDocument((state) => state.document.sets?.find(({ id }) => id === chosen));
}

export function DataRoom() {
  const text = useText();
  const sets = useDocument((state) => state.document.sets ?? none);
  const states = useDataSets((state) => state.sets);
  const arriving = useDataSets((state) => state.arriving);
  const chosen = useChosen();

  useEffect(() => {
    if (chosen) void loadSet(chosen);
    // Only another set is read; what is done to it is not its file.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [chosen?.id]);

  const look = (id: string | undefined): void => {
    cancelImport();
    chooseSet(id);
  };
  return (
    <div className="data-room">
      <nav className="data-list" aria-label={text("data.sets")}>
        <button type="button" aria-current={!arriving && !chosen} onClick={() => look(undefined)}>
          <Activity size={14} />
          <span>{text("data.run")}</span>
        </button>
        {sets.map((set) => (
          <button type="button" key={set.id} aria-current={!arriving && chosen === set} onClick={() => look(set.id)}>
            <Database size={14} />
            <span>{set.name}</span>
            <Told state={states[set.id]} />
          </button>
        ))}
        {arriving && (
          <button type="button" aria-current>
            <FileUp size={14} />
            <span>{arriving.handle.name}</span>
          </button>
        )}
        <Button icon={<FileUp size={14} />} onClick={() => void beginImport()}>
          {text("data.import")}
        </Button>
      </nav>
      <div className="data-body">
        {arriving ? (
          <ImportView arriving={arriving} />
        ) : chosen ? (
          <SetRoom key={chosen.id} set={chosen} />
        ) : (
          <DataTable />
        )}
      </div>
    </div>
  );
}

/** What is the matter with a set, in a word. */
function Told({ state }: { readonly state: SetState | undefined }) {
  const text = useText();
  if (!state || state.kind === "ready") return null;
  return (
    <em data-kind={state.kind}>
      {state.kind !== "loading" && <TriangleAlert size={12} />}
      {text(`data.state.${state.kind}`)}
    </em>
  );
}

export function DataRoomTools() {
  const text = useText();
  const chosen = useChosen();
  const arriving = useDataSets((state) => state.arriving);
  const run = useResults((results) => results.run);
  const block = useScope((scope) => scope.block);
  if (arriving) return null;
  if (chosen) {
    const remove = () => {
      useDocument.getState().edit((document) => removeDataSet(document, chosen.id));
      chooseSet(undefined);
    };
    return (
      <IconButton label={text("data.remove", { name: chosen.name })} icon={<Trash2 size={15} />} onClick={remove} />
    );
  }
  const view = run && chooseView(run, block);
  const keep = () => {
    if (!run || !view) return;
    const name = text("data.fromRun.name", { block: view.block.replaceAll("/", " ") });
    void addText(name, csvOf(run.result.t, signalsOf(run, view)));
  };
  return (
    <>
      {run && view && run.result.t.length > 1 && (
        <Button kind="quiet" icon={<FileDown size={15} />} tip={text("data.fromRun.tip")} onClick={keep}>
          {text("data.fromRun")}
        </Button>
      )}
      <DataTools />
    </>
  );
}
