/** What is asked for: the data, the method and what it wants to know. */
import { Square } from "lucide-react";
import { useId } from "react";
import type { ReactNode } from "react";
import type { DataSet } from "../../../core/diagram/document.ts";
import { identify, stopIdentify } from "../../engine/identifyClient.ts";
import type { IdentifyMethod } from "../../engine/dataProtocol.ts";
import { setIdentify, setSeries, useIdentified } from "../../store/identified.ts";
import { Button } from "../../ui/Button.tsx";
import { useText } from "../../ui/i18n.ts";
import { NumberField } from "../data/NumberField.tsx";
import { faultText } from "./faultText.ts";

const methods: readonly IdentifyMethod[] = ["CVA", "N4SID", "MOESP", "PEM", "EM", "ARX", "STRUCTURAL"];

export function Settings({ sets, set }: { readonly sets: readonly DataSet[]; readonly set: DataSet }) {
  const text = useText();
  const { method } = useIdentified((state) => state.settings);
  const busy = useIdentified((state) => state.busy);
  const fault = useIdentified((state) => state.fault);
  const structural = method === "STRUCTURAL";
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
      <SoughtChoice />
      <SetChoice sets={sets} set={set} />
      <p className="data-note" title={text("identify.roles.help")}>
        {structural
          ? text("identify.roles.series", { outputs: named("output") })
          : text("identify.roles", { inputs: named("input"), outputs: named("output") })}
      </p>
      <Choice
        label={text("identify.method")}
        value={method}
        of={methods.map((each) => [each, text(`identify.method.${each}`)])}
        onChange={(next) => setIdentify({ method: next as IdentifyMethod })}
      />
      {structural ? <SeriesSettings /> : <OrderSettings />}
      {fault && (
        <p className="data-refused" role="alert">
          {faultText(fault)}
        </p>
      )}
      <div className="data-actions">
        <Button type="submit" kind="primary" disabled={busy !== undefined}>
          {text(busy === "model" ? "identify.busy" : "identify.go")}
        </Button>
        {busy && (
          <Button icon={<Square size={13} />} onClick={stopIdentify}>
            {text("identify.stop")}
          </Button>
        )}
      </div>
      <Share />
    </form>
  );
}

export function SoughtChoice() {
  const text = useText();
  const sought = useIdentified((state) => state.settings.sought);
  return (
    <Choice
      label={text("fit.sought")}
      value={sought}
      of={(["model", "variables"] as const).map((each) => [each, text(`fit.sought.${each}`)])}
      onChange={(next) => setIdentify({ sought: next as typeof sought })}
    />
  );
}

export function SetChoice({ sets, set }: { readonly sets: readonly DataSet[]; readonly set: DataSet }) {
  const text = useText();
  return (
    <Choice
      label={text("identify.set")}
      value={set.id}
      of={sets.map((one) => [one.id, one.name])}
      onChange={(next) => setIdentify({ set: next })}
    />
  );
}

/** How far it is, where the method tells. */
function Share() {
  const text = useText();
  const busy = useIdentified((state) => state.busy);
  const share = useIdentified((state) => state.share);
  if (!busy) return null;
  const percent = Math.floor(100 * (share ?? 0));
  return (
    <div className="identify-share">
      <progress
        max={1}
        {...(share !== undefined && { value: share })}
        aria-label={text("identify.share", { percent })}
      />
      {share !== undefined && <span>{`${percent} %`}</span>}
    </div>
  );
}

function OrderSettings() {
  const text = useText();
  const { method, order, delayed } = useIdentified((state) => state.settings);
  return (
    <>
      <Field label={text(method === "ARX" ? "identify.lags" : "identify.order")}>
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
      </Field>
      <Check checked={delayed} onChange={(next) => setIdentify({ delayed: next })}>
        {text("identify.delayed")}
      </Check>
    </>
  );
}

function SeriesSettings() {
  const text = useText();
  const { trend, season, relative, by, ahead } = useIdentified((state) => state.settings.series);
  const alone = !trend && season === undefined;
  return (
    <>
      <Check checked={trend} onChange={(next) => setSeries({ trend: next })}>
        {text("identify.trend")}
      </Check>
      <Field label={text("identify.season")}>
        <NumberField
          key={String(season)}
          value={season}
          least={2}
          most={60}
          whole
          placeholder={text("identify.season.none")}
          onChange={(next) => setSeries({ season: next })}
          onEmpty={() => setSeries({ season: undefined })}
        />
      </Field>
      <Check
        checked={relative}
        onChange={(next) => setSeries({ relative: next })}
        title={text("identify.relative.help")}
      >
        {text("identify.relative")}
      </Check>
      <Field label={text("identify.foretell")}>
        <NumberField value={ahead} least={0} most={10_000} whole onChange={(next) => setSeries({ ahead: next })} />
      </Field>
      {alone && (
        <Choice
          label={text("identify.by")}
          value={by}
          of={[
            ["likelihood", text("identify.by.likelihood")],
            ["em", text("identify.by.em")],
          ]}
          onChange={(next) => setSeries({ by: next as "likelihood" | "em" })}
        />
      )}
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly of: readonly (readonly [value: string, shown: string])[];
  readonly onChange: (next: string) => void;
}

function Choice({ label, value, of, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className="data-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="ui-input" value={value} onChange={(event) => onChange(event.target.value)}>
        {of.map(([each, shown]) => (
          <option key={each} value={each}>
            {shown}
          </option>
        ))}
      </select>
    </div>
  );
}

function Field({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <label className="data-field">
      <span>{label}</span>
      {children}
    </label>
  );
}

interface CheckProps {
  readonly checked: boolean;
  readonly title?: string;
  readonly onChange: (next: boolean) => void;
  readonly children: ReactNode;
}

function Check({ checked, title, onChange, children }: CheckProps) {
  return (
    <label className="data-check" title={title}>
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      {children}
    </label>
  );
}
