/** What a Display block shows: its signals at an instant of the run. For the scope's row and for the block on the canvas. */
import type { RunView } from "../engine/protocol.ts";
import { written } from "../ui/figures.ts";
import { valueAt } from "./reading.ts";

/** More elements than this are not all written out. */
const most = 6;

/** "1.25", "[1.25, −3]"; at the end of the run where `at` is undefined. undefined: the block shows nothing. */
export function displayText(run: RunView, block: string, at: number | undefined): string | undefined {
  const view = run.views.find((candidate) => candidate.kind === "display" && candidate.block === block);
  const { t, traces } = run.result;
  if (!view || view.traces.length === 0 || t.length === 0) return undefined;
  const texts = view.traces.slice(0, most).map((index) => {
    const { values, sampled } = traces[index]!;
    return written(at === undefined ? values[t.length - 1]! : valueAt(t, values, sampled, at));
  });
  if (view.traces.length === 1) return texts[0];
  return `[${texts.join(", ")}${view.traces.length > most ? ", …" : ""}]`;
}
