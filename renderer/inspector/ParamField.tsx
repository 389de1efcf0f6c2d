/** The field of one parameter, by its kind. The same for one block and for several that have it in common. */
import { memo, useId } from "react";
import { textOr, useText } from "../ui/i18n.ts";
import type { ParamSpec } from "../../core/blocks/block.ts";
import { setParam } from "../../core/diagram/edit.ts";
import { useDocument } from "../store/document.ts";
import { ChoiceField } from "./ChoiceField.tsx";
import type { Context } from "./context.ts";
import { DataField } from "./DataField.tsx";
import { WeightsField } from "./WeightsField.tsx";
import { LiveField } from "./LiveField.tsx";
import { PlantField } from "./PlantField.tsx";
import { PeriodField } from "./PeriodField.tsx";
import { readParam } from "./reading.ts";

export interface ParamFieldProps {
  readonly type: string;
  readonly name: string;
  readonly spec: ParamSpec;
  /** As typed; undefined where the blocks differ. */
  readonly value: string | undefined;
  readonly blocks: ReadonlySet<string>;
  /** Id of the block, or "several". */
  readonly owner: string;
  readonly context: Context;
  readonly problem?: { readonly message: string; readonly hint?: string | undefined } | undefined;
  /** An attached file decides it: shown, not asked. */
  readonly settled?: boolean;
}

/** Drawn again where its own text or what it is read against changes: of a design only the numbers that follow do. */
export const ParamField = memo(function ParamField({
  type,
  name,
  spec,
  value,
  blocks,
  owner,
  context,
  problem,
  settled = false,
}: ParamFieldProps) {
  const text = useText();
  const key = `block.${type}.${name}`;
  const label = textOr(key, spec.label);
  const help = spec.help === undefined ? undefined : textOr(`${key}.help`, spec.help);
  const edit = (next: string, coalesce?: string) =>
    useDocument.getState().edit((document) => setParam(document, blocks, name, next), coalesce);
  const shared = { label, help, owner, field: name, problem };

  if (settled) return <SettledField label={label} help={help} value={textOr(`${key}.${value ?? ""}`, value ?? "")} />;
  switch (spec.kind) {
    case "choice":
      return (
        <ChoiceField
          {...shared}
          value={value}
          of={spec.of.map((choice) => ({ value: choice, label: textOr(`${key}.${choice}`, choice) }))}
          onEdit={(next) => edit(next)}
        />
      );
    case "plant":
      return <PlantField {...shared} value={value} onEdit={(next) => edit(next)} />;
    case "data":
      return <DataField {...shared} value={value} onEdit={(next) => edit(next)} />;
    case "weights":
      return <WeightsField {...shared} value={value} onEdit={(next) => edit(next)} />;
    case "period":
      if (spec.optional || spec.inherits) {
        return (
          <PeriodField
            {...shared}
            value={value}
            words={[
              ...(spec.optional ? (["continuous"] as const) : []),
              ...(spec.inherits ? (["inherited"] as const) : []),
            ]}
            onRead={(typed) => readParam(spec, typed, context, text)}
            onEdit={edit}
          />
        );
      }
      break;
    default:
  }
  const numeric = spec.kind !== "text" && spec.kind !== "names";
  return (
    <LiveField
      {...shared}
      value={value ?? ""}
      placeholder={
        value === undefined
          ? text("inspector.differ")
          : spec.kind === "names"
            ? text(spec.all ? "inspector.names.all" : "inspector.names.none")
            : undefined
      }
      mono={numeric || spec.kind === "text"}
      numbers={numeric}
      unit={"unit" in spec ? spec.unit : spec.kind === "period" ? "s" : undefined}
      wide={spec.kind === "formula"}
      onRead={(typed) => (value === undefined && typed === "" ? { ok: true } : readParam(spec, typed, context, text))}
      onEdit={edit}
    />
  );
});

/** A line like the others whose value is not to be typed. */
function SettledField({
  label,
  help,
  value,
}: {
  readonly label: string;
  readonly help: string | undefined;
  readonly value: string;
}) {
  const text = useText();
  const id = useId();
  return (
    <div className="inspector-field">
      <label className="inspector-label" htmlFor={id} title={help}>
        {label}
      </label>
      <div className="inspector-entry">
        <output id={id} className="inspector-settled" title={text("inspector.settled")}>
          {value}
        </output>
      </div>
    </div>
  );
}
