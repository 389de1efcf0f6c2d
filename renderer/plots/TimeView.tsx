/** A view over time: panes, legend and measurements of a Scope, an Output, a Display. Drawing is plotCanvas.ts. */
import { useMemo } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import type { RunView } from "../engine/protocol.ts";
import { cursor, useMoment } from "../store/moment.ts";
import { useResults } from "../store/results.ts";
import { useView } from "../store/view.ts";
import { useText } from "../ui/i18n.ts";
import type { Held } from "./drawing.ts";
import { HeldRuns } from "./HeldRuns.tsx";
import { Legend, Swatch } from "./Legend.tsx";
import { Measure } from "./Measure.tsx";
import { Plot } from "./Plot.tsx";
import { plotCanvas } from "./plotCanvas.ts";
import type { PlotContent } from "./plotCanvas.ts";
import { moveByKey, useScope } from "./scopeState.ts";
import type { TimeWindow } from "./scopeState.ts";
import { bandedSignals, paned } from "./signals.ts";
import type { ShownView, Signal } from "./signals.ts";

interface ViewProps {
  readonly run: RunView;
  readonly view: ShownView;
  /** What stands beside the plot: the list of events. */
  readonly beside: ReactNode;
}

const onMark = (which: 0 | 1, at: number): void => {
  const { marks, set } = useScope.getState();
  if (marks) set({ marks: which === 0 ? [at, marks[1]] : [marks[0], at] });
};
const onWindow = (window: TimeWindow | undefined): void => useScope.getState().set({ window });

export function TimeView({ run, view, beside }: ViewProps) {
  const text = useText();
  const { result } = run;
  const { t } = result;
  const { stacked, held, window: zoom, marks, listed, set } = useScope();
  const hidden = useView((state) => state.hiddenTraces);
  const stale = useResults((results) => results.stale);
  const picked = useMoment((moment) => moment.t);
  const signals = useMemo(() => bandedSignals(run, view), [run, view]);
  const ghosts = useMemo(
    () => held.flatMap((one) => ghostOf(one.run, one.number, view.block, signals)),
    [held, view.block, signals],
  );
  const whole = useMemo(() => wholeOf([t, ...ghosts.map((ghost) => ghost.t)]), [t, ghosts]);
  // A zoom into a longer run may lie outside of this one.
  const window = zoom && zoom[0] >= whole[0] && zoom[1] <= whole[1] ? zoom : undefined;
  const instants = useMemo(
    () => ({
      events: listed ? result.events.map((event) => event.t) : [],
      picked,
      stopped: result.status === "stopped" ? t[t.length - 1] : undefined,
    }),
    [listed, result, picked, t],
  );

  const panes = useMemo(() => {
    const shown = signals.filter((signal) => !hidden.has(signal.path));
    const groups: readonly (readonly Signal[])[] = stacked && shown.length > 0 ? paned(shown) : [signals];
    return groups.map((group, k): PlotContent => ({
      t,
      signals: group,
      hidden,
      held: ghosts.map((ghost) => ({
        ...ghost,
        signals: ghost.signals.filter(
          (old) => !hidden.has(old.path) && group.some((signal) => signal.path === old.path),
        ),
      })),
      instants,
      whole,
      window,
      marks,
      first: k === 0,
      last: k === groups.length - 1,
      stacked: groups.length > 1,
    }));
  }, [t, signals, hidden, ghosts, instants, whole, window, marks, stacked]);

  const onKeyDown = (event: KeyboardEvent) => moveByKey(event, window, whole, (next) => set({ window: next }));

  return (
    <div className="plots-view" data-stale={stale}>
      <Legend t={t} signals={signals} after={<HeldRuns block={view.block} />} />
      <div className="plots-body">
        <div
          className="plots-panes"
          role="group"
          tabIndex={0}
          aria-label={text("plots.described", {
            block: view.block,
            count: signals.length,
            from: whole[0],
            to: whole[1],
          })}
          aria-keyshortcuts="+ - 0 ArrowLeft ArrowRight"
          onKeyDown={onKeyDown}
        >
          {panes.map((content, k) => (
            <div className="plots-pane" key={k}>
              {content.stacked && (
                <span className="plots-pane-name">
                  <Swatch signal={content.signals[0]!} />
                  {content.signals[0]!.name}
                </span>
              )}
              <Plot
                content={content}
                structure={structureOf(content)}
                make={(room, first, width, height) =>
                  plotCanvas(room, first, { onWindow, onMark, onCursor: cursor.set }, width, height)
                }
              />
            </div>
          ))}
        </div>
        {marks && (
          <Measure
            t={t}
            signals={signals.filter((s) => !hidden.has(s.path))}
            marks={marks}
            whole={whole}
            onMark={onMark}
          />
        )}
        {beside}
      </div>
    </div>
  );
}

/** Other signals, or another place among the panes, are another plot. */
const structureOf = ({ signals, last, stacked }: PlotContent): string =>
  JSON.stringify([signals.map((signal) => [signal.path, signal.colour, signal.sampled]), last, stacked]);

/** The same view of a held run, its signals in the colours that they have now. */
function ghostOf(run: RunView, number: number, block: string, now: readonly Signal[]): readonly Held[] {
  const view = run.views.find((candidate) => candidate.block === block);
  if (!view) return [];
  const colours = new Map(now.map((signal) => [signal.path, signal.colour]));
  const signals = bandedSignals(run, view).flatMap((signal) => {
    const colour = colours.get(signal.path);
    return colour === undefined ? [] : [{ ...signal, colour }];
  });
  return [{ dash: number - 1, t: run.result.t, signals }];
}

function wholeOf(times: readonly Float64Array[]): TimeWindow {
  const from = Math.min(...times.map((t) => t[0] ?? Infinity));
  const to = Math.max(...times.map((t) => t[t.length - 1] ?? -Infinity));
  return from < to ? [from, to] : [from - 0.5, from + 0.5];
}
