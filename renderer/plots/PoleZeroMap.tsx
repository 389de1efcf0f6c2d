/** Poles and zeros in the complex plane: grid of damping and frequency, zoom about the pointer, and a marker that can be lit. */
import { useEffect, useRef, useState } from "react";
import type { KeyboardEvent, PointerEvent } from "react";
import type { LazoDocument } from "../../core/diagram/document.ts";
import type { LocusView, PoleZeroView } from "../engine/protocol.ts";
import { useDocument } from "../store/document.ts";
import { drawWaiting, takeMove } from "../store/paced.ts";
import type { FrequencyUnit } from "../store/view.ts";
import { complexText, written } from "../ui/figures.ts";
import { followDrag } from "../ui/followDrag.ts";
import { useText } from "../ui/i18n.ts";
import { signalColour } from "../ui/signalColours.ts";
import { pathOf } from "./chartGeometry.ts";
import { inUnit, symbolOf } from "./frequencyUnit.ts";
import {
  dampings,
  frameOf,
  markersOfAll,
  movePole,
  nearestOnLocus,
  rayOf,
  spiralOf,
  zoomedFrame,
} from "./poleZeroGeometry.ts";
import type { Frame, LocusPoint } from "./poleZeroGeometry.ts";
import type { Kept } from "./keptSystems.ts";
import { Reading } from "./Reading.tsx";
import { ticks } from "./svgPicture.ts";

interface MapProps {
  /** Its natural frequencies are in the unit already. */
  readonly view: PoleZeroView;
  readonly unit: FrequencyUnit;
  /** Systems of the same plane, to compare with. */
  readonly kept: readonly Kept<PoleZeroView>[];
  /** Index of the marker that is pointed at, here or in the table. */
  readonly lit: number | undefined;
  readonly onLit: (index: number | undefined) => void;
  /** Poles that a design asks for: they may be dragged. */
  readonly asked?: readonly (readonly [re: number, im: number])[] | undefined;
  /** `gesture` is the same for all moves of one drag. */
  readonly onAsk?: ((poles: readonly (readonly [re: number, im: number])[], gesture: number) => void) | undefined;
  /** The gain in the loop: its closed-loop poles may be dragged along the locus. */
  readonly locusGain?: { readonly gain: number; move(to: number, gesture: number): void } | undefined;
}

let gestures = 0;

const margin = { left: 52, right: 12, top: 8, bottom: 24 };
const reach = 14;

export function PoleZeroMap({ view, unit, kept, lit, onLit, asked = [], onAsk, locusGain }: MapProps) {
  const text = useText();
  const room = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 400, height: 200 });
  const [zoom, setZoom] = useState<Frame>();
  const [onLocus, setOnLocus] = useState<LocusPoint>();
  const grip = useRef<{ poles: NonNullable<MapProps["asked"]>; index: number; gesture: number; frame: Frame }>(
    undefined,
  );
  /** Where a pole has been dragged to: the marker there is read, whichever its place in the list is by now. */
  const [draggedTo, setDraggedTo] = useState<readonly [number, number]>();
  const along = useRef<{ locus: LocusView; gain: number; gesture: number; frame: Frame }>(undefined);
  const pan = useRef<{ x: number; y: number; frame: Frame }>(undefined);
  /** The document before a pole or gain was first moved. */
  const before = useRef<LazoDocument>(undefined);
  const width = Math.max(40, size.width - margin.left - margin.right);
  const height = Math.max(40, size.height - margin.top - margin.bottom);
  const frame =
    zoom ??
    frameOf(
      view,
      width,
      height,
      kept.map((one) => one.view),
    );
  const latest = useRef(frame);
  latest.current = frame;
  const toX = (re: number) => margin.left + width / 2 + (re - frame.re) / frame.per;
  const toY = (im: number) => margin.top + height / 2 - (im - frame.im) / frame.per;
  const planeAt = (event: { clientX: number; clientY: number }, now: Frame): [number, number] => {
    const box = room.current!.getBoundingClientRect();
    return [
      now.re + (event.clientX - box.left - margin.left - width / 2) * now.per,
      now.im - (event.clientY - box.top - margin.top - height / 2) * now.per,
    ];
  };
  const place = useRef(planeAt);
  place.current = planeAt;

  useEffect(() => {
    const element = room.current!;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    // React listens passively, and the dock must not scroll instead.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const now = latest.current;
      setZoom(zoomedFrame(now, place.current(event, now), Math.exp(event.deltaY / 500)));
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener("wheel", wheel);
    };
  }, []);

  const markers = markersOfAll(view, kept);
  const onPointerMove = (event: PointerEvent) => {
    if (along.current || grip.current) {
      takeMove(event);
      before.current ??= useDocument.getState().document;
    }
    const track = along.current;
    if (track) {
      // The locus as it was when the drag began: its gains are times what the gain was then.
      const there = nearestOnLocus(track.locus, undefined, planeAt(event, track.frame), 1e9 * track.frame.per);
      if (there && there.gain > 0) locusGain?.move(track.gain * there.gain, track.gesture);
      return;
    }
    const held = grip.current;
    if (held) {
      // The frame stays while a pole is dragged, or the plane would run away under it.
      const to = planeAt(event, held.frame);
      onAsk?.(movePole(held.poles, held.index, to, 5 * held.frame.per), held.gesture);
      setDraggedTo(to);
      return;
    }
    const from = pan.current;
    if (from) {
      const { frame: began } = from;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (Math.hypot(dx, dy) > 3) setZoom({ ...began, re: began.re - dx * began.per, im: began.im + dy * began.per });
      return;
    }
    const [re, im] = planeAt(event, frame);
    const far = markers.map(({ at }) => Math.hypot(at[0] - re, at[1] - im) / frame.per);
    const nearest = far.indexOf(Math.min(...far));
    const hit = nearest >= 0 && far[nearest]! <= reach ? nearest : undefined;
    onLit(hit);
    const period = view.time.kind === "discrete" ? view.time.period : undefined;
    const place = hit === undefined && view.locus;
    setOnLocus(place ? nearestOnLocus(place, period, [re, im], reach * frame.per) : undefined);
  };
  const endDrag = (kept: boolean, was: Frame | undefined) => {
    const from = before.current;
    pan.current = undefined;
    grip.current = undefined;
    along.current = undefined;
    before.current = undefined;
    if (!kept) setZoom(was);
    if (!kept && from) useDocument.getState().takeBack(from);
    drawWaiting();
    setDraggedTo(undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = 40 * frame.per;
    const moves: { readonly [key: string]: () => Frame | undefined } = {
      "+": () => zoomedFrame(frame, [frame.re, frame.im], 1 / 1.4),
      "=": () => zoomedFrame(frame, [frame.re, frame.im], 1 / 1.4),
      "-": () => zoomedFrame(frame, [frame.re, frame.im], 1.4),
      "0": () => undefined,
      ArrowLeft: () => ({ ...frame, re: frame.re - step }),
      ArrowRight: () => ({ ...frame, re: frame.re + step }),
      ArrowUp: () => ({ ...frame, im: frame.im + step }),
      ArrowDown: () => ({ ...frame, im: frame.im - step }),
    };
    const move = event.ctrlKey || event.metaKey || event.altKey ? undefined : moves[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    setZoom(move());
  };

  const x: readonly [number, number] = [frame.re - (width / 2) * frame.per, frame.re + (width / 2) * frame.per];
  const y: readonly [number, number] = [frame.im - (height / 2) * frame.per, frame.im + (height / 2) * frame.per];
  const discrete = view.time.kind === "discrete";
  const away = ({ at }: (typeof markers)[number]) => Math.hypot(at[0] - draggedTo![0], at[1] - draggedTo![1]);
  const poles = markers.filter(({ kind, of }) => kind === "pole" && !of);
  const shown = draggedTo
    ? poles.toSorted((a, b) => away(a) - away(b))[0]
    : lit === undefined
      ? undefined
      : markers[lit];
  const line = "var(--line)";
  const muted = "var(--muted)";
  return (
    <div
      className="analyse-map"
      ref={room}
      role="group"
      tabIndex={0}
      aria-label={text("analyse.described", {
        plane: discrete ? "z" : "s",
        poles: view.poles.length,
        zeros: view.zeros.length,
      })}
      aria-keyshortcuts="+ - 0 ArrowLeft ArrowRight ArrowUp ArrowDown"
      onKeyDown={onKeyDown}
      onDoubleClick={() => setZoom(undefined)}
      onPointerMove={onPointerMove}
      onPointerLeave={() => {
        onLit(undefined);
        setOnLocus(undefined);
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const was = zoom;
        followDrag(event, { end: (kept) => endDrag(kept, was) });
        const [re, im] = planeAt(event, frame);
        const far = asked.map((pole) => Math.hypot(pole[0] - re, pole[1] - im) / frame.per);
        const index = far.indexOf(Math.min(...far));
        if (index >= 0 && far[index]! <= reach) {
          grip.current = { poles: asked, index, gesture: ++gestures, frame };
          onLit(undefined);
          setZoom(frame);
          return;
        }
        const near = view.locus?.closed.some((root) => Math.hypot(root[0] - re, root[1] - im) <= reach * frame.per);
        if (locusGain && view.locus && near) {
          along.current = { locus: view.locus, gain: locusGain.gain, gesture: ++gestures, frame };
          setOnLocus(undefined);
          setZoom(frame);
          return;
        }
        pan.current = { x: event.clientX, y: event.clientY, frame };
      }}
    >
      <svg width={size.width} height={size.height} aria-hidden="true" fontSize="11" fontFamily="Inter, sans-serif">
        <clipPath id="analyse-plane">
          <rect x={margin.left} y={margin.top} width={width} height={height} />
        </clipPath>
        <g clipPath="url(#analyse-plane)" fill="none" stroke={line}>
          {discrete ? (
            <DiscreteGrid {...{ toX, toY, per: frame.per }} />
          ) : (
            <Rays {...{ toX, toY, x, y, per: frame.per }} />
          )}
          <line x1={toX(x[0])} x2={toX(x[1])} y1={toY(0)} y2={toY(0)} stroke="var(--line-strong)" />
          <line x1={toX(0)} x2={toX(0)} y1={toY(y[0])} y2={toY(y[1])} stroke="var(--line-strong)" />
        </g>
        <g fill={muted}>
          {ticks(x, Math.max(2, width / 90)).map((re) => (
            <text key={re} x={toX(re)} y={size.height - 8} textAnchor="middle">
              {written(re)}
            </text>
          ))}
          {ticks(y, Math.max(2, height / 40)).map((im) => (
            <text key={im} x={margin.left - 6} y={toY(im) + 4} textAnchor="end">
              {im === 0 ? "0" : `${written(im)}i`}
            </text>
          ))}
        </g>
        <g clipPath="url(#analyse-plane)" fill="none" strokeWidth="1.75">
          {kept.flatMap((one) =>
            (one.view.locus?.branches ?? []).map(({ re, im }, k) => (
              <path
                key={`${one.name}.${k}`}
                data-kept={one.name}
                d={pathOf({ x: re, y: im }, toX, toY)}
                stroke={signalColour(one.colour)}
                strokeDasharray={one.dash.join(" ")}
                strokeLinejoin="round"
              />
            )),
          )}
          {kept.flatMap((one) =>
            (one.view.locus?.closed ?? []).map(([re, im], k) => (
              <rect
                key={`${one.name}.${k}`}
                x={toX(re) - 4}
                y={toY(im) - 4}
                width={8}
                height={8}
                fill="var(--panel)"
                stroke={signalColour(one.colour)}
              />
            )),
          )}
          {view.locus?.branches.map(({ re, im }, k) => (
            <path
              key={k}
              data-branch={k}
              d={pathOf({ x: re, y: im }, toX, toY)}
              stroke={signalColour(k + 2)}
              strokeLinejoin="round"
            />
          ))}
          {view.locus?.closed.map(([re, im], k) => (
            <rect
              key={k}
              data-marker="closed"
              className={locusGain && "analyse-grip"}
              x={toX(re) - 4}
              y={toY(im) - 4}
              width={8}
              height={8}
              fill={locusGain ? "var(--accent)" : "var(--panel)"}
              stroke={locusGain ? "var(--accent)" : "var(--ink)"}
            />
          ))}
          {onLocus && <circle cx={toX(onLocus.at[0])} cy={toY(onLocus.at[1])} r={4} stroke="var(--accent)" />}
        </g>
        <g clipPath="url(#analyse-plane)" fill="none" strokeWidth="2">
          {/* The present ones lie on top. */}
          {markers.toReversed().map(({ kind, at, of }, back) => {
            const i = markers.length - 1 - back;
            const [cx, cy] = [toX(at[0]), toY(at[1])];
            const r = i === lit ? 7 : 5;
            return kind === "pole" ? (
              <path
                key={i}
                data-marker="pole"
                data-kept={of?.name}
                stroke={signalColour(of?.colour ?? 0)}
                d={`M${cx - r} ${cy - r}L${cx + r} ${cy + r}M${cx - r} ${cy + r}L${cx + r} ${cy - r}`}
              />
            ) : (
              <circle
                key={i}
                data-marker="zero"
                data-kept={of?.name}
                stroke={signalColour(of?.colour ?? 1)}
                cx={cx}
                cy={cy}
                r={r}
              />
            );
          })}
        </g>
        <g clipPath="url(#analyse-plane)">
          {asked.map(([re, im], i) => (
            <circle
              key={i}
              className="analyse-grip"
              data-marker="asked"
              cx={toX(re)}
              cy={toY(im)}
              r={7}
              fill="var(--accent)"
              fillOpacity={0.2}
              stroke="var(--accent)"
              strokeWidth={1.5}
            />
          ))}
        </g>
        <rect x={margin.left} y={margin.top} width={width} height={height} fill="none" stroke={line} />
      </svg>
      {onLocus && (
        <Reading x={toX(onLocus.at[0])} y={toY(onLocus.at[1])} room={size}>
          {text("analyse.locus.reading", { gain: written(onLocus.gain, 4) })}
          {`\n${complexText(onLocus.at)}`}
          {onLocus.damping !== undefined &&
            `\nζ = ${written(onLocus.damping, 3)}  ${symbolOf(unit)}n = ${written(inUnit(onLocus.frequency!, unit), 4)} ${unit}`}
          {onLocus.damping !== undefined &&
            onLocus.damping > 0 &&
            onLocus.damping < 1 &&
            `\n${text("analyse.overshoot")} ${written(100 * Math.exp((-Math.PI * onLocus.damping) / Math.sqrt(1 - onLocus.damping ** 2)), 3)} %`}
        </Reading>
      )}
      {shown && (
        <Reading x={toX(shown.at[0])} y={toY(shown.at[1])} room={size}>
          {shown.of && `${shown.of.name}\n`}
          {text(`analyse.${shown.kind}`)} {complexText(shown.at)}
          {shown.damping !== undefined && `  ζ = ${written(shown.damping, 4)}`}
          {shown.frequency !== undefined && `  ${symbolOf(unit)}n = ${written(shown.frequency, 4)} ${unit}`}
        </Reading>
      )}
    </div>
  );
}

interface Places {
  /** Units a pixel. */
  readonly per: number;
  toX(re: number): number;
  toY(im: number): number;
}

interface RaysProps extends Places {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Lines of equal damping from the origin, and circles of equal natural frequency, in the left half plane. */
function Rays({ toX, toY, per, x, y }: RaysProps) {
  const far = 2 * Math.max(...x.map(Math.abs), ...y.map(Math.abs));
  const top = Math.max(...y.map(Math.abs));
  const inside = Math.max(0, -x[0]);
  return (
    <>
      {ticks([0, far / 2], 6)
        .filter((radius) => radius > 0)
        .map((radius) => {
          const r = toX(radius) - toX(0);
          return <path key={radius} d={`M${toX(0)} ${toY(radius)}A${r} ${r} 0 0 0 ${toX(0)} ${toY(-radius)}`} />;
        })}
      {dampings.map((damping) => {
        const [re, im] = rayOf(damping);
        // The label stands where the ray leaves what is shown.
        const along = Math.min((inside - 16 * per) / -re, (top - 14 * per) / im);
        const crowded = Math.abs(re) * along < 22 * per;
        return (
          <g key={damping}>
            <path
              d={`M${toX(0)} ${toY(0)}L${toX(re * far)} ${toY(im * far)}M${toX(0)} ${toY(0)}L${toX(re * far)} ${toY(-im * far)}`}
            />
            {inside > 40 * per && !crowded && (
              <text x={toX(re * along)} y={toY(im * along)} fill="var(--muted)" stroke="none" textAnchor="middle">
                {damping}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

/** The unit circle, and inside it the curves of equal damping. */
function DiscreteGrid({ toX, toY, per }: Places) {
  return (
    <>
      {dampings.map((damping) => {
        const points = spiralOf(damping);
        const line = (sign: number) => points.map(([re, im]) => `${toX(re)},${toY(sign * im)}`).join(" ");
        const [re, im] = points[Math.round(points.length * 0.3)]!;
        return (
          <g key={damping}>
            <polyline points={line(1)} />
            <polyline points={line(-1)} />
            <text x={toX(re)} y={toY(im)} fill="var(--muted)" stroke="none" textAnchor="middle">
              {damping}
            </text>
          </g>
        );
      })}
      <circle cx={toX(0)} cy={toY(0)} r={1 / per} stroke="var(--muted)" />
    </>
  );
}
