/** A few lines of free text that are in the document with each key. Escape brings back what was there. */
import { useId, useRef } from "react";
import { useDocument } from "../store/document.ts";

interface TextAreaProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly owner: string;
  readonly field: string;
  readonly rows?: number;
  readonly onEdit: (text: string, key: string) => void;
}

let gestures = 0;

export function TextArea({ label, value, placeholder, owner, field, rows = 3, onEdit }: TextAreaProps) {
  const id = useId();
  const start = useRef({ value, key: "" });
  return (
    <div className="inspector-field" data-wide="true" data-field={field}>
      <label className="inspector-label" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className="ui-input inspector-area"
        rows={rows}
        value={value}
        placeholder={placeholder}
        onFocus={() => (start.current = { value, key: `${owner}.${field}.text${++gestures}` })}
        onBlur={() => useDocument.getState().settle()}
        onChange={(event) => onEdit(event.target.value, start.current.key)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          if (value !== start.current.value) onEdit(start.current.value, start.current.key);
        }}
      />
    </div>
  );
}
