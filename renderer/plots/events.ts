/** What happened in a run, as a user counts it: the events, and which Stop block ended it. */
import type { SimResult } from "../../core/sim/result.ts";

export type RunEvent = SimResult["events"][number];

/** A block that switches in two ways at one instant had one event. */
export function eventsOf({ events }: SimResult): readonly RunEvent[] {
  const seen = new Set<string>();
  return events.filter(({ t, path }) => {
    const key = `${t} ${path}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** The engine tells it as the last of the events. */
export const stoppedBy = (result: SimResult): RunEvent | undefined =>
  result.status === "stopped" ? result.events.at(-1) : undefined;
