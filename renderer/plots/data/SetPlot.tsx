/** Channels over time after all steps, one pane each or all in one; the worker chooses the samples, so that any number of them zooms alike. */
import { Rows2, Square, TriangleAlert, ZoomOut } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import type { KeyboardEvent } from "react";
import type { Channel, DataSet } from "../../../core/diagram/document.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";
import type { Look } from "../../engine/dataProtocol.ts";
import { Swatch } from "../Legend.tsx";
import { Plot } from "../Plot.tsx";
import { plotCanvas } from "../plotCanvas.ts";
import type { PlotContent } from "../plotCanvas.ts";
import { moveByKey } from "../scopeState.ts";
import type { TimeWindow } from "../scopeState.ts";
import type { Signal } from "../signals.ts";
import type { Looking } from "./useLook.ts";
import { count, stepRefusalText } from "./words.ts";

interface SetPlotProps extends Looking {
  readonly set: DataSet;
  readonly plotted: readonly Channel[];
}

const nobody: ReadonlySet<string> = new Set();
const ignore = (): void => {};

export function SetPlot({ set, plotted, look, columns, window, setWindow }: SetPlotProps) {
  const text = useText();
  const [stacked, setStacked] = useState(true);
  const panes = useMemo(
    () => (look?.ok && look.t.length > 1 ? panesOf(set, look, columns, stacked, window) : []),
    [set, look, columns, stacked, window],
  );
  const drawn = useOneByOne(panes.length);
  if (look && !look.ok)
    return (
      <div className="data-plot">
        <Empty icon={<TriangleAlert size={22} />} title={text("data.unusable")}>
          {stepRefusalText(look)}
        </Empty>
      </div>
    );
  if (plotted.length === 0)
    return (
      <div className="data-plot">
        <Empty title={text("data.plot.none")}>{text("data.plot.none.next")}</Empty>
      </div>
    );
  if (!look) return <div className="data-plot" />;
  const { whole } = look;
  const held = whole[0] + set.split * (whole[1] - whole[0]);
  const facts = [
    text("data.plot.facts", { samples: count(look.samples) }),
    look.period === undefined
      ? text("data.plot.uneven")
      : text("data.plot.period", { period: written(look.period, 4) }),
    ...(look.missing > 0 ? [text("data.plot.missing", { count: look.missing })] : []),
    ...(set.split < 1 ? [text("data.plot.split", { t: written(held, 5) })] : []),
  ];
  const onKeyDown = (event: KeyboardEvent) => moveByKey(event, window, whole, setWindow);
  const channels = plotted.map(({ name }) => name).join(", ");
  return (
    <div className="data-plot">
      <div className="data-facts">
        <span>{facts.join(" · ")}</span>
        {window && (
          <IconButton
            label={text("data.plot.whole")}
            icon={<ZoomOut size={15} />}
            onClick={() => setWindow(undefined)}
          />
        )}
        <IconButton
          label={text("data.plot.stack")}
          icon={stacked ? <Rows2 size={15} /> : <Square size={15} />}
          pressed={stacked}
          onClick={() => setStacked(!stacked)}
        />
      </div>
      <div
        className="plots-panes"
        role="group"
        tabIndex={0}
        aria-label={text("data.plot.described", {
          name: set.name,
          channels,
          from: written(whole[0]),
          to: written(whole[1]),
        })}
        aria-keyshortcuts="+ - 0 ArrowLeft ArrowRight"
        onKeyDown={onKeyDown}
      >
        {panes.map((content, k) => (
          <div className="plots-pane" key={content.signals[0]!.path}>
            <span className="plots-pane-name">
              {content.signals.map((signal) => (
                <span key={signal.path}>
                  <Swatch signal={signal} />
                  {signal.name}
                </span>
              ))}
            </span>
            {k < drawn && (
              <Plot
                content={content}
                structure={JSON.stringify([
                  content.signals.map(({ path, colour }) => [path, colour]),
                  content.last,
                  content.stacked,
                ])}
                make={(room, first, width, height) =>
                  plotCanvas(room, first, { onWindow: setWindow, onMark: ignore, onCursor: ignore }, width, height)
                }
              />
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

/** How many of so many there are by now: one more with every frame, as several drawings at once would hold the window up. */
function useOneByOne(count: number): number {
  const [there, setThere] = useState(1);
  useEffect(() => {
    if (there >= count) return;
    const frame = requestAnimationFrame(() => setThere(there + 1));
    return () => cancelAnimationFrame(frame);
  }, [there, count]);
  return there;
}

/** Colour and name of each channel, as the list of channels has them. */
export function signalOf(set: DataSet, column: number, values: Float64Array): Signal {
  const place = set.channels.findIndex((channel) => channel.column === column);
  const { name, unit } = set.channels[place]!;
  return {
    path: String(column),
    name: unit === undefined || unit === "" ? name : `${name} (${unit})`,
    values,
    sampled: false,
    colour: place,
    dashed: place >= 8,
  };
}

/** In a pane of its own a channel need not be drawn at the instants that the others ask for. */
function apart(t: Float64Array, signal: Signal, chosen: Int32Array | undefined): Pick<PlotContent, "t" | "signals"> {
  if (!chosen) return { t, signals: [signal] };
  const of = (values: Float64Array) => Float64Array.from(chosen, (i) => values[i]!);
  return { t: of(t), signals: [{ ...signal, values: of(signal.values) }] };
}

function panesOf(
  set: DataSet,
  look: Look,
  columns: readonly number[],
  stacked: boolean,
  window: TimeWindow | undefined,
): readonly PlotContent[] {
  const [from, to] = look.whole;
  const channels = columns.flatMap((column, k) =>
    set.channels.some((channel) => channel.column === column)
      ? [{ signal: signalOf(set, column, look.channels[k]!), alone: look.alone[k] }]
      : [],
  );
  const groups = stacked
    ? channels.map(({ signal, alone }) => apart(look.t, signal, alone))
    : [{ t: look.t, signals: channels.map(({ signal }) => signal) }];
  return groups.map((group, k) => ({
    ...group,
    hidden: nobody,
    held: [],
    instants: { events: set.split < 1 ? [from + set.split * (to - from)] : [], picked: undefined, stopped: undefined },
    whole: from < to ? look.whole : [from - 0.5, to + 0.5],
    window,
    marks: undefined,
    first: k === 0,
    last: k === groups.length - 1,
    stacked: groups.length > 1,
  }));
}
