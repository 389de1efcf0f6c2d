/** The signals of a view: name, colour, and the value under the pointer. A click hides one, and the plot makes room. */
import { useEffect, useRef } from "react";
import { signalColour } from "../ui/signalColours.ts";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import { useView } from "../store/view.ts";
import { valueAt } from "./reading.ts";
import { hover } from "./scopeState.ts";
import type { Signal } from "./signals.ts";

interface LegendProps {
  readonly t: Float64Array;
  readonly signals: readonly Signal[];
  /** A run is held behind this one. */
  readonly held: boolean;
}

export function Legend({ t, signals, held }: LegendProps) {
  const text = useText();
  const list = useRef<HTMLUListElement>(null);
  const time = useRef<HTMLSpanElement>(null);
  const hidden = useView((view) => view.hiddenTraces);
  const setView = useView((view) => view.set);

  useEffect(
    () =>
      hover.listen((at) => {
        if (time.current) time.current.textContent = at === undefined ? "" : `t = ${written(at)} s`;
        const places = list.current?.querySelectorAll(".plots-legend-value") ?? [];
        signals.forEach((signal, k) => {
          const place = places[k];
          if (place) place.textContent = at === undefined ? "" : written(valueAt(t, signal.values, signal.sampled, at));
        });
      }),
    [t, signals],
  );

  const toggle = (path: string) => {
    const next = new Set(hidden);
    if (!next.delete(path)) next.add(path);
    setView({ hiddenTraces: next });
  };

  return (
    <div className="plots-legend">
      <ul className="plots-legend-list" ref={list} aria-label={text("plots.signals")}>
        {signals.map((signal) => (
          <li key={signal.path}>
            <button
              type="button"
              className="plots-legend-item"
              aria-pressed={!hidden.has(signal.path)}
              title={text(hidden.has(signal.path) ? "plots.show" : "plots.hide", { name: signal.path })}
              onClick={() => toggle(signal.path)}
            >
              <Swatch signal={signal} />
              <span className="plots-legend-name">{signal.name}</span>
              <span className="plots-legend-value" />
            </button>
          </li>
        ))}
      </ul>
      {held && <span className="plots-legend-held">{text("plots.held")}</span>}
      <span className="plots-legend-time" ref={time} />
    </div>
  );
}

/** A piece of the signal's line. */
export function Swatch({ signal }: { readonly signal: Pick<Signal, "colour" | "dashed"> }) {
  return (
    <svg className="plots-swatch" width="14" height="4" viewBox="0 0 14 4" aria-hidden="true">
      <line
        x1="0"
        y1="2"
        x2="14"
        y2="2"
        strokeWidth="3"
        style={{ stroke: signalColour(signal.colour) }}
        strokeDasharray={signal.dashed ? "5 4" : undefined}
      />
    </svg>
  );
}
