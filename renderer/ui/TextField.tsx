/** A labelled line of text. `mono` for expressions. Commits on each change; the caller decides what a gesture is. */
import { useId } from "react";
import type { InputHTMLAttributes, ReactNode, Ref } from "react";

export interface TextFieldProps extends Omit<
  InputHTMLAttributes<HTMLInputElement>,
  "className" | "onChange" | "value"
> {
  readonly label: ReactNode;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly mono?: boolean;
  /** Below the field, in red, and read out with it. */
  readonly error?: string | undefined;
  readonly after?: ReactNode;
  readonly ref?: Ref<HTMLInputElement>;
}

export function TextField({ label, value, onChange, mono, error, after, ref, ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <div className="ui-field">
      <label className="ui-field-label" htmlFor={id}>
        {label}
      </label>
      <div className="ui-field-row">
        <input
          id={id}
          ref={ref}
          {...rest}
          className={mono ? "ui-input ui-mono" : "ui-input"}
          value={value}
          spellCheck={!mono}
          autoComplete="off"
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          onChange={(event) => onChange(event.target.value)}
        />
        {after}
      </div>
      {error !== undefined && (
        <div className="ui-field-error" id={`${id}-error`}>
          {error}
        </div>
      )}
    </div>
  );
}
