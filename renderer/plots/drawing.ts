/**
 * What is drawn over and under the signals of a plot: held runs behind them, events and measuring cursors in front.
 * Straight onto the canvas of the plotting library, in its pixels.
 */
import type uPlot from "uplot";
import { signalColourValue, tokenValue } from "../ui/signalColours.ts";
import { extremes } from "../../core/data/extremes.ts";
import { indexRange } from "./decimate.ts";
import type { Signal } from "./signals.ts";
import type { TimeWindow } from "./scopeState.ts";

export interface Held {
  /** Tells it from other held runs: an index of `dashes`. */
  readonly dash: number;
  readonly t: Float64Array;
  readonly signals: readonly Signal[];
}

/** How the lines of held runs are broken, one pattern a run: the legend shows the same. */
export const dashes = [
  [4, 3],
  [1.5, 2.5],
  [9, 3],
  [9, 3, 1.5, 3],
] as const;

export const dashOf = (index: number): readonly number[] => dashes[index % dashes.length]!;

/** A held run, thin and faint, in the colours of its signals. */
export function drawHeld(u: uPlot, held: Held, window: TimeWindow): void {
  const { ctx } = u;
  const [first, last] = indexRange(held.t, window[0], window[1]);
  clipped(u, () => {
    ctx.globalAlpha = 0.45;
    ctx.lineWidth = 1 * pixelRatio(u);
    ctx.setLineDash(dashOf(held.dash).map((length) => length * pixelRatio(u)));
    for (const signal of held.signals) {
      ctx.strokeStyle = signalColourValue(signal.colour);
      const chosen = extremes([signal.values], first, last);
      const count = chosen?.length ?? last - first + 1;
      ctx.beginPath();
      let pen = false;
      let level = 0;
      for (let k = 0; k < count; k++) {
        const i = chosen ? chosen[k]! : first + k;
        const value = signal.values[i]!;
        if (!Number.isFinite(value)) {
          pen = false;
          continue;
        }
        const x = u.valToPos(held.t[i]!, "x", true);
        const y = u.valToPos(value, "y", true);
        if (!pen) ctx.moveTo(x, y);
        else {
          if (signal.sampled) ctx.lineTo(x, level);
          ctx.lineTo(x, y);
        }
        pen = true;
        level = y;
      }
      ctx.stroke();
    }
  });
}

/** Points of a band's edge that are drawn. */
const finest = 4000;

/** Two standard deviations to each side of an estimate, filled faintly. */
export function drawBand(u: uPlot, t: Float64Array, signal: Signal, window: TimeWindow): void {
  const { deviation, values } = signal;
  if (!deviation) return;
  const { ctx } = u;
  const [first, last] = indexRange(t, window[0], window[1]);
  const by = Math.max(1, Math.ceil((last - first) / finest));
  const known: number[] = [];
  for (let i = first; i <= last; i += by) if (Number.isFinite(values[i]! + deviation[i]!)) known.push(i);
  const edge = (sign: number): [x: number, y: number][] => {
    let level: number | undefined;
    return known.flatMap((i) => {
      const x = u.valToPos(t[i]!, "x", true);
      const y = u.valToPos(values[i]! + sign * deviation[i]!, "y", true);
      const before: [number, number][] = signal.sampled && level !== undefined ? [[x, level]] : [];
      level = y;
      return [...before, [x, y]];
    });
  };
  clipped(u, () => {
    ctx.globalAlpha = 0.16;
    ctx.fillStyle = signalColourValue(signal.colour);
    ctx.beginPath();
    for (const [x, y] of [...edge(2), ...edge(-2).toReversed()]) ctx.lineTo(x, y);
    ctx.fill();
  });
}

/** Least and greatest value of the held run inside the window. */
export function heldRange(held: Held, window: TimeWindow): readonly [number, number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  const [first, last] = indexRange(held.t, window[0], window[1]);
  for (const { values } of held.signals) {
    for (let i = first; i <= last; i++) {
      const value = values[i]!;
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : undefined;
}

/** Two vertical lines, A and B. The letters stand on the first pane only. */
export function drawMarks(u: uPlot, marks: readonly [number, number], named: boolean): void {
  const { ctx, bbox } = u;
  const ratio = pixelRatio(u);
  const ink = tokenValue("--ink");
  clipped(u, () => {
    ctx.font = `600 ${11 * ratio}px ${tokenValue("--font")}`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "center";
    marks.forEach((t, k) => {
      const x = Math.round(u.valToPos(t, "x", true)) + 0.5;
      ctx.strokeStyle = ink;
      ctx.lineWidth = ratio;
      ctx.setLineDash(k === 0 ? [] : [5 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      if (!named) return;
      const size = 16 * ratio;
      const left = Math.min(Math.max(x - size / 2, bbox.left), bbox.left + bbox.width - size);
      ctx.fillStyle = ink;
      ctx.fillRect(left, bbox.top, size, size);
      ctx.fillStyle = tokenValue("--panel");
      ctx.fillText(k === 0 ? "A" : "B", left + size / 2, bbox.top + size / 2 + ratio);
    });
  });
}

export interface Instants {
  /** Of events: a small mark at the top. */
  readonly events: readonly number[];
  /** Picked from a list: a line through the plot. */
  readonly picked: number | undefined;
  /** Where a Stop block ended the run. */
  readonly stopped: number | undefined;
}

/** Events as notches that hang from the top, the picked instant and the end by a Stop block as lines. */
export function drawInstants(u: uPlot, { events, picked, stopped }: Instants): void {
  const { ctx, bbox } = u;
  const ratio = pixelRatio(u);
  const line = (t: number, colour: string, dash: number[]) => {
    const x = Math.round(u.valToPos(t, "x", true)) + 0.5;
    ctx.strokeStyle = colour;
    ctx.lineWidth = ratio;
    ctx.setLineDash(dash.map((length) => length * ratio));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  };
  clipped(u, () => {
    ctx.fillStyle = tokenValue("--muted");
    let last = -Infinity;
    for (const t of events) {
      const x = u.valToPos(t, "x", true);
      // A thousand events in one column are one notch.
      if (x - last < ratio) continue;
      last = x;
      ctx.beginPath();
      ctx.moveTo(x - 3.5 * ratio, bbox.top);
      ctx.lineTo(x + 3.5 * ratio, bbox.top);
      ctx.lineTo(x, bbox.top + 6 * ratio);
      ctx.fill();
    }
    if (picked !== undefined) line(picked, tokenValue("--accent"), []);
    if (stopped !== undefined) {
      line(stopped, tokenValue("--error"), [2, 2]);
      const x = u.valToPos(stopped, "x", true);
      ctx.fillStyle = tokenValue("--error");
      ctx.fillRect(x - 7 * ratio, bbox.top, 7 * ratio, 7 * ratio);
    }
  });
}

/** The library draws at the screen's own resolution. */
export function pixelRatio(u: uPlot): number {
  return u.ctx.canvas.width / u.width;
}

export function clipped(u: uPlot, draw: () => void): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw();
  ctx.restore();
}
