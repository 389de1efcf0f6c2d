/** Which Stop block ended a run, and when. */
import type { SimResult } from "../../core/sim/result.ts";

/** The engine tells it as the last of the events. */
export const stoppedBy = (result: SimResult): SimResult["events"][number] | undefined =>
  result.status === "stopped" ? result.events.at(-1) : undefined;
