/** What a filter is told of a drawing: which part is the plant, which column is which signal, noise and start. Estimate and Identify share it. */
import { useEffect, useId, useMemo } from "react";
import type { DataSet, Sheet } from "../../../core/diagram/document.ts";
import type { PlantSignal } from "../../../core/plant/plantSignals.ts";
import { columnFor, describePlant, measurable } from "../../engine/estimateClient.ts";
import type { PlantView } from "../../engine/estimateProtocol.ts";
import { useDocument } from "../../store/document.ts";
import { setEstimate, useEstimated } from "../../store/estimated.ts";
import { useText } from "../../ui/i18n.ts";

type Plant = Extract<PlantView, { readonly ok: true }>;

/** What is drawn settles for so long, ms, before the plant is looked at anew. */
const settled = 250;

/** Keeps what is known of the plant up to date. */
export function usePlant(): void {
  const document = useDocument((state) => state.document);
  const subsystem = useEstimated((state) => state.settings.subsystem);
  useEffect(() => {
    const later = setTimeout(describePlant, useEstimated.getState().plant ? settled : 0);
    return () => clearTimeout(later);
  }, [document, subsystem]);
}

interface Inner {
  readonly id: string;
  readonly path: string;
}
const subsystemsIn = (sheet: Sheet, above = ""): readonly Inner[] =>
  sheet.blocks.flatMap(({ id, name, sheet: own }) =>
    own ? [{ id, path: above + name }, ...subsystemsIn(own, `${above}${name}/`)] : [],
  );

/** The whole drawing, or a subsystem where there are any. */
export function PlantChoice() {
  const text = useText();
  const id = useId();
  const root = useDocument((state) => state.document.root);
  const settings = useEstimated((state) => state.settings);
  const subsystems = useMemo(() => subsystemsIn(root), [root]);
  if (subsystems.length === 0) return null;
  return (
    <div className="data-field">
      <label htmlFor={`${id}p`}>{text("estimate.plant")}</label>
      <select
        id={`${id}p`}
        className="ui-input"
        value={subsystems.some((one) => one.id === settings.subsystem) ? settings.subsystem : ""}
        title={settings.subsystem === undefined ? undefined : text("estimate.plant.alone")}
        onChange={({ target: { value } }) => setEstimate({ subsystem: value === "" ? undefined : value })}
      >
        <option value="">{text("estimate.plant.whole")}</option>
        {subsystems.map(({ id: inner, path }) => (
          <option key={inner} value={inner}>
            {path}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Which column of the data set is which signal. */
export function Columns({ plant, set }: { readonly plant: Plant; readonly set: DataSet }) {
  const text = useText();
  const settings = useEstimated((state) => state.settings);
  const select = (signal: PlantSignal, role: "input" | "output") => (
    <label key={`${role} ${signal.name}`} className="data-field" title={signal.name}>
      <span>{signal.label}</span>
      <select
        className="ui-input"
        value={columnFor(signal, role, set, plant, settings) ?? ""}
        onChange={({ target: { value } }) =>
          setEstimate({ columns: { ...settings.columns, [signal.name]: value === "" ? null : Number(value) } })
        }
      >
        <option value="">{text(role === "input" ? "estimate.drawn" : "estimate.none")}</option>
        {set.channels
          .filter((channel) => channel.role !== "time")
          .map(({ column, name }) => (
            <option key={column} value={column}>
              {name}
            </option>
          ))}
      </select>
    </label>
  );
  return (
    <>
      {plant.inputs.length > 0 && (
        <fieldset className="estimate-columns">
          <legend>{text("estimate.inputs")}</legend>
          {plant.inputs.map((signal) => select(signal, "input"))}
        </fieldset>
      )}
      <fieldset className="estimate-columns">
        <legend>{text("estimate.measured")}</legend>
        {measurable(plant).length === 0 && <p className="data-note">{text("estimate.nothing")}</p>}
        {measurable(plant).map((signal) => select(signal, "output"))}
      </fieldset>
    </>
  );
}

export function Noise({ plant }: { readonly plant: Plant | undefined }) {
  const text = useText();
  const texts = useEstimated((state) => state.settings.texts);
  const states = (plant?.states ?? []).map(({ label }) => label).join(", ");
  return (
    <div className="estimate-noise">
      {(["Q", "R", "x0", "P0"] as const).map((name) => (
        <label key={name} title={text(`estimate.${name}.help`, { states })}>
          <span>{text(`estimate.${name}`)}</span>
          <input
            className="ui-input"
            autoComplete="off"
            spellCheck={false}
            placeholder={name === "x0" ? text("estimate.drawn") : ""}
            value={texts[name]}
            onChange={(event) => setEstimate({ texts: { ...texts, [name]: event.target.value } })}
          />
        </label>
      ))}
    </div>
  );
}
