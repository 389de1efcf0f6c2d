/** One pane of a chart as it stands still: its grid, curves, bands and marks. */
import { memo } from "react";
import { signalColour } from "../ui/signalColours.ts";
import { axisTicks, back, bandOf, pathOf } from "./chartGeometry.ts";
import type { ChartLine, Range, Scale } from "./chartGeometry.ts";
import type { GridLine } from "./nicholsGrid.ts";

/** A place in a pane that is worth seeing: a dot, a line to another value, a word beside it. */
export interface ChartMark {
  readonly x: number;
  readonly y: number;
  /** A line from y to here. */
  readonly to?: number;
  readonly label?: string;
  readonly shape?: "dot" | "cross";
}

export interface ChartPane {
  readonly lines: readonly ChartLine[];
  readonly x: Scale;
  readonly y: Scale;
  readonly xName: string;
  readonly yName: string;
  /** What the values of y are called in a reading. */
  readonly unit: string;
  /** So much of y is shown at least: what is flatter is drawn flat. */
  readonly least?: number;
  /** Values of y with a line across. */
  readonly levels?: readonly number[];
  /** Values of x where a curve must end, with a line down in its colour. */
  readonly ends?: readonly { readonly x: number; readonly colour: number }[];
  readonly marks?: readonly ChartMark[];
  /** Lines to read by, behind everything. */
  readonly grid?: readonly GridLine[];
  /** What is shown at first; else all of it. */
  readonly box?: { readonly x: Range; readonly y: Range };
}

export interface Frame {
  readonly x: Range;
  readonly y: Range;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** From values to pixels, and from pixels to places along the axes. */
  readonly toX: (value: number) => number;
  readonly toY: (value: number) => number;
  readonly placeX: (pixel: number) => number;
  readonly placeY: (pixel: number) => number;
}

/** Around all panes, pixels. */
export const margin = { left: 64, right: 14, bottom: 36 };
/** Two panes, pixels. */
export const between = 18;

interface PaneProps {
  readonly pane: ChartPane;
  readonly frame: Frame;
  readonly id: string;
  readonly last: boolean;
  readonly bottom: number;
}

/** Neither the pointer nor a handle that moves draws the curves again. */
export const PaneDrawing = memo(function PaneDrawing({ pane, frame, id, last, bottom }: PaneProps) {
  const { toX, toY, top, width, height } = frame;
  const right = margin.left + width;
  const xTicks = axisTicks(pane.x, frame.x, Math.max(2, width / 80));
  const yTicks = axisTicks(pane.y, frame.y, Math.max(2, height / 18));
  const named = roomy(pane.grid ?? [], toX, toY);
  return (
    <g>
      <clipPath id={id}>
        <rect x={margin.left} y={top} width={width} height={height} />
      </clipPath>
      <g stroke="var(--line)">
        {xTicks.map(({ place, label }) => {
          const x = toX(back(pane.x, place));
          return <line key={place} x1={x} x2={x} y1={top} y2={top + height} opacity={label === "" ? 0.5 : 1} />;
        })}
        {yTicks.map(({ place }) => {
          const y = toY(back(pane.y, place));
          return <line key={place} x1={margin.left} x2={right} y1={y} y2={y} />;
        })}
      </g>
      <g fill="var(--muted)">
        {last &&
          xTicks.map(({ place, label }) => (
            <text key={place} x={toX(back(pane.x, place))} y={top + height + 15} textAnchor="middle">
              {label}
            </text>
          ))}
        {yTicks.map(({ place, label }) => (
          <text key={place} x={margin.left - 6} y={toY(back(pane.y, place)) + 4} textAnchor="end">
            {label}
          </text>
        ))}
        {last && (
          <text x={margin.left + width / 2} y={bottom - 7} textAnchor="middle">
            {pane.xName}
          </text>
        )}
        <text transform={`translate(13 ${top + height / 2}) rotate(-90)`} textAnchor="middle">
          {shortened(pane.yName, height + between)}
        </text>
      </g>
      <g clipPath={`url(#${id})`} fill="none">
        {pane.grid?.map(({ label, x, y, at }, k) => (
          <g key={k} data-grid={label}>
            <path d={pathOf({ x, y }, toX, toY)} stroke="var(--line-strong)" strokeWidth="0.75" />
            {named.has(k) && (
              <text
                x={toX(x[at]!)}
                y={toY(y[at]!) - 2}
                textAnchor="middle"
                fontSize="9.5"
                fill="var(--muted)"
                stroke="var(--panel)"
                strokeWidth="2.5"
                paintOrder="stroke"
              >
                {label}
              </text>
            )}
          </g>
        ))}
        {pane.levels?.map((level) => (
          <line key={level} x1={margin.left} x2={right} y1={toY(level)} y2={toY(level)} stroke="var(--line-strong)" />
        ))}
        {pane.ends?.map(({ x, colour }, k) => (
          <line
            key={k}
            data-end={x}
            x1={toX(x)}
            x2={toX(x)}
            y1={top}
            y2={top + height}
            stroke={signalColour(colour)}
            strokeDasharray="2 4"
          />
        ))}
        {pane.lines.map(
          (line, k) =>
            line.low && (
              <path
                key={k}
                data-band={line.name}
                d={bandOf(line, toX, toY)}
                fill={signalColour(line.colour)}
                fillOpacity={0.18}
              />
            ),
        )}
        {pane.lines.map((line, k) => (
          <path
            key={k}
            data-curve={line.faint ? undefined : line.name}
            d={pathOf(line, toX, toY)}
            stroke={line.faint ? "var(--muted)" : signalColour(line.colour)}
            strokeWidth={line.faint ? 1 : 1.75}
            strokeDasharray={line.faint ? "4 4" : line.dash?.join(" ")}
            strokeLinejoin="round"
          />
        ))}
        {pane.marks?.map((mark, k) => (
          <MarkDrawing
            key={k}
            mark={mark}
            x={toX(mark.x)}
            y={toY(mark.y)}
            to={mark.to === undefined ? undefined : toY(mark.to)}
            right={right}
            top={top}
            bottom={top + height}
          />
        ))}
      </g>
      <rect x={margin.left} y={top} width={width} height={height} fill="none" stroke="var(--line)" />
    </g>
  );
});

/** A name along an axis of this length, in pixels, so that it does not reach into that of the next pane. */
function shortened(name: string, length: number): string {
  const letters = Math.floor(length / 6.2);
  return name.length <= letters ? name : `${name.slice(0, Math.max(1, letters - 1))}…`;
}

/** Lines of a grid whose labels stand clear of those before them. */
function roomy(grid: readonly GridLine[], toX: Frame["toX"], toY: Frame["toY"]): ReadonlySet<number> {
  const placed: (readonly [x: number, y: number])[] = [];
  const named = new Set<number>();
  grid.forEach(({ x, y, at }, k) => {
    const [px, py] = [toX(x[at]!), toY(y[at]!)];
    if (placed.some(([qx, qy]) => Math.abs(px - qx) < 40 && Math.abs(py - qy) < 12)) return;
    placed.push([px, py]);
    named.add(k);
  });
  return named;
}

function MarkDrawing({
  mark: { label, shape },
  x,
  y,
  to,
  right,
  top,
  bottom,
}: {
  readonly mark: ChartMark;
  readonly x: number;
  readonly y: number;
  readonly to: number | undefined;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}) {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return null;
  const before = x > right - 110;
  // The middle of the way to the critical point, which may lie outside of what is shown.
  const beside = to === undefined ? (y < top + 18 ? y + 16 : y - 8) : (y + to) / 2 + 4;
  return (
    <g data-mark={label ?? ""}>
      {to !== undefined && <line x1={x} x2={x} y1={y} y2={to} stroke="var(--accent)" strokeWidth="2" />}
      {shape === "cross" ? (
        <path d={`M${x - 6} ${y}H${x + 6}M${x} ${y - 6}V${y + 6}`} stroke="var(--ink)" strokeWidth="2" />
      ) : (
        <circle cx={x} cy={y} r={3.5} fill="var(--panel)" stroke="var(--accent)" strokeWidth="2" />
      )}
      {label && (
        <text
          x={before ? x - 10 : x + 10}
          y={Math.max(top + 12, Math.min(bottom - 5, beside))}
          textAnchor={before ? "end" : "start"}
          fill="var(--ink)"
          stroke="var(--panel)"
          strokeWidth="3"
          paintOrder="stroke"
        >
          {label}
        </text>
      )}
    </g>
  );
}
