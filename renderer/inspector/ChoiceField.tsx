/** One of a few values. The browser's own list: it works with every keyboard and reader, and draws over everything. */
import { useId, useRef } from "react";
import { showBeside, useAskedFor } from "./LiveField.tsx";

export interface ChoiceFieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  readonly owner: string;
  readonly field: string;
  /** undefined: the selected blocks differ. */
  readonly value: string | undefined;
  readonly of: readonly { readonly value: string; readonly label: string }[];
  readonly problem?: { readonly message: string } | undefined;
  readonly onEdit: (value: string) => void;
}

export function ChoiceField({ label, help, owner, field, value, of, problem, onEdit }: ChoiceFieldProps) {
  const id = useId();
  const select = useRef<HTMLSelectElement>(null);
  useAskedFor(owner, field, select);
  const chosen = of.find((choice) => choice.value === value);
  return (
    <div className="inspector-field" data-field={field}>
      <label className="inspector-label" htmlFor={id} title={help}>
        {label}
      </label>
      <div className="inspector-entry">
        <select
          id={id}
          ref={select}
          className="ui-input inspector-select"
          value={value ?? ""}
          // A long one is cut.
          title={chosen?.label}
          aria-invalid={problem !== undefined}
          onChange={(event) => onEdit(event.target.value)}
        >
          {!chosen && (
            <option value={value ?? ""} disabled>
              {value ?? "–"}
            </option>
          )}
          {of.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      </div>
      {problem && (
        <div className="inspector-said">
          <span className="inspector-error" ref={showBeside}>
            {problem.message}
          </span>
        </div>
      )}
    </div>
  );
}
