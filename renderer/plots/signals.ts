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
  /** Of an estimate: its standard deviation at each sample, and the path of what it estimates. */
  readonly deviation?: Float64Array;
  readonly truth?: string;
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
  const order = orderOf(run);
  const traces = [...new Set(view.traces)].map((index) => run.result.traces[index]!);
  const labels = new Map<string, number>();
  for (const { label } of traces) labels.set(label, (labels.get(label) ?? 0) + 1);
  return traces.map(({ path, label, values, sampled }) => {
    const place = order.get(path)!;
    const name = label !== "" && labels.get(label) === 1 ? label : path;
    return { path, name, values, sampled, colour: place, dashed: place >= colours };
  });
}

/** Of the paths that any view shows. */
function orderOf(run: RunView): ReadonlyMap<string, number> {
  const order = new Map<string, number>();
  for (const { traces } of run.views) {
    for (const index of traces) {
      const { path } = run.result.traces[index]!;
      if (!order.has(path)) order.set(path, order.size);
    }
  }
  return order;
}

/**
 * The same over time, with bands: estimates bring their deviations along, and below them the states that they are of. What is given late is
 * drawn at the instant that it is about.
 */
export function bandedSignals(run: RunView, view: ShownView): readonly Signal[] {
  const plain = signalsOf(run, view);
  const { traces, t } = run.result;
  const estimates = new Map((run.estimates ?? []).map((one) => [traces[one.estimate]!.path, one]));
  const paths = new Set(plain.map(({ path }) => path));
  const order = orderOf(run);
  const below: Signal[] = [];
  const banded = plain.map((signal): Signal => {
    const found = estimates.get(signal.path);
    if (!found) return signal;
    const truth = found.truth === undefined ? undefined : traces[found.truth]!;
    if (truth && !paths.has(truth.path)) {
      paths.add(truth.path);
      const { path, values, sampled } = truth;
      // In the colour of its estimate where no view shows it by itself.
      const colour = order.get(path) ?? signal.colour;
      below.push({ path, name: path, values, sampled, colour, dashed: !order.has(path) || colour >= colours });
    }
    const early = (values: Float64Array): Float64Array => (found.late > 0 ? moved(t, values, found.late) : values);
    return {
      ...signal,
      values: early(signal.values),
      deviation: early(traces[found.deviation]!.values),
      ...(truth && { truth: truth.path }),
    };
  });
  return [...below, ...banded];
}

/** values(t + late), and nothing where that was never known. */
function moved(t: Float64Array, values: Float64Array, late: number): Float64Array {
  let k = 0;
  return Float64Array.from(t, (now) => {
    while (k + 1 < t.length && t[k + 1]! <= now + late + 1e-9 * late) k++;
    return now + late > t[t.length - 1]! + 1e-9 * late ? Number.NaN : values[k]!;
  });
}

/** For panes of their own: an estimate stands with what it estimates. */
export function paned(signals: readonly Signal[]): readonly (readonly Signal[])[] {
  const truths = new Set(signals.flatMap(({ truth }) => truth ?? []));
  const alone = signals.filter(({ path }) => !truths.has(path));
  return alone.map((signal) => [...signals.filter(({ path }) => path === signal.truth), signal]);
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
