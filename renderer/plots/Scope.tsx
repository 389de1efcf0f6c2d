/**
 * The scope: what a Scope or Output block recorded, over time. Chooses the view and lays out panes, legend and measurements;
 * drawing is plotCanvas.ts. Samples stay in the arrays of the run.
 */
import { Activity } from "lucide-react";
import { useMemo } from "react";
import type { KeyboardEvent } from "react";
import type { RunView } from "../engine/protocol.ts";
import { useDocument } from "../store/document.ts";
import { useResults } from "../store/results.ts";
import { useView } from "../store/view.ts";
import { Empty } from "../ui/Empty.tsx";
import { useText } from "../ui/i18n.ts";
import { Legend, Swatch } from "./Legend.tsx";
import { Measure } from "./Measure.tsx";
import { Plot } from "./Plot.tsx";
import type { PlotContent } from "./plotCanvas.ts";
import { RunNotice } from "./RunNotice.tsx";
import { panned, useScope, zoomed } from "./scopeState.ts";
import type { TimeWindow } from "./scopeState.ts";
import { chooseView, signalsOf } from "./signals.ts";
import type { ShownView, Signal } from "./signals.ts";
import "./plots.css";

export function Scope() {
  const run = useResults((results) => results.run);
  const block = useScope((scope) => scope.block);
  const view = run && chooseView(run, block);
  if (!run || !view || run.result.t.length === 0) return <NothingToShow run={run} />;
  return <ScopeView run={run} view={view} />;
}

function NothingToShow({ run }: { readonly run: RunView | undefined }) {
  const text = useText();
  const compiled = useResults((results) => results.compiled);
  const blocks = useDocument((state) => state.document.root.blocks.length);
  const broken = compiled?.ok === false;
  const key = blocks === 0 ? "empty" : broken ? "broken" : run ? "noView" : "noRun";
  return (
    <Empty icon={<Activity size={22} />} title={text(`plots.${key}`)}>
      {text(`plots.${key}.next`)}
    </Empty>
  );
}

function ScopeView({ run, view }: { readonly run: RunView; readonly view: ShownView }) {
  const text = useText();
  const { t } = run.result;
  const { stacked, held, window: zoom, marks, set } = useScope();
  const hidden = useView((state) => state.hiddenTraces);
  const stale = useResults((results) => results.stale);
  const signals = useMemo(() => signalsOf(run, view), [run, view]);
  const whole = useMemo(() => wholeOf(t), [t]);
  const heldSignals = useMemo(() => {
    const heldView = held?.views.find((candidate) => candidate.block === view.block);
    return held && heldView ? signalsOf(held, heldView) : undefined;
  }, [held, view.block]);
  // A zoom into a longer run may lie outside of this one.
  const window = zoom && zoom[0] >= whole[0] && zoom[1] <= whole[1] ? zoom : undefined;

  const panes = useMemo(() => {
    const shown = signals.filter((signal) => !hidden.has(signal.path));
    const groups: readonly (readonly Signal[])[] =
      stacked && shown.length > 0 ? shown.map((signal) => [signal]) : [signals];
    return groups.map((group, k): PlotContent => ({
      t,
      signals: group,
      hidden,
      held: held &&
        heldSignals && {
          t: held.result.t,
          signals: heldSignals.filter(
            (old) => !hidden.has(old.path) && group.some((signal) => signal.path === old.path),
          ),
        },
      whole,
      window,
      marks,
      first: k === 0,
      last: k === groups.length - 1,
      stacked: groups.length > 1,
    }));
  }, [t, signals, hidden, held, heldSignals, whole, window, marks, stacked]);

  const onMark = (which: 0 | 1, at: number) => {
    const now = useScope.getState().marks;
    if (now) set({ marks: which === 0 ? [at, now[1]] : [now[0], at] });
  };
  const events = { onWindow: (next: TimeWindow | undefined) => set({ window: next }), onMark };

  const onKeyDown = (event: KeyboardEvent) => {
    const now = window ?? whole;
    const wide = now[1] - now[0];
    const next: { readonly [key: string]: () => TimeWindow | undefined } = {
      "+": () => zoomed(now, whole, now[0] + wide / 2, 0.7),
      "=": () => zoomed(now, whole, now[0] + wide / 2, 0.7),
      "-": () => zoomed(now, whole, now[0] + wide / 2, 1 / 0.7),
      "0": () => undefined,
      ArrowLeft: () => window && panned(now, whole, -wide / 10),
      ArrowRight: () => window && panned(now, whole, wide / 10),
    };
    const move = event.ctrlKey || event.metaKey || event.altKey ? undefined : next[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    set({ window: move() });
  };

  return (
    <div className="plots-scope" data-stale={stale}>
      <RunNotice run={run} />
      <Legend t={t} signals={signals} held={heldSignals !== undefined} />
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
              <Plot content={content} events={events} />
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
      </div>
    </div>
  );
}

function wholeOf(t: Float64Array): TimeWindow {
  const from = t[0]!;
  const to = t[t.length - 1]!;
  return from < to ? [from, to] : [from - 0.5, from + 0.5];
}
