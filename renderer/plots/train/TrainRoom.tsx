/** The Train tab: what is learned from what, the training as it goes, and the networks that came of it. */
import { useEffect, useState } from "react";
import type { DataSet } from "../../../core/diagram/document.ts";
import { discardInterrupted, lookAtPlant, startTraining } from "../../engine/trainClient.ts";
import { useDataSets } from "../../store/dataSets.ts";
import { useDocument } from "../../store/document.ts";
import { useIdentified } from "../../store/identified.ts";
import { useTraining } from "../../store/training.ts";
import { Button } from "../../ui/Button.tsx";
import { useText } from "../../ui/i18n.ts";
import { jobOf, meant, offerOf } from "./jobOf.ts";
import { Networks } from "./Networks.tsx";
import { Progress } from "./Progress.tsx";
import { TrainForm } from "./TrainForm.tsx";
import { trainFaultText } from "./trainFaultText.ts";
import { TrainPlots } from "./TrainPlots.tsx";
import "../data/data.css";
import "../identify/identify.css";
import "./train.css";

const none: readonly DataSet[] = [];
/** ms without a change before the diagram is looked at. */
const quiet = 300;

export function TrainRoom() {
  const text = useText();
  const document = useDocument((state) => state.document);
  const sets = document.sets ?? none;
  const wishes = useTraining((state) => state.wishes);
  const signals = useTraining((state) => state.signals);
  const run = useTraining((state) => state.run);
  const fault = useTraining((state) => state.fault);
  const interrupted = useTraining((state) => state.interrupted);
  const networks = useTraining((state) => state.networks.length);
  const models = useIdentified((state) => state.models);
  const set = sets.find(({ id }) => id === wishes.set);
  const loaded = useDataSets((state) => (set ? state.sets[set.id] : undefined));
  const rows = loaded && "loaded" in loaded ? loaded.loaded.rows : undefined;
  const [starting, setStarting] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => void lookAtPlant(document), quiet);
    return () => clearTimeout(timer);
  }, [document]);
  const offer = offerOf(set, signals, rows);

  const start = async () => {
    if (!offer) return;
    setStarting(true);
    const job = await jobOf(wishes, offer, document, set, models);
    setStarting(false);
    if ("ok" in job) useTraining.setState({ fault: job });
    else startTraining(job);
  };
  const shownFault = fault ?? (!set && signals?.ok === false ? signals : undefined);
  return (
    <div className="identify-room train-room" data-alone={networks === 0}>
      <form
        className="identify-form"
        aria-label={text("train.settings")}
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <TrainForm
          sets={sets}
          set={set}
          offer={offer}
          meant={offer && meant(wishes, offer, document)}
          models={models}
        />
        {interrupted && !run && (
          <div className="train-interrupted" role="status">
            <p>
              {text("train.interrupted", {
                name:
                  interrupted.job.source.kind === "plant"
                    ? interrupted.job.source.document.name
                    : interrupted.job.source.set,
                step: interrupted.checkpoint?.step ?? 0,
                steps: interrupted.job.steps,
              })}
            </p>
            <div className="data-actions">
              <Button onClick={() => startTraining(interrupted.job, interrupted)}>{text("train.goOn")}</Button>
              <Button onClick={discardInterrupted}>{text("train.discard")}</Button>
            </div>
          </div>
        )}
        <div className="train-go">
          {/* Beside the button, where it is seen however far the form is scrolled. */}
          {shownFault && (
            <p className="data-refused" role="alert">
              {trainFaultText(shownFault)}
            </p>
          )}
          {run ? (
            <Progress run={run} />
          ) : (
            <div className="data-actions">
              <Button type="submit" kind="primary" disabled={starting || !offer}>
                {text("train.go")}
              </Button>
            </div>
          )}
        </div>
      </form>
      <TrainPlots />
      <Networks />
    </div>
  );
}
