/** The Identify tab: what is asked for, how the model looks against the data, and the models made so far, side by side. */
import { ChartSpline, Square } from "lucide-react";
import { useId } from "react";
import type { DataSet } from "../../../core/diagram/document.ts";
import { identify, stopIdentify } from "../../engine/identifyClient.ts";
import type { IdentifyMethod } from "../../engine/dataProtocol.ts";
import { useDocument } from "../../store/document.ts";
import { setIdentify, useIdentified } from "../../store/identified.ts";
import { useView } from "../../store/view.ts";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { useText } from "../../ui/i18n.ts";
import { NumberField } from "../data/NumberField.tsx";
import { faultText } from "./faultText.ts";
import { ModelPlots } from "./ModelPlots.tsx";
import { Models } from "./Models.tsx";
import "../data/data.css";
import "./identify.css";

const none: readonly DataSet[] = [];

export function IdentifyRoom() {
  const text = useText();
  const sets = useDocument((state) => state.document.sets ?? none);
  const wanted = useIdentified((state) => state.settings.set);
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
    <div className="identify-room">
      {set ? <Settings sets={sets} set={set} /> : <div />}
      <ModelPlots />
      <Models />
    </div>
  );
}

const methods: readonly IdentifyMethod[] = ["CVA", "N4SID", "MOESP", "PEM", "ARX"];

function Settings({ sets, set }: { readonly sets: readonly DataSet[]; readonly set: DataSet }) {
  const text = useText();
  const id = useId();
  const { method, order, delayed } = useIdentified((state) => state.settings);
  const busy = useIdentified((state) => state.busy);
  const fault = useIdentified((state) => state.fault);
  const named = (role: "input" | "output"): string =>
    set.channels.flatMap((channel) => (channel.role === role ? [channel.name] : [])).join(", ") || "–";
  return (
    <form
      className="identify-form"
      aria-label={text("identify.settings")}
      onSubmit={(event) => {
        event.preventDefault();
        void identify(set);
      }}
    >
      <div className="data-field">
        <label htmlFor={`${id}s`}>{text("identify.set")}</label>
        <select
          id={`${id}s`}
          className="ui-input"
          value={set.id}
          onChange={(event) => setIdentify({ set: event.target.value })}
        >
          {sets.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </div>
      <p className="data-note" title={text("identify.roles.help")}>
        {text("identify.roles", { inputs: named("input"), outputs: named("output") })}
      </p>
      <div className="data-field">
        <label htmlFor={`${id}m`}>{text("identify.method")}</label>
        <select
          id={`${id}m`}
          className="ui-input"
          value={method}
          onChange={(event) => setIdentify({ method: event.target.value as IdentifyMethod })}
        >
          {methods.map((each) => (
            <option key={each} value={each}>
              {text(`identify.method.${each}`)}
            </option>
          ))}
        </select>
      </div>
      <label className="data-field">
        <span>{text(method === "ARX" ? "identify.lags" : "identify.order")}</span>
        <NumberField
          key={String(order)}
          value={order}
          least={1}
          most={200}
          whole
          placeholder={text("identify.auto")}
          onChange={(next) => setIdentify({ order: next })}
          onEmpty={() => setIdentify({ order: undefined })}
        />
      </label>
      <label className="data-check">
        <input type="checkbox" checked={delayed} onChange={(event) => setIdentify({ delayed: event.target.checked })} />
        {text("identify.delayed")}
      </label>
      {fault && (
        <p className="data-refused" role="alert">
          {faultText(fault)}
        </p>
      )}
      <div className="data-actions">
        <Button type="submit" kind="primary" disabled={busy}>
          {text(busy ? "identify.busy" : "identify.go")}
        </Button>
        {busy && (
          <Button icon={<Square size={13} />} onClick={stopIdentify}>
            {text("identify.stop")}
          </Button>
        )}
      </div>
    </form>
  );
}
