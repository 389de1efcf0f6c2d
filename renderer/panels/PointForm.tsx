/**
 * Where A, B, C, D are taken (start, an instant of the run, a trimmed point) and between which signals. A quiet form beside the
 * matrices; what a trimmed point shall be is TrimTable's, which signals there are the engine's.
 */
import { Plus, X } from "lucide-react";
import { useState } from "react";
import type { NamedSignal } from "../../core/linearize/points.ts";
import { signalText } from "../store/places.ts";
import { useDocument } from "../store/document.ts";
import { usePoint } from "../store/point.ts";
import { Button } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { PickList } from "../ui/PickList.tsx";
import { Popover } from "../ui/Popover.tsx";
import { engine } from "./engine.ts";
import { Trim } from "./Trim.tsx";
import "./point.css";

const kinds = ["start", "time", "trim"] as const;

export function PointForm() {
  const text = useText();
  const { kind, time, inputs, outputs, open, set } = usePoint();
  const t = Number(time);
  const wrong = time.trim() === "" || !Number.isFinite(t) || t < 0;
  const choose = (next: (typeof kinds)[number]) =>
    set({
      kind: next,
      ...(next === "start" ? { at: { kind: "start" } } : next === "time" && !wrong ? { at: { kind: "time", t } } : {}),
    });
  const setTime = (typed: string) => {
    const value = Number(typed);
    const usable = typed.trim() !== "" && Number.isFinite(value) && value >= 0;
    set({ time: typed, ...(usable ? { at: { kind: "time", t: value } } : {}) });
  };
  return (
    <section className="point" aria-label={text("point.title")}>
      <fieldset className="point-at">
        <legend>{text("point.at")}</legend>
        {kinds.map((each) => (
          <label key={each}>
            <input type="radio" name="point" checked={kind === each} onChange={() => choose(each)} />
            {text(`point.${each}`)}
            {each === "time" && (
              <input
                className="point-number"
                aria-label={text("point.timeLabel")}
                aria-invalid={wrong}
                inputMode="decimal"
                value={time}
                disabled={kind !== "time"}
                onChange={(event) => setTime(event.target.value)}
              />
            )}
          </label>
        ))}
      </fieldset>
      {kind === "trim" && <Trim />}
      <div className="point-between">
        <Signals
          label={text("point.inputs")}
          all={text("point.allInputs")}
          names={inputs}
          onChange={(names) => set({ inputs: names })}
        />
        <Signals
          label={text("point.outputs")}
          all={text("point.allOutputs")}
          names={outputs}
          onChange={(names) => set({ outputs: names })}
        />
        <Signals
          label={text("point.open")}
          all={text("point.noneOpen")}
          names={open.length === 0 ? undefined : open}
          onChange={(names) => set({ open: names ?? [] })}
        />
      </div>
    </section>
  );
}

interface SignalsProps {
  readonly label: string;
  /** Said while nothing is chosen. */
  readonly all: string;
  readonly names: readonly string[] | undefined;
  readonly onChange: (names: readonly string[] | undefined) => void;
}

/** Signals by name, each to be taken out again, and a list to pick more from. */
function Signals({ label, all, names, onChange }: SignalsProps) {
  const text = useText();
  const [picking, setPicking] = useState(false);
  // As they are said, so that a drawing that calls them the same changes nothing here.
  const words = useDocument((state) => names?.map((name) => signalText(state.document, name)).join("\n"))?.split("\n");
  const remove = (name: string) => {
    const rest = names?.filter((one) => one !== name) ?? [];
    onChange(rest.length === 0 ? undefined : rest);
  };
  return (
    <div className="point-signals" role="group" aria-label={label}>
      <span className="point-label">{label}</span>
      <ul>
        {names?.map((name, k) => (
          <li key={name}>
            <span title={words![k]}>{words![k]}</span>
            <button type="button" aria-label={text("point.remove", { name: words![k]! })} onClick={() => remove(name)}>
              <X size={12} />
            </button>
          </li>
        ))}
        {!names && <li className="point-all">{all}</li>}
      </ul>
      <Popover
        label={label}
        open={picking}
        onOpenChange={setPicking}
        trigger={
          <Button kind="quiet" icon={<Plus size={13} />} aria-label={text("point.add", { what: label })}>
            {text("point.pick")}
          </Button>
        }
      >
        <Picker
          label={label}
          chosen={names ?? []}
          onPick={(name) => {
            onChange([...(names ?? []), name]);
            setPicking(false);
          }}
          onClose={() => setPicking(false)}
        />
      </Popover>
    </div>
  );
}

/** More than this are not listed: one types a letter more. */
const mostListed = 80;

interface PickerProps {
  readonly label: string;
  readonly chosen: readonly string[];
  readonly onPick: (name: string) => void;
  readonly onClose: () => void;
}

function Picker({ label, chosen, onPick, onClose }: PickerProps) {
  const text = useText();
  const [query, setQuery] = useState("");
  const signals = useSignals();
  const wanted = query.toLowerCase().split(/\s+/);
  const fitting = signals?.filter(
    ({ name }) => !chosen.includes(name) && wanted.every((part) => name.toLowerCase().includes(part)),
  );
  const more = (fitting?.length ?? 0) - mostListed;
  return (
    <PickList
      label={label}
      placeholder={text("point.search")}
      query={query}
      items={fitting?.slice(0, mostListed).map(({ name, kind }) => ({
        key: name,
        label: name,
        detail: text(`point.kind.${kind}`),
      }))}
      none={text(signals ? "point.noSignal" : "point.wait")}
      footer={more > 0 ? text("point.more", { count: more }) : undefined}
      onQuery={setQuery}
      onPick={onPick}
      onClose={onClose}
    />
  );
}

/** Asked for when the list is opened; undefined until the engine answers. */
function useSignals(): readonly NamedSignal[] | undefined {
  const [signals, setSignals] = useState<readonly NamedSignal[]>();
  const [asked, setAsked] = useState(false);
  if (!asked) {
    setAsked(true);
    void engine()
      .ask(useDocument.getState().document, { kind: "signals" })
      .then((answer) => setSignals(answer?.kind === "signals" ? distinct(answer.signals) : []));
  }
  return signals;
}

function distinct(signals: readonly NamedSignal[]): readonly NamedSignal[] {
  const first = new Map<string, NamedSignal>();
  for (const signal of signals) if (!first.has(signal.name)) first.set(signal.name, signal);
  return [...first.values()];
}
