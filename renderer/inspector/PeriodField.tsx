/** Continuous, or sampled every so many seconds: a switch, and the sample time when it is on. */
import { useId } from "react";
import { useText } from "../ui/i18n.ts";
import { LiveField } from "./LiveField.tsx";
import type { Reading } from "./LiveField.tsx";

interface PeriodFieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  readonly owner: string;
  readonly field: string;
  readonly value: string | undefined;
  readonly problem?: { readonly message: string; readonly hint?: string | undefined } | undefined;
  readonly onRead: (text: string) => Reading;
  readonly onEdit: (text: string, key?: string) => void;
}

export function PeriodField({ label, help, value, onEdit, ...rest }: PeriodFieldProps) {
  const text = useText();
  const id = useId();
  const continuous = value?.trim().toLowerCase() === "continuous";
  return (
    <>
      <div className="inspector-field" data-field={rest.field}>
        <span className="inspector-label" id={id} title={help}>
          {label}
        </span>
        <div className="inspector-entry inspector-segments" role="group" aria-labelledby={id}>
          <button type="button" aria-pressed={continuous} onClick={() => !continuous && onEdit("continuous")}>
            {text("inspector.continuous")}
          </button>
          <button
            type="button"
            aria-pressed={value !== undefined && !continuous}
            onClick={() => (continuous || value === undefined) && onEdit("0.1")}
          >
            {text("inspector.sampled")}
          </button>
        </div>
      </div>
      {!continuous && value !== undefined && (
        <LiveField {...rest} label={text("inspector.every")} value={value} mono numbers unit="s" onEdit={onEdit} />
      )}
    </>
  );
}
