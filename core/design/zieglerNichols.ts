/** Rules that take PID gains from the ultimate gain and period. */
import { type PidGains, type PidTerms } from "./pid.ts";

/** Gain as a share of the ultimate one, integral and derivative time as shares of the ultimate period. */
type Rule = Partial<Record<PidTerms, readonly [gain: number, integral: number, derivative: number]>>;

const none = Number.POSITIVE_INFINITY;

/** Ziegler & Nichols (1942), for a decay of a quarter a period; Tyreus & Luyben (1992), slower and better damped. */
const rules = {
  "Ziegler-Nichols": { P: [0.5, none, 0], PI: [0.45, 1 / 1.2, 0], PID: [0.6, 0.5, 0.125] },
  "Tyreus-Luyben": { PI: [1 / 3.2, 2.2, 0], PID: [1 / 2.2, 2.2, 1 / 6.3] },
} as const satisfies Record<string, Rule>;

/** From `ultimate` or `relay`, or from an experiment. The derivative's pole N is at ten over the derivative time. */
export function zieglerNichols(
  { gain, period }: { readonly gain: number; readonly period: number },
  terms: "P" | "PI" | "PID" = "PID",
): PidGains {
  return applied(rules["Ziegler-Nichols"][terms], terms, gain, period);
}

export function tyreusLuyben(
  { gain, period }: { readonly gain: number; readonly period: number },
  terms: "PI" | "PID" = "PID",
): PidGains {
  return applied(rules["Tyreus-Luyben"][terms], terms, gain, period);
}

function applied(
  [share, integral, derivative]: readonly [number, number, number],
  terms: PidTerms,
  gain: number,
  period: number,
): PidGains {
  const P = share * gain;
  const N = derivative > 0 ? 10 / (derivative * period) : undefined;
  return { terms, P, I: P / (integral * period), D: P * derivative * period, N };
}
