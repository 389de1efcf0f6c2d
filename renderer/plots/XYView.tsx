/** The view of an XY scope: curves of y against x with legend, held runs and measurements. Drawing is xyCanvas.ts. */
import { useMemo } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import type { RunView } from "../engine/protocol.ts";
import { useMoment } from "../store/moment.ts";
import { useResults } from "../store/results.ts";
import { useView } from "../store/view.ts";
import { useText } from "../ui/i18n.ts";
import { HeldRuns } from "./HeldRuns.tsx";
import { CurveLegend } from "./Legend.tsx";
import { Measure } from "./Measure.tsx";
import { Plot } from "./Plot.tsx";
import { panned, useScope } from "./scopeState.ts";
import type { Box, TimeWindow } from "./scopeState.ts";
import { curvesOf } from "./signals.ts";
import type { ShownView, Signal } from "./signals.ts";
import { xyCanvas, zoomedBox } from "./xyCanvas.ts";
import type { HeldCurves, XYContent } from "./xyCanvas.ts";
import { boxOf } from "./xyGeometry.ts";

interface ViewProps {
  readonly run: RunView;
  readonly view: ShownView;
  /** What stands beside the plot: the list of events. */
  readonly beside: ReactNode;
}

export function XYView({ run, view, beside }: ViewProps) {
  const text = useText();
  const { t } = run.result;
  const { held, box: zoom, equal, marks, set } = useScope();
  const hidden = useView((state) => state.hiddenTraces);
  const stale = useResults((results) => results.stale);
  const picked = useMoment((moment) => moment.t);
  const all = useMemo(() => curvesOf(run, view), [run, view]);
  const curves = useMemo(() => all.filter((curve) => !hidden.has(curve.y.path)), [all, hidden]);
  const ghosts = useMemo(
    () =>
      held.flatMap((one): readonly HeldCurves[] => {
        const same = one.run.views.find((candidate) => candidate.block === view.block && candidate.kind === "xy");
        if (!same) return [];
        const shown = curvesOf(one.run, same).flatMap((curve) => {
          const now = curves.find(({ y }) => y.path === curve.y.path);
          return now ? [{ x: curve.x, y: { ...curve.y, colour: now.y.colour } }] : [];
        });
        return [{ dash: one.number - 1, curves: shown }];
      }),
    [held, view.block, curves],
  );
  const whole = useMemo(() => boxOf([...curves, ...ghosts.flatMap((ghost) => ghost.curves)]), [curves, ghosts]);
  const box = zoom?.block === view.block ? zoom : undefined;
  const onBox = (next: Box | undefined): void => set({ box: next && { ...next, block: view.block } });
  const onMark = (which: 0 | 1, at: number): void => {
    const now = useScope.getState().marks;
    if (now) set({ marks: which === 0 ? [at, now[1]] : [now[0], at] });
  };
  const names = useMemo(
    () => ({ x: named(all.map((curve) => curve.x)), y: named(all.map((curve) => curve.y)) }),
    [all],
  );
  const content = useMemo(
    (): XYContent => ({ t, curves, held: ghosts, whole, box, equal, marks, picked, names }),
    [t, curves, ghosts, whole, box, equal, marks, picked, names],
  );

  const onKeyDown = (event: KeyboardEvent) => {
    const now = box ?? whole;
    const [cx, cy] = [middle(now.x), middle(now.y)];
    const step = (along: TimeWindow, share: number) => (along[1] - along[0]) * share;
    const next: { readonly [key: string]: () => Box | undefined } = {
      "+": () => zoomedBox(now, whole, cx, cy, -180),
      "=": () => zoomedBox(now, whole, cx, cy, -180),
      "-": () => zoomedBox(now, whole, cx, cy, 180),
      "0": () => undefined,
      ArrowLeft: () => box && { ...now, x: panned(now.x, whole.x, -step(now.x, 0.1)) },
      ArrowRight: () => box && { ...now, x: panned(now.x, whole.x, step(now.x, 0.1)) },
      ArrowUp: () => box && { ...now, y: panned(now.y, whole.y, step(now.y, 0.1)) },
      ArrowDown: () => box && { ...now, y: panned(now.y, whole.y, -step(now.y, 0.1)) },
    };
    const move = event.ctrlKey || event.metaKey || event.altKey ? undefined : next[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    onBox(move());
  };

  return (
    <div className="plots-view" data-stale={stale}>
      <CurveLegend t={t} curves={all} after={<HeldRuns block={view.block} />} />
      <div className="plots-body">
        <div
          className="plots-panes"
          role="group"
          tabIndex={0}
          aria-label={text("plots.describedXY", { block: view.block, x: names.x, y: names.y })}
          aria-keyshortcuts="+ - 0 ArrowLeft ArrowRight ArrowUp ArrowDown"
          onKeyDown={onKeyDown}
        >
          <div className="plots-pane">
            <Plot
              content={content}
              structure={JSON.stringify([view.block, names])}
              make={(room, first, width, height) => xyCanvas(room, first, { onBox, onMark }, width, height)}
            />
          </div>
        </div>
        {marks && (
          <Measure
            t={t}
            signals={curves.flatMap(({ x, y }) => [x, y])}
            marks={marks}
            whole={[t[0]!, Math.max(t[t.length - 1]!, t[0]! + 1e-300)]}
            onMark={onMark}
          />
        )}
        {beside}
      </div>
    </div>
  );
}

const middle = ([low, high]: TimeWindow): number => (low + high) / 2;

/** Up to three names for an axis; one signal is named once. */
function named(signals: readonly Signal[]): string {
  const names = [...new Set(signals.map((signal) => signal.name))];
  return names.length > 3 ? `${names.slice(0, 3).join(", ")}, …` : names.join(", ");
}
