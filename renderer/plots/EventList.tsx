/** What happened in a run, in order: the instant and the block. A click goes to the block and marks the instant on the plot. */
import { useEffect, useMemo, useRef, useState } from "react";
import type { RunView } from "../engine/protocol.ts";
import { useDocument } from "../store/document.ts";
import { useMoment } from "../store/moment.ts";
import { placeOf } from "../store/places.ts";
import { useSelection } from "../store/selection.ts";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import { eventsOf, stoppedBy } from "./events.ts";

const rowHeight = 24;

export function EventList({ run }: { readonly run: RunView }) {
  const text = useText();
  const room = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 240 });
  const picked = useMoment((moment) => moment.t);
  const rows = useMemo(() => rowsOf(run), [run]);

  useEffect(() => {
    const element = room.current!;
    const size = new ResizeObserver(() => setScroll((now) => ({ ...now, height: element.clientHeight })));
    size.observe(element);
    return () => size.disconnect();
  }, []);

  const first = Math.max(0, Math.min(Math.floor(scroll.top / rowHeight) - 1, rows.length - 1));
  const last = Math.min(rows.length, first + Math.ceil(scroll.height / rowHeight) + 3);
  return (
    <section className="plots-events" aria-label={text("plots.events.title")}>
      <h3>{text("plots.events", { count: eventsOf(run.result).length })}</h3>
      <div
        className="plots-events-list"
        ref={room}
        onScroll={(event) =>
          setScroll({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })
        }
      >
        <ol style={{ height: rows.length * rowHeight, paddingTop: first * rowHeight }}>
          {rows.slice(first, last).map((row, k) => (
            <li key={first + k}>
              <button
                type="button"
                className="plots-event"
                data-kind={row.kind}
                aria-current={picked === row.t ? "true" : undefined}
                title={`t = ${row.t} s`}
                onClick={() => go(row)}
              >
                <span className="plots-event-time">{written(row.t, 7)} s</span>
                <span className="plots-event-block">{row.path}</span>
                {row.kind === "stop" && <span className="plots-event-stop">{text("plots.events.stop")}</span>}
              </button>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}

interface Row {
  readonly t: number;
  readonly path: string;
  readonly kind: "event" | "stop";
}

function rowsOf(run: RunView): readonly Row[] {
  const rows: Row[] = eventsOf(run.result).map(({ t, path }) => ({ t, path, kind: "event" }));
  const stop = stoppedBy(run.result);
  if (!stop) return rows;
  const { t } = stop;
  return [...rows.filter((row) => !(row.t === t && row.path === stop.path)), { ...stop, kind: "stop" }];
}

function go({ t, path }: Row): void {
  useMoment.getState().pick(t);
  const place = placeOf(useDocument.getState().document, path);
  if (place.kind === "block") useSelection.getState().revealBlock(place.block.id);
}
