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

/** The view of this block, else the first scope, else the first output. */
export function chooseView(run: RunView, block: string | undefined): ShownView | undefined {
  const shown = run.views.filter((view) => view.traces.length > 0);
  return shown.find((view) => view.block === block) ?? shown.find((view) => view.kind === "scope") ?? shown[0];
}

export function signalsOf(run: RunView, view: ShownView): readonly Signal[] {
  const order = new Map<string, number>();
  for (const { traces } of run.views) {
    for (const index of traces) {
      const { path } = run.result.traces[index]!;
      if (!order.has(path)) order.set(path, order.size);
    }
  }
  const traces = view.traces.map((index) => run.result.traces[index]!);
  const labels = new Map<string, number>();
  for (const { label } of traces) labels.set(label, (labels.get(label) ?? 0) + 1);
  return traces.map(({ path, label, values, sampled }) => {
    const place = order.get(path)!;
    const name = label !== "" && labels.get(label) === 1 ? label : path;
    return { path, name, values, sampled, colour: place, dashed: place >= colours };
  });
}
