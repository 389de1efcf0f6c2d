/** What is put on the bench: plant, record, noise, start, estimators. */
import { Square } from "lucide-react";
import { useId } from "react";
import type { DataSet } from "../../../core/diagram/document.ts";
import { measurable, measuredNow, runBench, samplesOf, stopEstimate } from "../../engine/estimateClient.ts";
import type { PlantView } from "../../engine/estimateProtocol.ts";
import { useDocument } from "../../store/document.ts";
import { setEstimate, useEstimated } from "../../store/estimated.ts";
import { Button } from "../../ui/Button.tsx";
import { useText } from "../../ui/i18n.ts";
import { NumberField } from "../data/NumberField.tsx";
import { EstimatorRows } from "./EstimatorRows.tsx";
import { faultText } from "./faultText.ts";
import { Columns, Noise, PlantChoice } from "./PlantFields.tsx";

const none: readonly DataSet[] = [];

export function EstimateForm() {
  const text = useText();
  const id = useId();
  const sets = useDocument((state) => state.document.sets ?? none);
  const settings = useEstimated((state) => state.settings);
  const plant = useEstimated((state) => state.plant);
  const busy = useEstimated((state) => state.busy);
  const fault = useEstimated((state) => state.fault);
  const set = sets.find((one) => one.id === settings.set);
  const shownFault = plant && !plant.ok ? ({ ok: false, code: "PLANT", problems: plant.problems } as const) : fault;
  return (
    <form
      className="estimate-form"
      aria-label={text("estimate.settings")}
      onSubmit={(event) => {
        event.preventDefault();
        void runBench();
      }}
    >
      <div className="estimate-what">
        <PlantChoice />
        <div className="data-field">
          <label htmlFor={`${id}r`}>{text("estimate.record")}</label>
          <select
            id={`${id}r`}
            className="ui-input"
            value={set?.id ?? ""}
            onChange={({ target: { value } }) => setEstimate({ set: value === "" ? undefined : value })}
          >
            <option value="">{text("estimate.record.simulated")}</option>
            {sets.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </div>
        {plant?.ok && (set ? <Columns plant={plant} set={set} /> : <Simulated plant={plant} />)}
        <Noise plant={plant?.ok ? plant : undefined} set={set} />
        <div className="estimate-foot">
          {shownFault && (
            <p className="data-refused" role="alert">
              {faultText(shownFault)}
            </p>
          )}
          <div className="data-actions">
            <Button type="submit" kind="primary" disabled={busy !== undefined || !plant?.ok}>
              {busy === "bench" ? <Percent /> : text("estimate.go")}
            </Button>
            {busy === "bench" && (
              <>
                <Button icon={<Square size={13} />} onClick={stopEstimate}>
                  {text("estimate.stop")}
                </Button>
                <Progress />
              </>
            )}
          </div>
        </div>
      </div>
      <EstimatorRows />
    </form>
  );
}

/** By themselves, as they change ten times a second. */
function Percent() {
  const text = useText();
  const percent = useEstimated((state) => Math.floor(100 * state.progress));
  return <>{text("estimate.busy", { percent })}</>;
}

function Progress() {
  const text = useText();
  const progress = useEstimated((state) => state.progress);
  return <progress max={1} value={progress} aria-label={text("estimate.progress")} />;
}

type Plant = Extract<PlantView, { readonly ok: true }>;

const drives = ["drawn", "prbs", "noise"] as const;

/** What goes into the inputs. */
function Drive() {
  const text = useText();
  const id = useId();
  const { drive, subsystem } = useEstimated((state) => state.settings);
  const nameOf = (kind: (typeof drives)[number]): string =>
    kind !== "drawn"
      ? text(`estimate.drive.${kind}`)
      : text(subsystem === undefined ? "estimate.drawn" : "estimate.rest");
  return (
    <div className="data-field">
      <label htmlFor={`${id}d`}>{text("estimate.inputs")}</label>
      <span className="estimate-drive">
        <select
          id={`${id}d`}
          className="ui-input"
          title={text("estimate.drive.help")}
          value={drive.kind}
          onChange={({ target: { value } }) => setEstimate({ drive: { ...drive, kind: value as typeof drive.kind } })}
        >
          {drives.map((kind) => (
            <option key={kind} value={kind}>
              {nameOf(kind)}
            </option>
          ))}
        </select>
        {drive.kind !== "drawn" && (
          <NumberField
            value={drive.amplitude}
            label={text("estimate.drive.amplitude")}
            least={0}
            above
            onChange={(amplitude) => setEstimate({ drive: { ...drive, amplitude } })}
          />
        )}
      </span>
    </div>
  );
}

function Simulated({ plant }: { readonly plant: Plant }) {
  const text = useText();
  const settings = useEstimated((state) => state.settings);
  const measured = new Set(measuredNow(plant, settings));
  const signals = measurable(plant);
  const tick = (name: string, on: boolean): void =>
    setEstimate({
      measured: signals.map((one) => one.name).filter((one) => (one === name ? on : measured.has(one))),
    });
  return (
    <>
      <div className="estimate-numbers">
        <label>
          <span>{text("estimate.interval")}</span>
          <NumberField
            key={`i${settings.interval}`}
            value={settings.interval}
            least={0}
            above
            placeholder={String(plant.interval)}
            onChange={(interval) => setEstimate({ interval })}
            onEmpty={() => setEstimate({ interval: undefined })}
          />
        </label>
        <label>
          <span>{text("estimate.samples")}</span>
          <NumberField
            key={`s${settings.samples}`}
            value={settings.samples}
            least={2}
            most={100_000}
            whole
            placeholder={String(samplesOf(plant, settings))}
            onChange={(samples) => setEstimate({ samples })}
            onEmpty={() => setEstimate({ samples: undefined })}
          />
        </label>
        <label>
          <span>{text("estimate.seeds")}</span>
          <NumberField
            value={settings.seeds}
            least={1}
            most={10_000}
            whole
            onChange={(seeds) => setEstimate({ seeds })}
          />
        </label>
      </div>
      {plant.inputs.length > 0 && <Drive />}
      <fieldset className="estimate-measured">
        <legend>{text("estimate.measured")}</legend>
        {signals.length === 0 && <p className="data-note">{text("estimate.nothing")}</p>}
        {signals.map(({ name, label }) => (
          <label key={name} className="data-check" title={name}>
            <input
              type="checkbox"
              checked={measured.has(name)}
              onChange={(event) => tick(name, event.target.checked)}
            />
            {label}
          </label>
        ))}
      </fieldset>
    </>
  );
}
