/** What happened in a run, as a user counts it: the events, and which Stop block ended it. */
import type { SimResult } from "../../core/sim/result.ts";

export type RunEvent = SimResult["events"][number];

/** A block that switches in two ways at one instant, as closely as instants are located, had one event. */
export function eventsOf({ events, t: instants }: SimResult): readonly RunEvent[] {
  const last = new Map<string, number>();
  const close = 1e-9 * Math.abs(instants[instants.length - 1] ?? 0);
  return events.filter(({ t, path }) => {
    const before = last.get(path);
    last.set(path, t);
    return before === undefined || t - before > close;
  });
}

/** The engine tells it as the last of the events. */
export const stoppedBy = (result: SimResult): RunEvent | undefined =>
  result.status === "stopped" ? result.events.at(-1) : undefined;
