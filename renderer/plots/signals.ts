/**
 * What a view shows, ready to draw: its traces with a colour each. The colour belongs to the signal, not to the view, so that
 * the same signal looks the same in every view, legend and table of a run.
 */
import type { RunView } from "../engine/protocol.ts";

/** As many colours as the tokens have (Okabe-Ito); past them they begin again, dashed. */
const colours = 8;

export interface Signal {
  readonly path: string;
  /** Short name, or the path where two in the view would read the same. */
  readonly name: string;
  readonly values: Float64Array;
  readonly sampled: boolean;
  /** For ui/signalColours.ts. */
  readonly colour: number;
  readonly dashed: boolean;
}

export type ShownView = RunView["views"][number];

/** In this order views are offered, and the first one is shown unasked. */
export const viewKinds = ["scope", "xy", "output", "csv", "display"] as const satisfies readonly ShownView["kind"][];

/** Those with signals, by kind. */
export const shownViews = (run: RunView): readonly ShownView[] =>
  viewKinds.flatMap((kind) => run.views.filter((view) => view.kind === kind && view.traces.length > 0));

/** The view of this block, else the first one. */
export function chooseView(run: RunView, block: string | undefined): ShownView | undefined {
  const shown = shownViews(run);
  return shown.find((view) => view.block === block) ?? shown[0];
}

/** Each signal once, though two ports of a block may show the same one. */

export function signalsOf(run: RunView, view: ShownView): readonly Signal[] {
  const order = new Map<string, number>();
  for (const { traces } of run.views) {
    for (const index of traces) {
      const { path } = run.result.traces[index]!;
      if (!order.has(path)) order.set(path, order.size);
    }
  }
  const traces = [...new Set(view.traces)].map((index) => run.result.traces[index]!);
  const labels = new Map<string, number>();
  for (const { label } of traces) labels.set(label, (labels.get(label) ?? 0) + 1);
  return traces.map(({ path, label, values, sampled }) => {
    const place = order.get(path)!;
    const name = label !== "" && labels.get(label) === 1 ? label : path;
    return { path, name, values, sampled, colour: place, dashed: place >= colours };
  });
}

/** One line of an XY plot. Its colour is that of y. */
export interface Curve {
  readonly x: Signal;
  readonly y: Signal;
}

/** Of an XY scope: as many signals for x as for y, element by element; or one x for every y. */
export function curvesOf(run: RunView, view: ShownView): readonly Curve[] {
  const of = new Map(signalsOf(run, view).map((signal) => [signal.path, signal]));
  const signals = view.traces.map((index) => of.get(run.result.traces[index]!.path)!);
  const half = signals.length / 2;
  if (Number.isInteger(half)) return signals.slice(half).map((y, k) => ({ x: signals[k]!, y }));
  return signals.slice(1).map((y) => ({ x: signals[0]!, y }));
}
