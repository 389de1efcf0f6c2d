/** A number typed by hand, taken on Enter and on leaving the field; a decimal comma is understood. What is no number stays, in red. */
import { useState } from "react";

export interface NumberFieldProps {
  /** undefined: empty. */
  readonly value: number | undefined;
  readonly label?: string;
  readonly least?: number;
  readonly most?: number;
  /** More than `least`, not just as much. */
  readonly above?: boolean;
  readonly whole?: boolean;
  /** Why it is wrong beside another: the id of what says so. */
  readonly wrongBy?: string | undefined;
  /** Shown when empty. */
  readonly placeholder?: string;
  readonly onChange: (value: number) => void;
  /** Absent: the field may not be empty. */
  readonly onEmpty?: () => void;
}

export function NumberField({
  value,
  label,
  least,
  most,
  above,
  whole,
  wrongBy,
  placeholder,
  onChange,
  onEmpty,
}: NumberFieldProps) {
  const [draft, setDraft] = useState<string>();
  const shown = draft ?? (value === undefined ? "" : String(value));
  const number = Number(shown.trim().replace(",", "."));
  const empty = shown.trim() === "";
  const good = empty
    ? onEmpty !== undefined
    : Number.isFinite(number) &&
      (least === undefined || (above ? number > least : number >= least)) &&
      (most === undefined || number <= most) &&
      (!whole || Number.isInteger(number));
  const take = (): void => {
    if (draft === undefined || !good) return;
    setDraft(undefined);
    if (empty) onEmpty?.();
    else if (number !== value) onChange(number);
  };
  return (
    <input
      className="ui-input data-number"
      inputMode="decimal"
      aria-label={label}
      aria-invalid={!good || wrongBy !== undefined}
      aria-describedby={wrongBy}
      autoComplete="off"
      placeholder={placeholder}
      value={shown}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === "Enter") take();
        if (event.key === "Escape") setDraft(undefined);
      }}
    />
  );
}
