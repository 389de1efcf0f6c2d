/** Which variables of the drawing are estimated, from which channels, under which noise. */
import { Square } from "lucide-react";
import { useId } from "react";
import type { DataSet } from "../../../core/diagram/document.ts";
import { boundFault, fitVariables, numbersIn, stopFit } from "../../engine/fitClient.ts";
import type { Bounds } from "../../engine/estimateProtocol.ts";
import { useDocument } from "../../store/document.ts";
import { useEstimated } from "../../store/estimated.ts";
import { useFitted } from "../../store/fitted.ts";
import type { ShownFitFault } from "../../store/fitted.ts";
import { Button } from "../../ui/Button.tsx";
import { written } from "../../ui/figures.ts";
import { t, useText } from "../../ui/i18n.ts";
import { NumberField } from "../data/NumberField.tsx";
import { faultText as plantFaultText } from "../estimate/faultText.ts";
import { Columns, Noise, PlantChoice, usePlant } from "../estimate/PlantFields.tsx";
import { SetChoice, SoughtChoice } from "./Settings.tsx";

export function VariableForm({ sets, set }: { readonly sets: readonly DataSet[]; readonly set: DataSet }) {
  const text = useText();
  usePlant();
  const document = useDocument((state) => state.document);
  const plant = useEstimated((state) => state.plant);
  const { chosen, bounds, busy, round, fault } = useFitted();
  const numbers = numbersIn(document);
  const ill = numbers.some(
    ({ name, value }) => chosen.includes(name) && boundFault(Number(value), bounds[name] ?? {}) !== undefined,
  );
  const shown = plant && !plant.ok ? ({ ok: false, code: "PLANT", problems: plant.problems } as const) : fault;
  const tick = (name: string, on: boolean): void =>
    useFitted.setState({ chosen: on ? [...chosen, name] : chosen.filter((one) => one !== name) });
  return (
    <form
      className="identify-form"
      aria-label={text("fit.settings")}
      onSubmit={(event) => {
        event.preventDefault();
        void fitVariables(set);
      }}
    >
      <SoughtChoice />
      <SetChoice sets={sets} set={set} />
      <fieldset className="fit-variables">
        <legend>{text("fit.variables")}</legend>
        {numbers.length === 0 && <p className="data-note">{text("fit.variables.none")}</p>}
        {numbers.map(({ name, value }) => (
          <div key={name} className="fit-variable" data-chosen={chosen.includes(name)}>
            <label className="data-check">
              <input
                type="checkbox"
                checked={chosen.includes(name)}
                onChange={(event) => tick(name, event.target.checked)}
              />
              {`${name} = ${value}`}
            </label>
            {chosen.includes(name) && <BoundFields name={name} value={Number(value)} />}
          </div>
        ))}
      </fieldset>
      <PlantChoice />
      {plant?.ok && <Columns plant={plant} set={set} />}
      <Noise plant={plant?.ok ? plant : undefined} set={set} />
      {shown && (
        <p className="data-refused" role="alert">
          {faultText(shown)}
        </p>
      )}
      <div className="data-actions">
        <Button type="submit" kind="primary" disabled={busy || !plant?.ok || ill}>
          {text(busy ? "fit.busy" : "fit.go")}
        </Button>
        {busy && (
          <Button icon={<Square size={13} />} onClick={stopFit}>
            {text("identify.stop")}
          </Button>
        )}
      </div>
      {busy && (
        <p className="data-note" role="status">
          {round
            ? text("fit.round", { iteration: round.iteration, likelihood: written(round.logLikelihood, 6) })
            : text("fit.starting")}
        </p>
      )}
      <p className="data-note">{text("fit.help")}</p>
    </form>
  );
}

/** Between what a variable may come to; empty: anything. */
function BoundFields({ name, value }: { readonly name: string; readonly value: number }) {
  const text = useText();
  const id = useId();
  const own = useFitted(({ bounds }) => bounds[name]) ?? {};
  const fault = boundFault(value, own);
  const put = (changed: Bounds): void =>
    useFitted.setState(({ bounds }) => ({ bounds: { ...bounds, [name]: changed } }));
  const { lower, ...noLower } = own;
  const { upper, ...noUpper } = own;
  const wrongBy = fault && id;
  return (
    <>
      <NumberField
        value={lower}
        label={text("fit.lower", { name })}
        placeholder={text("fit.least")}
        wrongBy={wrongBy}
        onChange={(to) => put({ ...own, lower: to })}
        onEmpty={() => put(noLower)}
      />
      <NumberField
        value={upper}
        label={text("fit.upper", { name })}
        placeholder={text("fit.most")}
        wrongBy={wrongBy}
        onChange={(to) => put({ ...own, upper: to })}
        onEmpty={() => put(noUpper)}
      />
      {fault && (
        <p id={id} className="data-refused" role="alert">
          {text(`fit.bounds.${fault}`, { name, value: String(value), lower: String(lower), upper: String(upper) })}
        </p>
      )}
    </>
  );
}

function faultText(fault: ShownFitFault): string {
  switch (fault.code) {
    case "SINGULAR":
      return t("fit.fault.SINGULAR", { rcond: written(fault.rcond, 3) });
    case "NO_VARIABLE":
    case "NO_LIKELIHOOD":
    case "FAILED":
      return t(`fit.fault.${fault.code}`);
    default:
      return plantFaultText(fault);
  }
}
