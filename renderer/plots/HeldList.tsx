/** What is held to compare with, by the line it is drawn with: its name, what it had that the diagram no longer has, and its end. */
import { Pencil, X } from "lucide-react";
import { useRef, useState } from "react";
import { signalColour } from "../ui/signalColours.ts";
import { useText } from "../ui/i18n.ts";

export interface HeldEntry {
  readonly number: number;
  readonly name: string;
  /** Values that only it has. */
  readonly differences: readonly string[];
  readonly dash: readonly number[];
  /** Index of a signal's colour; absent: each line in its signal's. */
  readonly colour?: number;
  readonly hidden?: boolean;
  readonly end: { readonly label: string; act(): void };
  readonly hide?: () => void;
  readonly rename?: (to: string) => void;
}

interface HeldListProps {
  readonly label: string;
  readonly entries: readonly HeldEntry[];
  readonly endAll: () => void;
  /** In all, where not every one is shown here. */
  readonly count?: number;
}

/** More differences than this are counted, not listed. */
const most = 2;

export function HeldList({ label, entries, endAll, count = entries.length }: HeldListProps) {
  const text = useText();
  if (entries.length === 0) return null;
  return (
    <ul className="plots-held" aria-label={label}>
      {entries.map((entry) => (
        <Held key={entry.number} entry={entry} />
      ))}
      {count > 1 && (
        <li>
          <button type="button" className="plots-held-all" onClick={endAll}>
            {text("plots.releaseAll")}
          </button>
        </li>
      )}
    </ul>
  );
}

function Held({ entry }: { readonly entry: HeldEntry }) {
  const text = useText();
  const [naming, setNaming] = useState(false);
  const { name, differences, dash, colour, hidden = false, end, hide, rename } = entry;
  const listed = differences.slice(0, most).join(", ");
  const what = differences.length > most ? `${listed} +${differences.length - most}` : listed;
  const told = (
    <>
      <svg width="22" height="4" viewBox="0 0 22 4" aria-hidden="true">
        <line
          x1="0"
          y1="2"
          x2="22"
          y2="2"
          strokeDasharray={dash.join(" ")}
          style={colour === undefined ? undefined : { stroke: signalColour(colour) }}
        />
      </svg>
      <span>
        {name}
        {what !== "" && <b>{what}</b>}
      </span>
    </>
  );
  return (
    <li className="plots-legend-held" data-hidden={hidden} title={differences.join("\n")}>
      {naming && rename ? (
        <NameInput
          value={name}
          label={text("plots.heldName", { name })}
          onDone={(to) => {
            setNaming(false);
            if (to !== undefined && to !== "") rename(to);
          }}
        />
      ) : hide ? (
        <button
          type="button"
          className="plots-held-name"
          aria-pressed={!hidden}
          title={text(hidden ? "plots.show" : "plots.hide", { name })}
          onClick={hide}
        >
          {told}
        </button>
      ) : (
        told
      )}
      {rename && !naming && (
        <button
          type="button"
          className="plots-held-end"
          aria-label={text("plots.rename", { name })}
          title={text("plots.rename", { name })}
          onClick={() => setNaming(true)}
        >
          <Pencil size={11} />
        </button>
      )}
      <button type="button" className="plots-held-end" aria-label={end.label} title={end.label} onClick={end.act}>
        <X size={12} />
      </button>
    </li>
  );
}

interface NameInputProps {
  readonly value: string;
  readonly label: string;
  /** undefined: given up. */
  readonly onDone: (name: string | undefined) => void;
}

function NameInput({ value, label, onDone }: NameInputProps) {
  const escaped = useRef(false);
  return (
    <input
      className="ui-input plots-held-input"
      aria-label={label}
      defaultValue={value}
      maxLength={60}
      autoComplete="off"
      ref={(input) => input?.select()}
      onBlur={(event) => onDone(escaped.current ? undefined : event.target.value.trim())}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== "Enter" && event.key !== "Escape") return;
        escaped.current = event.key === "Escape";
        event.currentTarget.blur();
      }}
    />
  );
}
