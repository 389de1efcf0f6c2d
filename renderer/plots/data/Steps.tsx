/** What is done to a data set, in order: each step with its numbers, to be changed, moved or taken away at any time. */
import { ArrowUp, Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Step } from "../../../core/data/steps.ts";
import type { DataSet } from "../../../core/diagram/document.ts";
import { editSet } from "../../engine/dataClient.ts";
import type { Look, PreparedRefusal } from "../../engine/dataProtocol.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { useText } from "../../ui/i18n.ts";
import { Menu, MenuItem } from "../../ui/Menu.tsx";
import { NumberField } from "./NumberField.tsx";

interface StepsProps {
  readonly set: DataSet;
  readonly look: Look | PreparedRefusal | undefined;
}

/** As a new step is at first: one that shows what it does with these data. */
function fresh(kind: Step["kind"], look: Look | undefined): Step {
  switch (kind) {
    case "range":
      return look ? { kind, from: look.whole[0], to: look.whole[1] } : { kind };
    case "fill":
      return { kind, by: "linear" };
    case "detrend":
      return { kind, of: "mean" };
    case "resample": {
      const period = look?.period ?? (look ? (look.whole[1] - look.whole[0]) / Math.max(1, look.samples - 1) : 1);
      return { kind, every: Number((period > 0 ? period : 1).toPrecision(3)), by: "linear" };
    }
    case "decimate":
      return { kind, by: 2 };
  }
}

const kinds: readonly Step["kind"][] = ["range", "fill", "detrend", "resample", "decimate"];

export function Steps({ set, look }: StepsProps) {
  const text = useText();
  const { steps } = set;
  const put = (next: readonly Step[]) => editSet(set.id, { steps: next });
  const failing = look && !look.ok ? look.step : undefined;
  return (
    <section className="data-steps" aria-label={text("data.steps")}>
      <h3>{text("data.steps")}</h3>
      {steps.length === 0 && <p className="data-note">{text("data.steps.none")}</p>}
      <ol>
        {steps.map((step, k) => (
          // Steps have no name but their place.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={`${k} ${step.kind}`} data-failing={failing === k}>
            <StepRow
              step={step}
              number={k + 1}
              onChange={(next) => put(steps.with(k, next))}
              onUp={() => put([...steps.slice(0, k - 1), step, steps[k - 1]!, ...steps.slice(k + 1)])}
              onRemove={() => put(steps.toSpliced(k, 1))}
            />
          </li>
        ))}
      </ol>
      <div className="data-actions">
        <Menu trigger={<Button icon={<Plus size={14} />}>{text("data.steps.add")}</Button>}>
          {kinds.map((kind) => (
            <MenuItem key={kind} onSelect={() => put([...steps, fresh(kind, look?.ok ? look : undefined)])}>
              {text(`data.step.${kind}`)}
            </MenuItem>
          ))}
        </Menu>
      </div>
      <label className="data-field" title={text("data.split.help")}>
        <span>{text("data.split")}</span>
        <NumberField
          value={Number((100 * set.split).toPrecision(6))}
          least={1}
          most={100}
          onChange={(percent) => editSet(set.id, { split: percent / 100 })}
        />
      </label>
    </section>
  );
}

interface StepRowProps {
  readonly step: Step;
  readonly number: number;
  readonly onChange: (step: Step) => void;
  readonly onUp: () => void;
  readonly onRemove: () => void;
}

function StepRow({ step, number, onChange, onUp, onRemove }: StepRowProps) {
  const text = useText();
  return (
    <>
      <span className="data-step-name">{text(`data.step.${step.kind}`)}</span>
      <StepFields step={step} onChange={onChange} />
      {number > 1 && (
        <IconButton label={text("data.step.up", { number })} icon={<ArrowUp size={14} />} onClick={onUp} />
      )}
      <IconButton label={text("data.step.remove", { number })} icon={<X size={14} />} onClick={onRemove} />
    </>
  );
}

function StepFields({ step, onChange }: Pick<StepRowProps, "step" | "onChange">): ReactNode {
  const text = useText();
  const choice = <V extends string>(value: V, of: readonly (readonly [V, string])[], put: (next: V) => void) => (
    <select
      className="ui-input"
      aria-label={text("data.step.how")}
      value={value}
      onChange={(event) => put(event.target.value as V)}
    >
      {of.map(([each, name]) => (
        <option key={each} value={each}>
          {name}
        </option>
      ))}
    </select>
  );
  const by = (["linear", "hold"] as const).map((each) => [each, text(`data.step.by.${each}`)] as const);
  switch (step.kind) {
    case "range": {
      const { from: _, ...noFrom } = step;
      const { to: __, ...noTo } = step;
      return (
        <>
          <NumberField
            value={step.from}
            label={text("data.step.from")}
            placeholder={text("data.step.from")}
            onChange={(from) => onChange({ ...step, from })}
            onEmpty={() => onChange(noFrom)}
          />
          <NumberField
            value={step.to}
            label={text("data.step.to")}
            placeholder={text("data.step.to")}
            onChange={(to) => onChange({ ...step, to })}
            onEmpty={() => onChange(noTo)}
          />
        </>
      );
    }
    case "fill":
      return choice(step.by, by, (next) => onChange({ ...step, by: next }));
    case "detrend":
      return choice(
        step.of,
        (["mean", "linear"] as const).map((of) => [of, text(`data.step.detrend.${of}`)] as const),
        (of) => onChange({ ...step, of }),
      );
    case "resample":
      return (
        <>
          <NumberField
            value={step.every}
            label={text("data.step.every")}
            least={0}
            above
            onChange={(every) => onChange({ ...step, every })}
          />
          {choice(step.by, by, (next) => onChange({ ...step, by: next }))}
        </>
      );
    case "decimate":
      return (
        <NumberField
          value={step.by}
          label={text("data.step.factor")}
          least={1}
          whole
          onChange={(factor) => onChange({ ...step, by: factor })}
        />
      );
  }
}
