/** Curves in panes one below the other, with marks, a reading at the pointer, and zoom: what the analysis plots are drawn with. */
import { useEffect, useMemo, useRef, useState } from "react";
import type { KeyboardEvent, PointerEvent } from "react";
import type { LazoDocument } from "../../core/diagram/document.ts";
import { useDocument } from "../store/document.ts";
import { drawWaiting, takeMove } from "../store/paced.ts";
import { written } from "../ui/figures.ts";
import { followDrag } from "../ui/followDrag.ts";
import { signalColour } from "../ui/signalColours.ts";
import { along, back, nearestIndex, rangeOf, valueOn, zoomedRange } from "./chartGeometry.ts";
import type { ChartLine, Range, Scale } from "./chartGeometry.ts";
import { between, margin, PaneDrawing } from "./ChartPane.tsx";
import type { ChartPane, Frame } from "./ChartPane.tsx";
import { Reading } from "./Reading.tsx";

export interface ChartProps {
  readonly panes: readonly ChartPane[];
  /** x and y are of one kind: both are zoomed, lengths are equal, and the nearest point is read. */
  readonly plane?: "equal" | "free";
  /** What runs along x, or along the curves of a plane, in a reading: "ω = {{value}} rad/s". */
  readonly reading: (value: number) => string;
  readonly described: string;
  /** A value of x that can be dragged, in all panes. Moves of one gesture bear the same number. */
  readonly handle?: { readonly x: number; move(to: number, gesture: number): void } | undefined;
}

let gestures = 0;
/** Pixels to either side within which the handle is taken. */
const reach = 8;

interface Zoom {
  readonly x: Range;
  /** Of planes only; elsewhere y follows what is shown of x. */
  readonly y?: Range;
}

/** The axes stay while the handle is dragged: x, or it would run away under it; y but where the curves leave it. */
interface Grip {
  readonly frame: Frame;
  /** Of each pane. */
  y: readonly Range[];
  readonly gesture: number;
  /** The document before its first move. */
  from?: LazoDocument;
}

export function Chart({ panes, plane, reading, described, handle }: ChartProps) {
  const room = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 400, height: 200 });
  const [zoom, setZoom] = useState<Zoom>();
  const [pointer, setPointer] = useState<readonly [x: number, y: number]>();
  const pan = useRef<{ x: number; y: number; zoom: Zoom }>(undefined);
  const grip = useRef<Grip>(undefined);
  /** The handle itself does not wait for what follows from its move. */
  const [draggedTo, setDraggedTo] = useState<number>();
  const width = Math.max(40, size.width - margin.left - margin.right);
  const named = panes[0]!.lines.filter(({ faint }) => !faint);
  // The names of several curves have a line of their own; those of kept systems stand with them.
  const names = named.length > 1 ? named.filter(({ dash }) => !dash) : [];
  const above = names.length > 0 ? 28 : 10;
  const height = Math.max(30, (size.height - above - margin.bottom - between * (panes.length - 1)) / panes.length);
  const frames = useMemo(() => {
    const made = panes.map((pane, k) => {
      const top = above + k * (height + between);
      return frameOf(pane, zoom, plane, width, height, top, grip.current?.y[k]);
    });
    if (grip.current) grip.current.y = made.map(({ y }) => y);
    return made;
  }, [panes, zoom, plane, width, height, above]);
  const [first] = frames;
  const latest = useRef({ frame: first!, plane });
  latest.current = { frame: first!, plane };

  useEffect(() => {
    const element = room.current!;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    // React listens passively, and the dock must not scroll instead.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const { frame, plane: both } = latest.current;
      const place = element.getBoundingClientRect();
      const factor = Math.exp(event.deltaY / 500);
      const x = zoomedRange(frame.x, frame.placeX(event.clientX - place.left), factor);
      setZoom(both ? { x, y: zoomedRange(frame.y, frame.placeY(event.clientY - place.top), factor) } : { x });
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener("wheel", wheel);
    };
  }, []);

  const onPointerMove = (event: PointerEvent) => {
    const place = room.current!.getBoundingClientRect();
    const held = grip.current;
    if (held) {
      takeMove(event);
      const to = back(panes[0]!.x, held.frame.placeX(event.clientX - place.left));
      held.from ??= useDocument.getState().document;
      // First the change, so that the engine has it before anything is drawn.
      handle?.move(to, held.gesture);
      return setDraggedTo(to);
    }
    const from = pan.current;
    if (!from) return setPointer([event.clientX - place.left, event.clientY - place.top]);
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    if (Math.hypot(dx, dy) < 3) return;
    setPointer(undefined);
    const moved = ([low, high]: Range, by: number): Range => [low + by * (high - low), high + by * (high - low)];
    setZoom({
      x: moved(from.zoom.x, -dx / width),
      ...(from.zoom.y && { y: moved(from.zoom.y, dy / height) }),
    });
  };
  const endDrag = (kept: boolean, before: Zoom | undefined) => {
    const from = grip.current?.from;
    pan.current = undefined;
    grip.current = undefined;
    if (!kept) setZoom(before);
    if (!kept && from) useDocument.getState().takeBack(from);
    drawWaiting();
    setDraggedTo(undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const now: Zoom = { x: first!.x, ...(plane && { y: first!.y }) };
    const middle = ([low, high]: Range) => (low + high) / 2;
    const scaled = (factor: number): Zoom => ({
      x: zoomedRange(now.x, middle(now.x), factor),
      ...(now.y && { y: zoomedRange(now.y, middle(now.y), factor) }),
    });
    const shift = (range: Range, share: number): Range => {
      const by = share * (range[1] - range[0]);
      return [range[0] + by, range[1] + by];
    };
    const moves: { readonly [key: string]: () => Zoom | undefined } = {
      "+": () => scaled(1 / 1.4),
      "=": () => scaled(1 / 1.4),
      "-": () => scaled(1.4),
      "0": () => undefined,
      ArrowLeft: () => ({ ...now, x: shift(now.x, -0.1) }),
      ArrowRight: () => ({ ...now, x: shift(now.x, 0.1) }),
      ArrowUp: () => (now.y ? { ...now, y: shift(now.y, 0.1) } : now),
      ArrowDown: () => (now.y ? { ...now, y: shift(now.y, -0.1) } : now),
    };
    const move = event.ctrlKey || event.metaKey || event.altKey ? undefined : moves[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    setZoom(move());
  };

  const handleX = handle && first!.toX(draggedTo ?? handle.x);
  const found = pointer && (plane ? readPlane(panes[0]!, frames[0]!, pointer) : readColumn(panes, frames, pointer));
  return (
    <div
      className="analyse-map"
      ref={room}
      role="group"
      tabIndex={0}
      aria-label={described}
      aria-keyshortcuts="+ - 0 ArrowLeft ArrowRight ArrowUp ArrowDown"
      onKeyDown={onKeyDown}
      onDoubleClick={() => setZoom(undefined)}
      onPointerMove={onPointerMove}
      onPointerLeave={() => setPointer(undefined)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const before = zoom;
        followDrag(event, { end: (kept) => endDrag(kept, before) });
        const at = event.clientX - event.currentTarget.getBoundingClientRect().left;
        if (handle && Math.abs(first!.toX(handle.x) - at) <= reach) {
          grip.current = { frame: first!, y: frames.map(({ y }) => y), gesture: ++gestures };
          setPointer(undefined);
          setZoom({ x: first!.x });
          return;
        }
        pan.current = { x: event.clientX, y: event.clientY, zoom: { x: first!.x, ...(plane && { y: first!.y }) } };
      }}
    >
      <svg width={size.width} height={size.height} aria-hidden="true" fontSize="11" fontFamily="Inter, sans-serif">
        {panes.map((pane, k) => (
          <PaneDrawing
            key={k}
            pane={pane}
            frame={frames[k]!}
            id={`analyse-pane-${k}`}
            last={k === panes.length - 1}
            bottom={size.height}
          />
        ))}
        {found?.points.map(({ x, y, colour }, k) => (
          <circle key={k} cx={x} cy={y} r={4} fill={signalColour(colour)} stroke="var(--panel)" strokeWidth="1.5" />
        ))}
        {handleX !== undefined && (
          <g className="analyse-handle" data-marker="handle">
            <line
              x1={handleX}
              x2={handleX}
              y1={above}
              y2={size.height - margin.bottom}
              stroke="var(--accent)"
              strokeWidth="1.5"
            />
            <circle
              cx={handleX}
              cy={above + height / 2}
              r={6}
              fill="var(--accent)"
              fillOpacity={0.2}
              stroke="var(--accent)"
              strokeWidth="1.5"
            />
            <rect
              x={handleX - reach}
              y={above}
              width={2 * reach}
              height={size.height - above - margin.bottom}
              fill="transparent"
            />
          </g>
        )}
        {found && !plane && (
          <line
            x1={found.x}
            x2={found.x}
            y1={above}
            y2={size.height - margin.bottom}
            stroke="var(--muted)"
            strokeDasharray="3 3"
          />
        )}
      </svg>
      {names.length > 0 && (
        <ul className="analyse-names">
          {names.map(({ name, colour }) => (
            <li key={name}>
              <i style={{ background: signalColour(colour) }} />
              {name}
            </li>
          ))}
        </ul>
      )}
      {found && (
        <Reading x={found.x} y={found.y} room={size}>
          {[reading(found.value), ...found.rows].join("\n")}
        </Reading>
      )}
    </div>
  );
}

function frameOf(
  pane: ChartPane,
  zoom: Zoom | undefined,
  plane: ChartProps["plane"],
  width: number,
  height: number,
  top: number,
  held: Range | undefined,
): Frame {
  let x = zoom?.x ?? pane.box?.x ?? rangeOf(pane.lines, "x", pane.x, { share: plane ? 0.06 : 0 });
  const seen = pane.lines
    .flatMap((line) => [line, ...[line.low, line.high].flatMap((y) => (y ? [{ ...line, y }] : []))])
    .map((line) => within(line, pane.x, x));
  let y = zoom?.y ?? pane.box?.y ?? rangeOf(seen, "y", pane.y, { least: pane.least ?? 0 });
  if (held) y = grown(held, y);
  if (plane === "equal" && !zoom) {
    const per = Math.max((x[1] - x[0]) / width, (y[1] - y[0]) / height);
    x = about(x, per * width);
    y = about(y, per * height);
  }
  const placeX = (pixel: number) => x[0] + ((pixel - margin.left) / width) * (x[1] - x[0]);
  const placeY = (pixel: number) => y[1] - ((pixel - top) / height) * (y[1] - y[0]);
  return {
    x,
    y,
    top,
    width,
    height,
    toX: (value) => margin.left + ((along(pane.x, value) - x[0]) / (x[1] - x[0])) * width,
    toY: (value) => top + (1 - (along(pane.y, value) - y[0]) / (y[1] - y[0])) * height,
    placeX,
    placeY,
  };
}

const about = ([low, high]: Range, length: number): Range => [(low + high - length) / 2, (low + high + length) / 2];

/** With some room beyond what is needed, so that the next move has the same axis. */
function grown([low, high]: Range, needed: Range): Range {
  const room = (high - low) / 8;
  return [needed[0] < low ? needed[0] - room : low, needed[1] > high ? needed[1] + room : high];
}

/** What of a line lies above a part of the x axis, for y to follow. */
function within(line: ChartLine, scale: Scale, [low, high]: Range): ChartLine {
  const y = line.y.map((value, k) => {
    const place = along(scale, line.x[k]!);
    return place >= low && place <= high ? value : Number.NaN;
  });
  return { ...line, y };
}

interface Found {
  readonly x: number;
  readonly y: number;
  readonly value: number;
  readonly rows: readonly string[];
  readonly points: readonly { readonly x: number; readonly y: number; readonly colour: number }[];
}

/** All curves at the sample nearest to the pointer's x. */
function readColumn(
  panes: readonly ChartPane[],
  frames: readonly Frame[],
  [px, py]: readonly [number, number],
): Found | undefined {
  const [pane] = panes;
  const [frame] = frames;
  const line = pane!.lines.find(({ faint, dash }) => !faint && !dash) ?? pane!.lines[0];
  if (!line || px < margin.left || px > margin.left + frame!.width) return undefined;
  const wanted = frame!.placeX(px);
  const at = nearestIndex(line.x.length, (k) => Math.abs(along(pane!.x, line.x[k]!) - wanted));
  if (at < 0) return undefined;
  const value = line.x[at]!;
  const names = pane!.lines.length > 1;
  // What is present is read before what was kept.
  const order = pane!.lines.map((of, k) => ({ of, k })).toSorted((a, b) => Number(!!a.of.dash) - Number(!!b.of.dash));
  const rows = order.flatMap(({ of, k }) => {
    if (of.faint) return [];
    const values = panes.flatMap((one) => {
      const there = valueOn(one.lines[k]!, one.x, value);
      const [low, high] = (["low", "high"] as const).map((edge) => {
        const y = one.lines[k]![edge];
        return y && valueOn({ ...one.lines[k]!, y }, one.x, value);
      });
      const band = low === undefined || high === undefined ? "" : ` (${written(low, 4)} … ${written(high, 4)})`;
      return there === undefined ? [] : [`${written(there, 4)}${one.unit}${band}`];
    });
    // A curve that ends before here, as that of a sampled system does, has nothing to say.
    if (values.length === 0) return [];
    return [`${names ? `${of.name}  ` : ""}${values.join("  ")}`];
  });
  const points = panes.flatMap((one, p) =>
    one.lines.flatMap((of) => {
      const there = of.faint ? undefined : valueOn(of, one.x, value);
      if (there === undefined) return [];
      const { toX, toY, top, height } = frames[p]!;
      const y = toY(there);
      return y >= top && y <= top + height ? [{ x: toX(value), y, colour: of.colour }] : [];
    }),
  );
  return { x: frame!.toX(value), y: py, value, rows, points };
}

/** The nearest point of any curve. */
function readPlane(pane: ChartPane, frame: Frame, [px, py]: readonly [number, number]): Found | undefined {
  let best: Found | undefined;
  let least = 24;
  for (const line of pane.lines) {
    if (line.faint || !line.at) continue;
    const away = (k: number): number => Math.hypot(frame.toX(line.x[k]!) - px, frame.toY(line.y[k]!) - py);
    const k = nearestIndex(line.x.length, away);
    if (k < 0 || away(k) > least) continue;
    least = away(k);
    const [x, y] = [frame.toX(line.x[k]!), frame.toY(line.y[k]!)];
    const rows = [
      ...(pane.lines.filter(({ faint }) => !faint).length > 1 ? [line.name] : []),
      `${pane.xName} = ${written(line.x[k]!, 4)}`,
      `${pane.yName} = ${written(line.y[k]!, 4)}`,
    ];
    best = { x, y, value: line.at[k]!, rows, points: [{ x, y, colour: line.colour }] };
  }
  return best;
}
