/**
 * An XY plot on a canvas: curves of y against x, zoom on both axes, and a cursor that follows the nearest curve, so that the
 * instant under the pointer is known here as it is over time. The plotting library gives axes and gestures; curves are ours.
 */
import uPlot from "uplot";
import { cursor } from "../store/moment.ts";
import { signalColourValue, tokenValue } from "../ui/signalColours.ts";
import { clipped, dashOf, pixelRatio } from "./drawing.ts";
import type { DrawingRoom } from "./Plot.tsx";
import { tick } from "./plotCanvas.ts";
import { valueAt } from "../store/reading.ts";
import { panned, zoomed } from "./scopeState.ts";
import type { Box, TimeWindow } from "./scopeState.ts";
import type { Curve } from "./signals.ts";
import { equalized, nearestSample } from "./xyGeometry.ts";

export interface HeldCurves {
  readonly dash: number;
  readonly curves: readonly Curve[];
}

export interface XYContent {
  readonly t: Float64Array;
  /** Those that are not hidden. */
  readonly curves: readonly Curve[];
  readonly held: readonly HeldCurves[];
  /** What there is to see, a margin included. */
  readonly whole: Box;
  readonly box: Box | undefined;
  /** A unit is as long on one axis as on the other. */
  readonly equal: boolean;
  readonly marks: readonly [number, number] | undefined;
  readonly picked: number | undefined;
  readonly names: { readonly x: string; readonly y: string };
}

export interface XYEvents {
  onBox(box: Box | undefined): void;
  onMark(which: 0 | 1, t: number): void;
}

export function xyCanvas(
  room: HTMLElement,
  start: XYContent,
  events: XYEvents,
  width: number,
  height: number,
): DrawingRoom<XYContent> {
  let content = start;
  const shownBox = (u?: uPlot): Box => {
    const box = content.box ?? content.whole;
    return content.equal && u && u.bbox.width > 0 ? equalized(box, u.bbox.width, u.bbox.height) : box;
  };
  const u = new uPlot(options(), data(), room);
  const dot = document.createElement("div");
  dot.className = "plots-xy-dot";
  dot.hidden = true;
  u.over.append(dot);
  const untie = gestures();
  // Equal scales need the size of the plot, which is known from now on.
  if (content.equal) u.setData(data(), true);

  /** The library scales its axes by a line from corner to corner, which it does not draw. */
  function data(): uPlot.AlignedData {
    const { x, y } = content.whole;
    return [[...x], [...y]];
  }

  function options(): uPlot.Options {
    const font = `11px ${tokenValue("--font")}`;
    const axis = (label: string): uPlot.Axis => ({
      stroke: () => tokenValue("--muted"),
      font,
      label,
      labelFont: font,
      labelSize: 16,
      labelGap: 0,
      gap: 6,
      grid: { stroke: () => tokenValue("--line"), width: 1 },
      ticks: { show: false },
      values: (_, splits) => splits.map(tick),
    });
    return {
      width,
      height,
      padding: [8, 20, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: (self) => [...shownBox(self).x] },
        y: { range: (self) => [...shownBox(self).y] },
      },
      axes: [
        { ...axis(content.names.x), size: 24, space: 64 },
        {
          ...axis(content.names.y),
          space: 28,
          size: (_, values) => Math.max(40, 14 + 6.6 * Math.max(0, ...(values ?? []).map((v) => v.length))),
        },
      ],
      series: [{}, { paths: () => null, points: { show: false } }],
      cursor: {
        points: { show: false },
        drag: { x: true, y: true, setScale: false, dist: 4 },
        bind: {
          dblclick: () => () => {
            events.onBox(undefined);
            return null;
          },
        },
      },
      hooks: {
        draw: [(self) => drawAll(self)],
        setCursor: [(self) => follow(self)],
        setSelect: [
          (self) => {
            const { left, top, width: wide, height: high } = self.select;
            if (wide < 4 || high < 4) return;
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            events.onBox({
              x: [self.posToVal(left, "x"), self.posToVal(left + wide, "x")],
              y: [self.posToVal(top + high, "y"), self.posToVal(top, "y")],
            });
          },
        ],
      },
    };
  }

  function drawAll(self: uPlot): void {
    const { ctx } = self;
    const ratio = pixelRatio(self);
    clipped(self, () => {
      for (const held of content.held) {
        ctx.globalAlpha = 0.45;
        ctx.lineWidth = ratio;
        ctx.setLineDash(dashOf(held.dash).map((length) => length * ratio));
        for (const curve of held.curves) trace(self, curve);
      }
      ctx.globalAlpha = 1;
      ctx.lineWidth = 1.7 * ratio;
      ctx.lineJoin = "round";
      for (const curve of content.curves) {
        ctx.setLineDash(curve.y.dashed ? [7 * ratio, 4 * ratio] : []);
        trace(self, curve);
        startRing(self, curve);
      }
      ctx.setLineDash([]);
      if (content.picked !== undefined) for (const curve of content.curves) point(self, curve, content.picked, "");
      content.marks?.forEach((t, k) => {
        for (const curve of content.curves) point(self, curve, t, k === 0 ? "A" : "B");
      });
    });
  }

  /** Steps shorter than half a pixel are left out: a million samples cost no more than they show. */
  function trace(self: uPlot, { x, y }: Curve): void {
    const { ctx } = self;
    const { toX, toY } = pixels(self);
    const count = Math.min(x.values.length, y.values.length);
    ctx.strokeStyle = signalColourValue(y.colour);
    ctx.beginPath();
    let pen = false;
    let [lastX, lastY] = [0, 0];
    for (let i = 0; i < count; i++) {
      const [px, py] = [toX(x.values[i]!), toY(y.values[i]!)];
      if (!Number.isFinite(px) || !Number.isFinite(py)) {
        pen = false;
        continue;
      }
      if (pen && Math.abs(px - lastX) < 0.5 && Math.abs(py - lastY) < 0.5 && i < count - 1) continue;
      if (pen) ctx.lineTo(px, py);
      else ctx.moveTo(px, py);
      pen = true;
      [lastX, lastY] = [px, py];
    }
    ctx.stroke();
  }

  /** Where it begins: a curve has a direction. */
  function startRing(self: uPlot, { x, y }: Curve): void {
    const { ctx } = self;
    const { toX, toY } = pixels(self);
    const ratio = pixelRatio(self);
    ctx.setLineDash([]);
    ctx.fillStyle = tokenValue("--panel");
    ctx.strokeStyle = signalColourValue(y.colour);
    ctx.beginPath();
    ctx.arc(toX(x.values[0]!), toY(y.values[0]!), 3.5 * ratio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }

  function point(self: uPlot, { x, y }: Curve, t: number, letter: string): void {
    const { ctx } = self;
    const { toX, toY } = pixels(self);
    const ratio = pixelRatio(self);
    const px = toX(valueAt(content.t, x.values, x.sampled, t));
    const py = toY(valueAt(content.t, y.values, y.sampled, t));
    if (!Number.isFinite(px) || !Number.isFinite(py)) return;
    ctx.fillStyle = letter === "" ? tokenValue("--accent") : tokenValue("--ink");
    ctx.beginPath();
    ctx.arc(px, py, (letter === "" ? 4 : 8) * ratio, 0, 2 * Math.PI);
    ctx.fill();
    if (letter === "") return;
    ctx.fillStyle = tokenValue("--panel");
    ctx.font = `600 ${11 * ratio}px ${tokenValue("--font")}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(letter, px, py + ratio);
  }

  function pixels(self: uPlot) {
    const { left, top, width: wide, height: high } = self.bbox;
    const { x, y } = shownBox(self);
    return {
      toX: (value: number) => left + ((value - x[0]) / (x[1] - x[0])) * wide,
      toY: (value: number) => top + (1 - (value - y[0]) / (y[1] - y[0])) * high,
    };
  }

  /** The nearest sample of all curves to a place on the plot, in its pixels. */
  function nearest(self: uPlot, left: number, top: number) {
    const ratio = pixelRatio(self);
    return nearestSample(content.curves, pixels(self), left * ratio + self.bbox.left, top * ratio + self.bbox.top);
  }

  function follow(self: uPlot): void {
    const { left = -1, top = -1 } = self.cursor;
    const found = left < 0 ? undefined : nearest(self, left, top);
    dot.hidden = found === undefined;
    cursor.set(found && content.t[found.index]);
    if (!found) return;
    const ratio = pixelRatio(self);
    dot.style.transform = `translate(${(found.x - self.bbox.left) / ratio}px, ${(found.y - self.bbox.top) / ratio}px)`;
    dot.style.background = signalColourValue(found.curve.y.colour);
  }

  function gestures(): () => void {
    const { over } = u;
    let pressed: readonly [number, number] | undefined;
    const at = (event: MouseEvent): readonly [number, number] => {
      const place = over.getBoundingClientRect();
      return [event.clientX - place.left, event.clientY - place.top];
    };
    /** The wheel zooms both axes about the pointer; with Shift it moves along x, with Alt along y. */
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const { x, y } = shownBox(u);
      const [left, top] = at(event);
      const turn = event.deltaY === 0 ? event.deltaX : event.deltaY;
      if (event.shiftKey) events.onBox({ x: panned(x, content.whole.x, (turn / 600) * (x[1] - x[0])), y });
      else if (event.altKey) events.onBox({ x, y: panned(y, content.whole.y, (-turn / 600) * (y[1] - y[0])) });
      else events.onBox(zoomedBox({ x, y }, content.whole, u.posToVal(left, "x"), u.posToVal(top, "y"), turn));
    };
    const down = (event: MouseEvent) => {
      pressed = event.button === 0 ? [event.clientX, event.clientY] : undefined;
    };
    const click = (event: MouseEvent) => {
      if (!content.marks || !pressed) return;
      if (Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 3) return;
      const found = nearest(u, ...at(event));
      const t = found && content.t[found.index];
      if (t === undefined) return;
      events.onMark(Math.abs(t - content.marks[0]) <= Math.abs(t - content.marks[1]) ? 0 : 1, t);
    };
    const leave = () => cursor.set(undefined);
    over.addEventListener("wheel", wheel, { passive: false });
    over.addEventListener("mousedown", down);
    over.addEventListener("click", click);
    return leave;
  }

  return {
    update(next) {
      const before = content;
      content = next;
      const place = before.whole !== next.whole || before.box !== next.box || before.equal !== next.equal;
      if (place) u.setData(data(), true);
      u.redraw(false, false);
    },
    resize(wide, high) {
      if (wide === u.width && high === u.height) return;
      u.setSize({ width: wide, height: high });
      if (content.equal) u.setData(data(), true);
    },
    repaint: () => u.redraw(false, true),
    destroy() {
      untie();
      u.destroy();
    },
  };
}

/** Both axes zoomed by the same factor; undefined when all of it is shown again. */
export function zoomedBox(box: Box, whole: Box, x: number, y: number, turn: number): Box | undefined {
  const factor = Math.exp(turn / 500);
  const along = (now: TimeWindow, all: TimeWindow, centre: number) => zoomed(now, all, centre, factor);
  const [wide, high] = [along(box.x, whole.x, x), along(box.y, whole.y, y)];
  return wide || high ? { x: wide ?? whole.x, y: high ?? whole.y } : undefined;
}
