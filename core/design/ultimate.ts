/** The gain at which a plant under proportional control swings for ever, and the period of that: what tuning rules start from. */
import { allmargin } from "../analysis/margin.ts";
import type { Delayed } from "../lti/delay.ts";
import type { Lti } from "../lti/ss.ts";
import { scaled } from "./openLoop.ts";

export interface Ultimate {
  readonly ok: true;
  readonly gain: number;
  /** s */
  readonly period: number;
}

/** No gain above 0 takes the closed loop from stable to swinging. */
export interface NoUltimate {
  readonly ok: false;
  readonly code: "NO_ULTIMATE";
}

/** Exactly, from the phase crossings: the least gain above which a loop that was stable swings. */
export function ultimate(plant: Lti | Delayed): Ultimate | NoUltimate {
  const crossings = allmargin(plant)
    .gains.filter(({ gain }) => gain > 0)
    .toSorted((a, b) => a.gain - b.gain);
  for (const [k, { gain, frequency }] of crossings.entries()) {
    const below = crossings[k - 1]?.gain ?? gain / 4;
    // A loop whose stability cannot be told is taken at its first crossing.
    const before = allmargin(scaled(plant, Math.sqrt(gain) * Math.sqrt(below))).stable;
    if (before !== false && frequency > 0) return { ok: true, gain, period: (2 * Math.PI) / frequency };
  }
  return { ok: false, code: "NO_ULTIMATE" };
}
