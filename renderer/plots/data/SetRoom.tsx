/** A data set: its channels and steps, and a plot of what they make of it; or why it cannot be shown, and what to do. */
import { FileQuestion, FileSearch } from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import type { DataSet } from "../../../core/diagram/document.ts";
import { acceptChanged, findData } from "../../engine/dataClient.ts";
import { useDataSets } from "../../store/dataSets.ts";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { useText } from "../../ui/i18n.ts";
import { Channels } from "./Channels.tsx";
import { Progress } from "./Progress.tsx";
import { SetPlot } from "./SetPlot.tsx";
import { Steps } from "./Steps.tsx";
import { useLook } from "./useLook.ts";
import { count, refusalText, size } from "./words.ts";

export function SetRoom({ set }: { readonly set: DataSet }) {
  const text = useText();
  const state = useDataSets((all) => all.sets[set.id]);
  const { file } = set;
  if (!state) return null;
  switch (state.kind) {
    case "loading":
      return (
        <div className="data-center">
          <Progress name={file.name} fraction={state.fraction} rows={state.rows} />
        </div>
      );
    case "ready":
      return <Ready set={set} missing={state.loaded.missing} />;
    case "missing":
      return (
        <Lost title={text("data.missing.title", { file: file.name })} set={set} find={text("data.missing.find")}>
          {text("data.missing.next", { size: size(file.bytes) })}
        </Lost>
      );
    case "changed":
      return (
        <Lost
          title={text("data.changed.title", { file: file.name })}
          set={set}
          find={text("data.changed.other")}
          also={
            <Button kind="primary" onClick={() => acceptChanged(set)}>
              {text("data.changed.use")}
            </Button>
          }
        >
          {text("data.changed.next", {
            rows: count(state.loaded.rows),
            size: size(state.handle.bytes),
            before: size(file.bytes),
          })}
        </Lost>
      );
    case "refused":
      return (
        <Lost title={text("data.refused.title", { file: file.name })} set={set} find={text("data.missing.find")}>
          {refusalText(state.refusal)}
        </Lost>
      );
  }
}

interface LostProps {
  readonly title: string;
  readonly set: DataSet;
  readonly find: string;
  readonly also?: ReactNode;
  readonly children: ReactNode;
}

function Lost({ title, set, find, also, children }: LostProps) {
  return (
    <div className="data-center">
      <Empty icon={<FileQuestion size={22} />} title={title}>
        {children}
      </Empty>
      <div className="data-actions">
        {also}
        <Button icon={<FileSearch size={14} />} onClick={() => void findData(set)}>
          {find}
        </Button>
      </div>
    </div>
  );
}

/** More curves than this are shown when asked for. */
const shownAtFirst = 4;

function Ready({ set, missing }: { readonly set: DataSet; readonly missing: { readonly [column: number]: number } }) {
  const [shown, setShown] = useState<ReadonlySet<number>>(
    () =>
      new Set(
        set.channels
          .filter(({ role }) => role !== "time")
          .slice(0, shownAtFirst)
          .map(({ column }) => column),
      ),
  );
  const plotted = set.channels.filter(({ column, role }) => role !== "time" && shown.has(column));
  const looking = useLook(set, plotted);
  const toggle = (column: number) => {
    const next = new Set(shown);
    if (!next.delete(column)) next.add(column);
    setShown(next);
  };
  return (
    <div className="data-set">
      <div className="data-side">
        <Channels set={set} missing={missing} shown={shown} onToggle={toggle} />
        <Steps set={set} look={looking.seen?.look} />
      </div>
      <SetPlot set={set} plotted={plotted} {...looking} />
    </div>
  );
}
