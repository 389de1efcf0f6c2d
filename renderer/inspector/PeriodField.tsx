/** Continuous, sampled every so many seconds, or as what is wired in: a switch, and the sample time when it has one. */
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
  /** Which of the words it may be. */
  readonly words: readonly ("continuous" | "inherited")[];
  readonly problem?: { readonly message: string; readonly hint?: string | undefined } | undefined;
  readonly onRead: (text: string) => Reading;
  readonly onEdit: (text: string, key?: string) => void;
}

export function PeriodField({ label, help, value, words, onEdit, ...rest }: PeriodFieldProps) {
  const text = useText();
  const id = useId();
  const word = words.find((one) => one === value?.trim().toLowerCase());
  const press = (one: "continuous" | "inherited") => (
    <button key={one} type="button" aria-pressed={word === one} onClick={() => word !== one && onEdit(one)}>
      {text(`inspector.${one}`)}
    </button>
  );
  return (
    <>
      {/* Three words do not fit beside a label. */}
      <div className="inspector-field" data-wide={words.length > 1} data-field={rest.field}>
        <span className="inspector-label" id={id} title={help}>
          {label}
        </span>
        <div className="inspector-entry inspector-segments" role="group" aria-labelledby={id}>
          {words.includes("continuous") && press("continuous")}
          <button
            type="button"
            aria-pressed={value !== undefined && word === undefined}
            onClick={() => (word !== undefined || value === undefined) && onEdit("0.1")}
          >
            {text("inspector.sampled")}
          </button>
          {words.includes("inherited") && press("inherited")}
        </div>
      </div>
      {word === undefined && value !== undefined && (
        <LiveField {...rest} label={text("inspector.every")} value={value} mono numbers unit="s" onEdit={onEdit} />
      )}
    </>
  );
}
