/** Channels over time after all steps, one pane each or all in one; the worker chooses the samples, so that any number of them zooms alike. */
import { Rows2, Square, TriangleAlert, ZoomOut } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import type { KeyboardEvent } from "react";
import type { Channel, DataSet } from "../../../core/diagram/document.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";
import { Swatch } from "../Legend.tsx";
import { Plot } from "../Plot.tsx";
import { plotCanvas } from "../plotCanvas.ts";
import type { PlotContent } from "../plotCanvas.ts";
import { moveByKey } from "../scopeState.ts";
import type { TimeWindow } from "../scopeState.ts";
import type { Signal } from "../signals.ts";
import type { Looking, Seen } from "./useLook.ts";
import { count, stepRefusalText } from "./words.ts";

interface SetPlotProps extends Looking {
  readonly set: DataSet;
  readonly plotted: readonly Channel[];
}

const nobody: ReadonlySet<string> = new Set();
const ignore = (): void => {};

export function SetPlot({ set, plotted, seen, late, window, setWindow, stacked, setStacked }: SetPlotProps) {
  const text = useText();
  const panes = useMemo(() => (seen ? panesOf(set, seen, window) : []), [set, seen, window]);
  const look = seen?.look;
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
  const working = late && (
    <span role="status" className="data-late">
      {text("data.plot.late")}
    </span>
  );
  if (!look) return <div className="data-plot data-center">{working}</div>;
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
        {working}
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

function panesOf(
  set: DataSet,
  { look, columns, stacked }: Seen,
  window: TimeWindow | undefined,
): readonly PlotContent[] {
  if (!look.ok || look.samples < 2) return [];
  const [from, to] = look.whole;
  const channels = columns.flatMap((column, k) => {
    const { t, values } = look.traces[k]!;
    const there = set.channels.some((channel) => channel.column === column);
    return there ? [{ t, signals: [signalOf(set, column, values)] }] : [];
  });
  const [first] = channels;
  const groups = stacked || !first ? channels : [{ t: first.t, signals: channels.flatMap(({ signals }) => signals) }];
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
