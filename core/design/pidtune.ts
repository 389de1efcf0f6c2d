/**
 * PID controllers by the loop's crossover and phase margin. Both say what C(jw) must be at the crossover, C = e^(j (margin - 180)) / G, and
 * that are two equations for the gains: closed form, whatever the plant. Astrom & Hagglund, "Advanced PID Control" (2006), 6.
 */
import type { Dynamics } from "../analysis/dynamics.ts";
import { allmargin, type Margins } from "../analysis/margin.ts";
import { nyquistFrequency, pointAt, responder } from "../analysis/response.ts";
import { c2d } from "../lti/c2d.ts";
import type { Delayed } from "../lti/delay.ts";
import { evalfr } from "../lti/evalfr.ts";
import { timeBase } from "../lti/model.ts";
import type { Resampled } from "../lti/resampled.ts";
import type { Lti } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { type Complex, times } from "../math/complex.ts";
import { openLoop, periodOf, responseOf, turned } from "./openLoop.ts";
import { type PidGains, type PidRules, pidSystem, type PidTerms } from "./pid.ts";

export interface PidtuneOptions {
  /** PID when absent. */
  readonly terms?: PidTerms;
  /** rad/s, at which the loop's gain shall be 1. */
  readonly bandwidth: number;
  /** Degrees; 60 when absent, except that P alone leaves it to the plant unless it is given. */
  readonly phaseMargin?: number;
  /** rad/s, the derivative's pole; ten times the bandwidth when absent. */
  readonly N?: number;
  /** s, for a continuous plant: it is sampled (zero-order hold) and the controller is discrete. A discrete plant brings its own. */
  readonly period?: number;
  /** How the discrete controller integrates; as `pidSystem` does when absent. */
  readonly rules?: PidRules;
}

export interface PidTuned extends PidGains {
  readonly ok: true;
  readonly controller: StateSpace;
  /** The controller and the plant, sampled where the controller is. */
  readonly loop: Lti | Delayed;
  /** Of the loop with the controller: all its crossings, and whether it is stable when closed. */
  readonly margins: Margins;
  /** Distance of the loop's response from what was asked at the crossover, where it has the size 1. */
  readonly residual: number;
}

export type PidRefusal =
  /** All in degrees: the controller's angle that is wanted, those that its terms reach (ends excluded), and the margins they give. */
  | {
      readonly ok: false;
      readonly code: "UNREACHABLE";
      readonly angle: number;
      readonly reachable: readonly [number, number];
      readonly phaseMargins: readonly [number, number];
    }
  /** The plant's gain there is 0 or infinite. */
  | { readonly ok: false; readonly code: "NO_RESPONSE"; readonly size: number }
  /** The crossover is not below the Nyquist frequency `last`. */
  | { readonly ok: false; readonly code: "BEYOND_NYQUIST"; readonly last: number }
  /** The plant has no sampled form. */
  | Extract<Resampled, { readonly ok: false }>;

/**
 * For one input and one output and negative feedback. PID has integral time 4 times derivative time. Throws a RangeError for more signals,
 * a bandwidth or N not above 0, and a period other than the plant's. `own`: the plant's dynamics, where they are known.
 */
export function pidtune(plant: Lti | Delayed, options: PidtuneOptions, own?: Dynamics): PidTuned | PidRefusal {
  const { terms = "PID", bandwidth: w, N = 10 * w } = options;
  if (!(w > 0) || !(N > 0)) throw new RangeError(`Bandwidth and N are above 0, not ${w} and ${N}`);
  const given = periodOf(plant);
  const period = options.period ?? given;
  if (given !== undefined && period !== given) throw new RangeError(`The plant's period is ${given}, not ${period}`);
  if (period !== given) {
    const sampled = c2d(plant, period!);
    return sampled.ok ? pidtune(sampled.system, options) : sampled;
  }
  const last = nyquistFrequency(timeBase(period));
  if (!(w < last)) return { ok: false, code: "BEYOND_NYQUIST", last };
  const { sign, size, angle: plantAngle } = responseOf(plant, own)(w);
  if (!(size > 0 && size < Number.POSITIVE_INFINITY)) return { ok: false, code: "NO_RESPONSE", size };
  const margin = options.phaseMargin ?? (terms === "P" ? turned(plantAngle + 180) : 60);
  const angle = turned(margin - 180 - plantAngle);
  const at = (gains: Omit<PidGains, "terms">): Complex => {
    const { re, im } = evalfr(pidSystem(gains, period, options.rules), pointAt(w, timeBase(period)));
    return [re.get(0, 0), im.get(0, 0)];
  };
  const integral = at({ P: 0, I: 1, D: 0, N });
  const derivative = at({ P: 0, I: 0, D: 1, N });
  const low = terms.includes("I") ? degrees(integral) : 0;
  const high = terms.includes("D") ? degrees(derivative) : 0;
  if (terms === "P" ? Math.abs(angle) > 1e-9 : !(angle > low && angle < high)) {
    const least = turned(180 + plantAngle + (low + high) / 2) - (high - low) / 2;
    return { ok: false, code: "UNREACHABLE", angle, reachable: [low, high], phaseMargins: [least, least + high - low] };
  }
  const [i, d] = shares(terms, angle, integral, derivative);
  const along = ahead(angle, [1, 0])[0] + i * ahead(angle, integral)[0] + d * ahead(angle, derivative)[0];
  const P = sign / (size * along);
  const gains: PidGains = { terms, P, I: P * i, D: P * d, N: terms.includes("D") ? N : undefined };
  const controller = pidSystem(gains, period, options.rules);
  const loop = openLoop(controller, plant);
  const wanted = ((margin - 180) * Math.PI) / 180;
  const [re, im] = [new Float64Array(1), new Float64Array(1)];
  responder(loop).at(w, re, im);
  const residual = Math.hypot(re[0]! - Math.cos(wanted), im[0]! - Math.sin(wanted));
  let margins: Margins | undefined;
  return {
    ok: true,
    ...gains,
    controller,
    loop,
    // They cost most, and not everybody asks.
    get margins() {
      return (margins ??= allmargin(loop));
    },
    residual,
  };
}

/** I/P and D/P at which 1 + (I/P) integral + (D/P) derivative has the angle, which lies between those of both. */
function shares(terms: PidTerms, angle: number, integral: Complex, derivative: Complex): readonly [number, number] {
  // What must vanish across the direction.
  const [a, b, c] = [ahead(angle, [1, 0])[1], ahead(angle, integral)[1], ahead(angle, derivative)[1]];
  switch (terms) {
    case "P":
      return [0, 0];
    case "PI":
      return [-a / b, 0];
    case "PD":
      return [0, -a / c];
    default: {
      // c T^2 + a T + b/4 = 0 for the derivative time T, with b < 0 < c: one root above 0, by the form that does not cancel.
      const root = Math.sqrt(a * a - b * c);
      const time = a > 0 ? -b / (2 * (a + root)) : (root - a) / (2 * c);
      return [1 / (4 * time), time];
    }
  }
}

/** Turned back by the angle: along the direction and across. */
function ahead(angle: number, value: Complex): Complex {
  const radians = (angle * Math.PI) / 180;
  return times(value, [Math.cos(radians), -Math.sin(radians)]);
}

function degrees([re, im]: Complex): number {
  return (Math.atan2(im, re) * 180) / Math.PI;
}
