/** The signals of a view: name, colour, and the value under the pointer. A click hides one, and the plot makes room. */
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { cursor } from "../store/moment.ts";
import { signalColour } from "../ui/signalColours.ts";
import { sure, written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import { useView } from "../store/view.ts";
import { valueAt } from "../store/reading.ts";
import type { Curve, Signal } from "./signals.ts";

interface LegendProps {
  readonly t: Float64Array;
  readonly signals: readonly Signal[];
  /** The held runs. */
  readonly after: ReactNode;
}

export function Legend({ t, signals, after }: LegendProps) {
  const entries = signals.map((signal) => ({
    signal,
    name: signal.name,
    read: (at: number) => {
      const value = valueAt(t, signal.values, signal.sampled, at);
      return signal.deviation ? sure(value, 2 * valueAt(t, signal.deviation, signal.sampled, at)) : written(value);
    },
  }));
  return <Entries entries={entries} after={after} />;
}

/** Of an XY plot: "y against x", and both under the pointer. */
export function CurveLegend({
  t,
  curves,
  after,
}: {
  readonly t: Float64Array;
  readonly curves: readonly Curve[];
  readonly after: ReactNode;
}) {
  const text = useText();
  const entries = curves.map(({ x, y }) => ({
    signal: y,
    name: text("plots.against", { x: x.name, y: y.name }),
    read: (at: number) =>
      `(${written(valueAt(t, x.values, x.sampled, at))}, ${written(valueAt(t, y.values, y.sampled, at))})`,
  }));
  return <Entries entries={entries} after={after} />;
}

interface Entry {
  /** Whose colour it has, and what a click hides. */
  readonly signal: Signal;
  readonly name: string;
  readonly read: (t: number) => string;
}

function Entries({ entries, after }: { readonly entries: readonly Entry[]; readonly after: ReactNode }) {
  const text = useText();
  const list = useRef<HTMLUListElement>(null);
  const time = useRef<HTMLSpanElement>(null);
  const hidden = useView((view) => view.hiddenTraces);
  const setView = useView((view) => view.set);

  useEffect(() => {
    const show = (at: number | undefined) => {
      if (time.current) time.current.textContent = at === undefined ? "" : `t = ${written(at)} s`;
      const places = list.current?.querySelectorAll(".plots-legend-value") ?? [];
      entries.forEach((entry, k) => {
        const place = places[k];
        if (place) place.textContent = at === undefined ? "" : entry.read(at);
      });
    };
    show(cursor.now());
    return cursor.listen(show);
  }, [entries]);

  const toggle = (path: string) => {
    const next = new Set(hidden);
    if (!next.delete(path)) next.add(path);
    setView({ hiddenTraces: next });
  };

  return (
    <div className="plots-legend">
      <ul className="plots-legend-list" ref={list} aria-label={text("plots.signals")}>
        {entries.map(({ signal, name }) => (
          <li key={signal.path}>
            <button
              type="button"
              className="plots-legend-item"
              aria-pressed={!hidden.has(signal.path)}
              title={text(hidden.has(signal.path) ? "plots.show" : "plots.hide", { name: signal.path })}
              onClick={() => toggle(signal.path)}
            >
              <Swatch signal={signal} />
              <span className="plots-legend-name">{signal.deviation ? `${name} ± 2σ` : name}</span>
              <span className="plots-legend-value" />
            </button>
          </li>
        ))}
      </ul>
      {after}
      <span className="plots-legend-time" ref={time} />
    </div>
  );
}

/** A piece of the signal's line. */
export function Swatch({ signal }: { readonly signal: Pick<Signal, "colour" | "dashed" | "deviation"> }) {
  const high = signal.deviation ? 12 : 4;
  return (
    <svg className="plots-swatch" width="14" height={high} viewBox={`0 ${2 - high / 2} 14 ${high}`} aria-hidden="true">
      {signal.deviation && (
        <rect x="0" y="-4" width="14" height="12" opacity="0.2" style={{ fill: signalColour(signal.colour) }} />
      )}
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
