/** A crossover to begin with where nobody has asked for one. */
import { nyquistFrequency } from "../analysis/response.ts";
import { pole } from "../lti/pole.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { type Complex, logarithm } from "../math/complex.ts";
import type { PidTerms } from "./pid.ts";
import { pidtune } from "./pidtune.ts";
import type { PidtuneOptions } from "./pidtune.ts";

/** Degrees that the controller leads at most where it can be helped: more makes it nervous. */
const mostLead: { readonly [T in PidTerms]: number } = { P: 1, PI: -10, PD: 40, PID: 40 };
const tries = 48;

/**
 * The highest frequency in rad/s, of steps of a logarithm around the plant's poles, at which the controller reaches the phase margin with
 * as little lead as it takes and the loop is stable; undefined where there is none.
 */
export function suggestedCrossover(plant: StateSpace, options: Omit<PidtuneOptions, "bandwidth">): number | undefined {
  const { terms = "PID" } = options;
  const own = plant.time.kind === "discrete" ? plant.time.period : undefined;
  const inPlane = ([re, im]: Complex): Complex => {
    if (own === undefined) return [re, im];
    const [a, b] = logarithm([re, im]);
    return [a / own, b / own];
  };
  const sizes = pole(plant)
    .filter(([re, im]) => own === undefined || Math.hypot(re, im) > 1e-9)
    .map((p) => Math.hypot(...inPlane(p)));
  const largest = Math.max(0, ...sizes);
  const bends = sizes.filter((size) => size > 1e-6 * largest && size > 0);
  const period = options.period ?? own;
  const last = period === undefined ? Number.POSITIVE_INFINITY : 0.4 * nyquistFrequency({ kind: "discrete", period });
  const high = Math.min(bends.length > 0 ? 4 * Math.max(...bends) : 10, last);
  const low = Math.min(bends.length > 0 ? 0.02 * Math.min(...bends) : 0.01, high / 10);
  const found: { readonly bandwidth: number; readonly lead: number }[] = [];
  for (let k = 0; k < tries; k++) {
    const bandwidth = Number((high * Math.pow(low / high, k / (tries - 1))).toPrecision(3));
    const tuned = pidtune(plant, { ...options, bandwidth });
    if (!tuned.ok || tuned.margins.stable !== true) continue;
    const { P, I, D } = tuned;
    // The angle of the controller there, whatever the sign of its gain.
    const lead = (Math.atan2((D * bandwidth - I / bandwidth) * Math.sign(P), Math.abs(P)) * 180) / Math.PI;
    if (lead <= mostLead[terms]) return bandwidth;
    found.push({ bandwidth, lead });
  }
  // A plant that lags by half a turn everywhere takes what lead it needs.
  const least = Math.min(...found.map(({ lead }) => lead));
  return found.find(({ lead }) => lead <= least + 5)?.bandwidth;
}
