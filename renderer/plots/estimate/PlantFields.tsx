/** What a filter is told of a drawing: which part is the plant, which column is which signal, noise and start. Estimate and Identify share it. */
import { useEffect, useId, useMemo } from "react";
import { covarianceObjection } from "../../../core/blocks/estimator.ts";
import type { DataSet, Sheet } from "../../../core/diagram/document.ts";
import { evaluateExpression } from "../../../core/diagram/parameters.ts";
import type { Scope } from "../../../core/diagram/parameters.ts";
import { scopeAt, trailOf } from "../../../core/diagram/trail.ts";
import type { PlantSignal } from "../../../core/plant/plantSignals.ts";
import { columnFor, describePlant, measurable, measuredNow } from "../../engine/estimateClient.ts";
import type { PlantView } from "../../engine/estimateProtocol.ts";
import { useDocument } from "../../store/document.ts";
import { setEstimate, useEstimated } from "../../store/estimated.ts";
import { problemText } from "../../store/problemText.ts";
import type { ProblemText } from "../../store/problemText.ts";
import { t, useText } from "../../ui/i18n.ts";

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

/** The order in which a filter asks for them. */
const noiseFields = ["Q", "R", "x0", "P0"] as const;

/** In a low dock it comes up below the fold. */
const intoView = (said: HTMLElement | null): void => said?.scrollIntoView({ block: "nearest" });

/** What is wrong with what is typed, said at its field, for a plant of these states and measurements. */
function objection(
  name: (typeof noiseFields)[number],
  typed: string,
  scope: Scope,
  states: number,
  measured: number,
): ProblemText | undefined {
  if (name === "x0" && typed.trim() === "") return undefined;
  const read = evaluateExpression(typed, scope);
  if (!read.ok) return problemText(read);
  const { rows, cols, data } = read.value;
  if (name === "x0")
    return rows * cols === states
      ? undefined
      : { message: t("estimate.fault.VECTOR", { field: "x₀", rows: states }), hint: undefined };
  const given = Array.from({ length: rows }, (_, i) => data.slice(i * cols, (i + 1) * cols));
  const found = covarianceObjection(name === "P0" ? "P₀" : name, given, name === "R" ? measured : states);
  return found && problemText({ message: `${found.says}.`, hint: found.hint });
}

/** `set`: the data that is filtered; none: the plant's own run. */
export function Noise({ plant, set }: { readonly plant: Plant | undefined; readonly set: DataSet | undefined }) {
  const text = useText();
  const id = useId();
  const settings = useEstimated((state) => state.settings);
  const { texts, subsystem } = settings;
  const document = useDocument((state) => state.document);
  const scope = useMemo(() => {
    const trail = subsystem === undefined ? undefined : trailOf(document, subsystem);
    return scopeAt(document, trail && subsystem !== undefined ? [...trail, subsystem] : []);
  }, [document, subsystem]);
  const measured = !plant
    ? 0
    : set
      ? measurable(plant).filter((signal) => columnFor(signal, "output", set, plant, settings) !== undefined).length
      : measuredNow(plant, settings).length;
  // Which plant it is, and what is measured of it, is said elsewhere.
  const known = plant !== undefined && plant.states.length > 0 && measured > 0;
  const wrong = noiseFields.map((name) =>
    known ? objection(name, texts[name], scope, plant.states.length, measured) : undefined,
  );
  const states = (plant?.states ?? []).map(({ label }) => label).join(", ");
  return (
    <div className="estimate-noise">
      {noiseFields.map((name, i) => (
        <label key={name} title={text(`estimate.${name}.help`, { states })}>
          <span>{text(`estimate.${name}`)}</span>
          <input
            className="ui-input"
            autoComplete="off"
            spellCheck={false}
            placeholder={name === "x0" ? text("estimate.drawn") : ""}
            value={texts[name]}
            aria-invalid={wrong[i] !== undefined}
            aria-describedby={wrong[i] && `${id}-${name}`}
            onChange={(event) => setEstimate({ texts: { ...texts, [name]: event.target.value } })}
          />
        </label>
      ))}
      {noiseFields.map(
        (name, i) =>
          wrong[i] && (
            <p key={name} id={`${id}-${name}`} className="estimate-wrong" role="status" ref={intoView}>
              {wrong[i].message} {wrong[i].hint !== undefined && <span>{wrong[i].hint}</span>}
            </p>
          ),
      )}
    </div>
  );
}
