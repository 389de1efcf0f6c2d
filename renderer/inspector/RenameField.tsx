/** A name that is used elsewhere: it is put in place whole, with Enter or on leaving, because half a name may be another's. */
import { useId, useRef, useState } from "react";
import { useAskedFor } from "./LiveField.tsx";

interface RenameFieldProps {
  readonly label: string;
  readonly value: string;
  readonly owner: string;
  readonly field: string;
  /** What is wrong with it, in the user's language. */
  readonly wrong: (typed: string) => string | undefined;
  readonly onRename: (typed: string) => void;
}

export function RenameField({ label, value, owner, field, wrong, onRename }: RenameFieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState<string>();
  useAskedFor(owner, field, input);
  const why = typed === undefined || typed === value ? undefined : wrong(typed);
  const commit = () => {
    if (typed === undefined || why !== undefined) return;
    if (typed !== value) onRename(typed);
    setTyped(undefined);
  };
  return (
    <div className="inspector-field" data-field={field}>
      <label className="inspector-label" htmlFor={id}>
        {label}
      </label>
      <div className="inspector-entry">
        <input
          id={id}
          ref={input}
          className="ui-input ui-mono"
          value={typed ?? value}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={why !== undefined}
          aria-describedby={`${id}-said`}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === "Enter") commit();
            if (event.key !== "Escape") return;
            event.stopPropagation();
            setTyped(undefined);
          }}
        />
      </div>
      <div className="inspector-said" id={`${id}-said`}>
        {why !== undefined && <span className="inspector-error">{why}</span>}
      </div>
    </div>
  );
}
