/** The Identify tab: what is asked for, how the model looks against the data, and the models made so far, side by side. */
import { ChartSpline } from "lucide-react";
import type { DataSet } from "../../../core/diagram/document.ts";
import { useDocument } from "../../store/document.ts";
import { useIdentified } from "../../store/identified.ts";
import { useView } from "../../store/view.ts";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { useText } from "../../ui/i18n.ts";
import { ModelPlots } from "./ModelPlots.tsx";
import { Models } from "./Models.tsx";
import { Settings } from "./Settings.tsx";
import { VariableFit } from "./VariableFit.tsx";
import { VariableForm } from "./VariableForm.tsx";
import "../data/data.css";
import "../estimate/estimate.css";
import "./identify.css";

const none: readonly DataSet[] = [];

export function IdentifyRoom() {
  const text = useText();
  const sets = useDocument((state) => state.document.sets ?? none);
  const wanted = useIdentified((state) => state.settings.set);
  const sought = useIdentified((state) => state.settings.sought);
  const models = useIdentified((state) => state.models);
  const set = sets.find(({ id }) => id === wanted) ?? sets[0];
  if (!set && models.length === 0)
    return (
      <div className="data-center">
        <Empty icon={<ChartSpline size={22} />} title={text("identify.empty")}>
          {text("identify.empty.next")}
        </Empty>
        <Button onClick={() => useView.getState().set({ dockTab: "data" })}>{text("identify.toData")}</Button>
      </div>
    );
  return (
    <div className="identify-room" data-alone={sought === "model" && models.length === 0}>
      {set && sought === "variables" ? (
        <>
          <VariableForm sets={sets} set={set} />
          <VariableFit />
        </>
      ) : (
        <>
          {set ? <Settings sets={sets} set={set} /> : <div />}
          <ModelPlots set={set} />
          <Models />
        </>
      )}
    </div>
  );
}
