/** What a view shows, as panes of a vector picture: the same signals, colours, zoom and held runs as on the screen. */
import type { RunView } from "../engine/protocol.ts";
import { signalColourValue } from "../ui/signalColours.ts";
import { dashOf } from "./drawing.ts";
import type { Box, HeldRun, TimeWindow } from "./scopeState.ts";
import { bandedSignals, curvesOf, paned } from "./signals.ts";
import type { ShownView, Signal } from "./signals.ts";
import type { PictureLine, PicturePane } from "./svgPicture.ts";
import { boxOf } from "./xyGeometry.ts";

export interface Shown {
  readonly run: RunView;
  readonly view: ShownView;
  readonly hidden: ReadonlySet<string>;
  readonly held: readonly HeldRun[];
  readonly stacked: boolean;
  readonly window: TimeWindow | undefined;
  readonly box: Box | undefined;
}

const styleOf = (signal: Signal): Pick<PictureLine, "colour" | "dash"> => ({
  colour: signalColourValue(signal.colour),
  ...(signal.dashed ? { dash: [7, 4] } : {}),
});

export const viewPicture = (shown: Shown): readonly PicturePane[] =>
  shown.view.kind === "xy" ? [xyPane(shown)] : timePanes(shown);

const sameView = (run: RunView, view: ShownView): ShownView | undefined =>
  run.views.find((candidate) => candidate.block === view.block && candidate.kind === view.kind);

function xyPane({ run, view, hidden, held, box }: Shown): PicturePane {
  const curves = curvesOf(run, view).filter(({ y }) => !hidden.has(y.path));
  const ghosts = held.flatMap((one) => {
    const same = sameView(one.run, view);
    return (same ? curvesOf(one.run, same) : []).flatMap((curve) => {
      const now = curves.find(({ y }) => y.path === curve.y.path);
      return now ? [{ ...curve, dash: dashOf(one.number - 1), now }] : [];
    });
  });
  const { x, y } = box ?? boxOf([...curves, ...ghosts]);
  return {
    x,
    y,
    xName: names(curves.map((curve) => curve.x)),
    yName: names(curves.map((curve) => curve.y)),
    lines: [
      ...ghosts.map((ghost) => ({
        name: ghost.y.name,
        x: ghost.x.values,
        y: ghost.y.values,
        colour: signalColourValue(ghost.now.y.colour),
        dash: ghost.dash,
        faint: true,
      })),
      ...curves.map((curve) => ({ name: curve.y.name, x: curve.x.values, y: curve.y.values, ...styleOf(curve.y) })),
    ],
  };
}

function timePanes({ run, view, hidden, held, stacked, window }: Shown): readonly PicturePane[] {
  const { t } = run.result;
  const signals = bandedSignals(run, view).filter(({ path }) => !hidden.has(path));
  const groups = stacked && signals.length > 0 ? paned(signals) : [signals];
  const ends: TimeWindow = t[0]! < t[t.length - 1]! ? [t[0]!, t[t.length - 1]!] : [t[0]! - 0.5, t[0]! + 0.5];
  return groups.map((group): PicturePane => {
    const ghosts = held.flatMap((one) => {
      const same = sameView(one.run, view);
      return (same ? bandedSignals(one.run, same) : []).flatMap((old): readonly PictureLine[] => {
        const now = group.find(({ path }) => path === old.path);
        if (!now) return [];
        const { name, values: y, sampled: stairs } = old;
        const dash = dashOf(one.number - 1);
        return [{ name, x: one.run.result.t, y, stairs, colour: signalColourValue(now.colour), dash, faint: true }];
      });
    });
    const lines = group.map((signal) => ({
      name: signal.name,
      x: t,
      y: signal.values,
      stairs: signal.sampled,
      ...(signal.deviation && { band: signal.deviation.map((deviation) => 2 * deviation) }),
      ...styleOf(signal),
    }));
    const x = window ?? ends;
    return {
      x,
      y: rangeWithin([...ghosts, ...lines], x),
      xName: "t (s)",
      yName: names(group),
      lines: [...ghosts, ...lines],
    };
  });
}

/** Least and greatest value inside the window, with a margin. */
function rangeWithin(lines: readonly PictureLine[], [from, to]: TimeWindow): TimeWindow {
  const inside = lines.flatMap(({ x, y, band }) =>
    (band ? [y.map((v, i) => v - band[i]!), y.map((v, i) => v + band[i]!)] : [y]).map((edge) =>
      edge.filter((_, i) => x[i]! >= from && x[i]! <= to),
    ),
  );
  const flat = { path: "", name: "", sampled: false, colour: 0, dashed: false };
  return boxOf(inside.map((values) => ({ x: { ...flat, values }, y: { ...flat, values } }))).y;
}

function names(signals: readonly Signal[]): string {
  const all = [...new Set(signals.map((signal) => signal.name))];
  return all.length > 3 ? `${all.slice(0, 3).join(", ")}, …` : all.join(", ");
}
