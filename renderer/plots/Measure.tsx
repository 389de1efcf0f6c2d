/** What the two measuring cursors say: each signal at A and at B, the differences, and the slope between them. */
import { useState } from "react";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import { Swatch } from "./Legend.tsx";
import { valueAt } from "../store/reading.ts";
import type { TimeWindow } from "./scopeState.ts";
import type { Signal } from "./signals.ts";

interface MeasureProps {
  readonly t: Float64Array;
  readonly signals: readonly Signal[];
  readonly marks: readonly [number, number];
  readonly whole: TimeWindow;
  readonly onMark: (which: 0 | 1, t: number) => void;
}

export function Measure({ t, signals, marks, whole, onMark }: MeasureProps) {
  const text = useText();
  const [a, b] = marks;
  const span = b - a;
  return (
    <div className="plots-measure">
      <table>
        <caption className="ui-hidden">{text("plots.measure")}</caption>
        <thead>
          <tr>
            <th scope="col" />
            <th scope="col">A</th>
            <th scope="col">B</th>
            <th scope="col">B − A</th>
            <th scope="col">{text("plots.slope")}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">t (s)</th>
            <td>
              <Instant
                label={text("plots.cursor", { name: "A" })}
                at={a}
                whole={whole}
                onChange={(at) => onMark(0, at)}
              />
            </td>
            <td>
              <Instant
                label={text("plots.cursor", { name: "B" })}
                at={b}
                whole={whole}
                onChange={(at) => onMark(1, at)}
              />
            </td>
            <td data-testid="measure-dt">{written(span, 4)}</td>
            <td />
          </tr>
          {signals.map((signal) => {
            const atA = valueAt(t, signal.values, signal.sampled, a);
            const atB = valueAt(t, signal.values, signal.sampled, b);
            return (
              <tr key={signal.path}>
                <th scope="row" title={signal.path}>
                  <Swatch signal={signal} />
                  <span className="plots-measure-name">{signal.name}</span>
                </th>
                <td>{written(atA, 4)}</td>
                <td>{written(atB, 4)}</td>
                <td>{written(atB - atA, 4)}</td>
                <td>{span === 0 ? "–" : written((atB - atA) / span, 4)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="plots-measure-hint">{text("plots.measure.hint")}</p>
    </div>
  );
}

interface InstantProps {
  readonly label: string;
  readonly at: number;
  readonly whole: TimeWindow;
  readonly onChange: (at: number) => void;
}

/** The cursor's time as a number to type: the way without a mouse. */
function Instant({ label, at, whole, onChange }: InstantProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      className="plots-measure-input"
      aria-label={label}
      inputMode="decimal"
      value={typed ?? String(Number(at.toPrecision(5)))}
      onChange={(event) => {
        setTyped(event.target.value);
        const next = Number(event.target.value);
        if (event.target.value.trim() !== "" && next >= whole[0] && next <= whole[1]) onChange(next);
      }}
      onBlur={() => setTyped(undefined)}
      onKeyDown={(event) => {
        if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
        event.preventDefault();
        setTyped(undefined);
        const step = ((whole[1] - whole[0]) / 100) * (event.shiftKey ? 10 : 1) * (event.key === "ArrowUp" ? 1 : -1);
        onChange(Math.min(Math.max(at + step, whole[0]), whole[1]));
      }}
    />
  );
}
