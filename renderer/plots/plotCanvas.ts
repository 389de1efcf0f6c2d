/**
 * One pane of a scope on a canvas: signals over time, zoom, cursor, measuring. Has a lifetime of its own beside React, so
 * that neither samples nor the mouse ever cause a render. It owns no state: windows and marks are told to `PlotEvents`.
 */
import uPlot from "uplot";
import { written } from "../ui/figures.ts";
import { signalColourValue, tokenValue } from "../ui/signalColours.ts";
import { extremes } from "../../core/data/extremes.ts";
import { gather, indexRange } from "./decimate.ts";
import { drawBand, drawHeld, drawInstants, drawMarks, heldRange } from "./drawing.ts";
import type { Held, Instants } from "./drawing.ts";
import type { DrawingRoom } from "./Plot.tsx";
import { panned, zoomed } from "./scopeState.ts";
import type { TimeWindow } from "./scopeState.ts";
import type { Signal } from "./signals.ts";

export interface PlotContent {
  readonly t: Float64Array;
  readonly signals: readonly Signal[];
  readonly hidden: ReadonlySet<string>;
  readonly held: readonly Held[];
  readonly instants: Instants;
  readonly whole: TimeWindow;
  readonly window: TimeWindow | undefined;
  readonly marks: readonly [number, number] | undefined;
  /** Top pane: names the marks. */
  readonly first: boolean;
  /** Bottom pane: carries the time axis. */
  readonly last: boolean;
  /** One of several panes: their axes must line up. */
  readonly stacked: boolean;
}

export interface PlotEvents {
  onWindow(window: TimeWindow | undefined): void;
  onMark(which: 0 | 1, t: number): void;
  /** The instant under the pointer; undefined: it is elsewhere. */
  onCursor(t: number | undefined): void;
}

const near = 6;

export function plotCanvas(
  room: HTMLElement,
  start: PlotContent,
  events: PlotEvents,
  width: number,
  height: number,
): DrawingRoom<PlotContent> {
  let content = start;
  const shownWindow = (): TimeWindow => content.window ?? content.whole;
  const u = new uPlot(options(), data(), room);
  const untie = gestures();

  function options(): uPlot.Options {
    const muted = () => tokenValue("--muted");
    const line = () => tokenValue("--line");
    const font = `11px ${tokenValue("--font")}`;
    // The last label stands half beyond the end of the run. Panes above have none, and must line up.
    let beyond = 0;
    return {
      width,
      height,
      padding: [8, () => Math.max(20, 4 + beyond), content.last ? 0 : 6, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: () => [...shownWindow()] },
        y: { range: (_, low, high) => valueRange(low, high) },
      },
      axes: [
        {
          stroke: muted,
          font,
          size: content.last ? 26 : 0,
          gap: 6,
          space: 64,
          grid: { stroke: line, width: 1 },
          ticks: { show: false },
          values: (_, splits) => {
            const labels = splits.map((t) => `${tick(t)} s`);
            beyond = 3.3 * (labels.at(-1)?.length ?? 0);
            return content.last ? labels : labels.map(() => "");
          },
        },
        {
          stroke: muted,
          font,
          gap: 6,
          space: 22,
          grid: { stroke: line, width: 1 },
          ticks: { show: false },
          size: (_, values) =>
            content.stacked ? 64 : Math.max(40, 14 + 6.6 * Math.max(0, ...(values ?? []).map((v) => v.length))),
          values: (_, splits) => splits.map(tick),
        },
      ],
      series: [
        {},
        ...content.signals.map((signal): uPlot.Series => ({
          show: !content.hidden.has(signal.path),
          stroke: () => signalColourValue(signal.colour),
          width: 1.7,
          // Whole pixels would make stairs of every slope.
          pxAlign: 0,
          ...(signal.dashed ? { dash: [7, 4] } : {}),
          paths: signal.sampled ? uPlot.paths.stepped!({ align: 1 }) : uPlot.paths.linear!(),
          points: {
            width: 0,
            fill: () => signalColourValue(signal.colour),
            ...(signal.sampled ? { size: 5, space: 14 } : { size: 4, show: false, filter: alone }),
          },
        })),
      ],
      cursor: {
        y: false,
        points: { size: 7, width: 1.5 },
        drag: { x: true, y: false, setScale: false, dist: 4 },
        sync: { key: "lazo-scope", setSeries: false },
        bind: {
          dblclick: () => () => {
            events.onWindow(undefined);
            return null;
          },
          mousedown: (_, __, handler) => (event) => (markUnder(event) === undefined ? handler(event) : null),
        },
      },
      hooks: {
        drawAxes: [
          () => content.held.forEach((held) => drawHeld(u, held, shownWindow())),
          () => shownBands().forEach((signal) => drawBand(u, content.t, signal, shownWindow())),
        ],
        draw: [
          () => drawInstants(u, content.instants),
          () => content.marks && drawMarks(u, content.marks, content.first),
        ],
        setCursor: [
          (self) => {
            const left = self.cursor.left ?? -1;
            events.onCursor(left < 0 ? undefined : self.posToVal(left, "x"));
          },
        ],
        setSelect: [
          (self) => {
            const { left, width: wide } = self.select;
            if (wide < 4) return;
            const from = self.posToVal(left, "x");
            const to = self.posToVal(left + wide, "x");
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            events.onWindow([from, to]);
          },
        ],
      },
    };
  }

  function shownBands(): readonly Signal[] {
    return content.signals.filter(({ path, deviation }) => deviation && !content.hidden.has(path));
  }

  function data(): uPlot.AlignedData {
    const [from, to] = shownWindow();
    const [first, last] = indexRange(content.t, from, to);
    const shown = content.signals.filter((signal) => !content.hidden.has(signal.path));
    const chosen = extremes(
      shown.map((signal) => signal.values),
      first,
      last,
    );
    const t = gather(content.t, first, last, chosen) as number[];
    return [t, ...content.signals.map((signal) => gather(signal.values, first, last, chosen))];
  }

  function valueRange(low: number | null, high: number | null): [number, number] {
    let [lo, hi] = [low ?? Infinity, high ?? -Infinity];
    for (const one of content.held) {
      const held = heldRange(one, shownWindow());
      if (held) [lo, hi] = [Math.min(lo, held[0]), Math.max(hi, held[1])];
    }
    const [first, last] = indexRange(content.t, ...shownWindow());
    for (const { values, deviation } of shownBands()) {
      for (let i = first; i <= last; i++) {
        const [middle, half] = [values[i]!, 2 * deviation![i]!];
        if (!Number.isFinite(middle + half)) continue;
        lo = Math.min(lo, middle - half);
        hi = Math.max(hi, middle + half);
      }
    }
    if (lo > hi) return [0, 1];
    const size = Math.max(Math.abs(lo), Math.abs(hi));
    // A constant, rounding noise included, is a line in the middle and not a mountain range.
    if (hi - lo <= 1e-10 * size) {
      const pad = size === 0 ? 1 : size * 0.1;
      return [lo - pad, hi + pad];
    }
    return uPlot.rangeNum(lo, hi, 0.08, true) as [number, number];
  }

  function markUnder(event: MouseEvent): 0 | 1 | undefined {
    if (!content.marks) return undefined;
    const left = event.clientX - u.over.getBoundingClientRect().left;
    const distance = content.marks.map((t) => Math.abs(u.valToPos(t, "x") - left));
    const which = distance[0]! <= distance[1]! ? 0 : 1;
    return distance[which]! <= near ? which : undefined;
  }

  /** Wheel: zoom about the pointer, or pan with Shift. A mark is dragged, or jumps to a click. */
  function gestures(): () => void {
    const over = u.over;
    const timeAt = (event: MouseEvent): number => {
      const [from, to] = content.whole;
      const t = u.posToVal(event.clientX - over.getBoundingClientRect().left, "x");
      return Math.min(Math.max(t, from), to);
    };
    let pressed: number | undefined;
    let dragged: 0 | 1 | undefined;

    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const window = shownWindow();
      const turn = event.deltaY === 0 ? event.deltaX : event.deltaY;
      const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (sideways) events.onWindow(panned(window, content.whole, (turn / 600) * (window[1] - window[0])));
      else events.onWindow(zoomed(window, content.whole, timeAt(event), Math.exp(turn / 500)));
    };
    const move = (event: MouseEvent) => {
      if (dragged !== undefined) events.onMark(dragged, timeAt(event));
    };
    const up = () => {
      dragged = undefined;
      removeEventListener("mousemove", move);
      removeEventListener("mouseup", up);
    };
    const down = (event: MouseEvent) => {
      if (event.button !== 0) return;
      pressed = event.clientX;
      dragged = markUnder(event);
      if (dragged === undefined) return;
      event.preventDefault();
      addEventListener("mousemove", move);
      addEventListener("mouseup", up);
    };
    const click = (event: MouseEvent) => {
      if (!content.marks || pressed === undefined || Math.abs(event.clientX - pressed) > 3) return;
      const t = timeAt(event);
      events.onMark(Math.abs(t - content.marks[0]) <= Math.abs(t - content.marks[1]) ? 0 : 1, t);
    };
    over.addEventListener("wheel", wheel, { passive: false });
    over.addEventListener("mousedown", down);
    over.addEventListener("click", click);
    return up;
  }

  return {
    update(next) {
      const before = content;
      content = next;
      const samples = before.t !== next.t || before.signals !== next.signals || before.hidden !== next.hidden;
      if (before.hidden !== next.hidden) {
        u.batch(() => {
          next.signals.forEach((signal, k) => {
            const show = !next.hidden.has(signal.path);
            if (u.series[k + 1]!.show !== show) u.setSeries(k + 1, { show }, false);
          });
        });
      }
      if (samples || before.window !== next.window || before.whole !== next.whole || before.held !== next.held)
        u.setData(data(), true);
      else if (before.marks !== next.marks || before.instants !== next.instants) u.redraw(false, false);
    },
    resize(wide, high) {
      if (wide !== u.width || high !== u.height) u.setSize({ width: wide, height: high });
    },
    repaint: () => u.redraw(false, true),
    destroy() {
      untie();
      u.destroy();
    },
  };
}

/** Values between gaps, which no line shows: what is recorded less often than the rest is made of them. */
function alone({ data }: uPlot, series: number): number[] | null {
  const values = data[series]!;
  const there = (i: number): boolean => typeof values[i] === "number";
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) if (there(i) && !there(i - 1) && !there(i + 1)) found.push(i);
  return found.length > 0 ? found : null;
}

/** 2000, −0.05, 1e6. */
export function tick(value: number): string {
  if (Math.abs(value) >= 1e6) return value.toExponential().replace("e+", "e").replaceAll("-", "−");
  return written(value, 10);
}
