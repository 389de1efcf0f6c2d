/**
 * PI and PID gains from a plant reduced to one or two lags and dead time. Skogestad, "Simple analytic rules for model reduction and PID
 * controller tuning", Journal of Process Control 13 (2003).
 */
import { dynamics } from "../analysis/dynamics.ts";
import { allmargin, type Margins } from "../analysis/margin.ts";
import { delayed, type Delayed } from "../lti/delay.ts";
import type { Lti } from "../lti/ss.ts";
import { zpk } from "../lti/zpk.ts";
import { type Complex, modulus } from "../math/complex.ts";
import { openLoop, periodOf } from "./openLoop.ts";
import { type PidGains, pidSystem } from "./pid.ts";

/** gain e^(-delay s) / prod (T s + 1); with an infinite time constant, an integrator, the gain is that of 1/s. */
export interface Lags {
  readonly gain: number;
  /** s, one or two, the slower first. */
  readonly timeConstants: readonly number[];
  /** s */
  readonly delay: number;
}

export interface Simc extends PidGains {
  readonly ok: true;
  /** What the gains are for. */
  readonly model: Lags;
  /** s, the closed loop's time constant. */
  readonly tauc: number;
  /** With the plant as it was given. */
  readonly margins: Margins;
}

export type SimcOutcome =
  | Simc
  /** Poles that swing or grow, more than one integrator, zeros that are not real or stand beside an integrator alone. */
  | { readonly ok: false; readonly code: "NOT_LAGS"; readonly roots: readonly Complex[] }
  /** Without lag, or with a gain of 0, there is nothing to control. */
  | { readonly ok: false; readonly code: "NO_LAG" }
  /** Without dead time only tauc says how fast the loop shall be. */
  | { readonly ok: false; readonly code: "NO_DELAY" };

export interface SimcOptions {
  /** s; the reduced plant's dead time when absent. */
  readonly tauc?: number;
  /** PI for one lag, PID for two; PI when absent. */
  readonly terms?: "PI" | "PID";
}

/**
 * Of lags in any number, or of a plant, which is reduced by the half rule; zeros are taken against lags near to them. Throws a RangeError
 * for a discrete plant, several signals, and dead time inside the plant.
 */
export function simc(plant: Lti | Delayed | Lags, { tauc, terms = "PI" }: SimcOptions = {}): SimcOutcome {
  const given: ReturnType<typeof lagsOf> = "timeConstants" in plant ? { ...plant, zeros: [] } : lagsOf(plant);
  if ("ok" in given) return given;
  if (!(tauc === undefined || tauc > 0)) throw new RangeError(`tauc is above 0, not ${tauc}`);
  if (given.gain === 0) return { ok: false, code: "NO_LAG" };
  const order = terms === "PI" ? 1 : 2;
  // Zeros are judged by tauc, which without one is the delay that comes of it.
  let model = halved(given, order);
  for (let round = 0; round < 20 && given.zeros.length > 0; round++) {
    const without = withoutZeros(given, tauc ?? model.delay);
    if (without.zeros.length > 0)
      return { ok: false, code: "NOT_LAGS", roots: without.zeros.map((t): Complex => [-1 / t, 0]) };
    const next = halved(without, order);
    if (next.delay === model.delay && next.gain === model.gain) break;
    model = next;
  }
  const closed = tauc ?? model.delay;
  if (!(closed > 0)) return { ok: false, code: "NO_DELAY" };
  const [slow, fast = 0] = model.timeConstants;
  if (slow === undefined) return { ok: false, code: "NO_LAG" };
  const least = 4 * (closed + model.delay);
  const series = (slow === Number.POSITIVE_INFINITY ? 1 : slow) / (model.gain * (closed + model.delay));
  const integral = Math.min(slow, least);
  // From one factor after the other to the sum.
  const P = series * (1 + fast / integral);
  const gains = { terms: fast > 0 ? "PID" : "PI", P, I: series / integral, D: series * fast } as const;
  const whole: PidGains = { ...gains, N: fast > 0 ? 10 / fast : undefined };
  const loop = openLoop(pidSystem(whole), "timeConstants" in plant ? plantOf(plant) : plant);
  return { ok: true, ...whole, model, tauc: closed, margins: allmargin(loop) };
}

type Lead = Lags & { /** s, of zeros on the left: T s + 1. */ readonly zeros: readonly number[] };

function lagsOf(plant: Lti | Delayed): Lead | Extract<SimcOutcome, { code: "NOT_LAGS" }> {
  if (periodOf(plant) !== undefined) throw new RangeError("The rules are for a continuous plant");
  const { paths, internal } = dynamics(plant);
  if (internal.length > 0) throw new RangeError("Dead time inside the plant");
  const { zeros, poles, gain, delay } = paths[0]![0]!;
  const largest = Math.max(...[...zeros, ...poles].map(modulus), 0);
  const rest = (root: Complex): boolean => modulus(root) <= 1e-9 * largest;
  // Equal roots come apart by rounding: damped above 0.998 they count as equal.
  const wild = [
    ...poles.filter(([re, im]) => Math.abs(im) > 0.06 * Math.abs(re) || re > 0).filter((p) => !rest(p)),
    ...zeros.filter((z) => Math.abs(z[1]) > 0.06 * Math.abs(z[0]) || rest(z)),
    ...poles.filter(rest).slice(1),
  ];
  if (wild.length > 0) return { ok: false, code: "NOT_LAGS", roots: wild };
  const times = (roots: readonly Complex[]): number[] => roots.map((root) => Math.sign(-root[0]) / modulus(root));
  const lags = poles.map((p, i) => (rest(p) ? Number.POSITIVE_INFINITY : times(poles)[i]!));
  const leads = times(zeros);
  const product = (list: readonly number[]): number => list.filter(Number.isFinite).reduce((all, t) => all * t, 1);
  // A zero on the right delays as much as it answers the wrong way.
  const right = leads.filter((t) => t < 0).reduce((sum, t) => sum - t, 0);
  return {
    gain: (gain * product(lags)) / product(leads),
    timeConstants: lags.toSorted((a, b) => b - a),
    delay: delay + right,
    zeros: leads.filter((t) => t > 0),
  };
}

/** Of what is left out, the slowest goes half to the lag before it and half to the delay, the rest to the delay. */
function halved({ gain, timeConstants, delay }: Lags, order: 1 | 2): Lags {
  const lags = timeConstants.toSorted((a, b) => b - a);
  const [kept, [first = 0, ...others]] = [lags.slice(0, order), lags.slice(order)];
  const last = kept.length - 1;
  // An integrator takes no half: its ramp is late by the whole lag.
  const late = kept[last] === Number.POSITIVE_INFINITY ? first : first / 2;
  return {
    gain,
    timeConstants: kept.map((t, i) => (i === last ? t + first / 2 : t)),
    delay: others.reduce((sum, t) => sum + t, delay + late),
  };
}

/** Each zero taken together with a lag: rules T1 to T3 of the paper, with tauc. */
function withoutZeros({ gain, timeConstants, delay, zeros }: Lead, tauc: number): Lead {
  const lags = [...timeConstants];
  let factor = gain;
  const left: number[] = [];
  for (const t of zeros.toSorted((a, b) => b - a)) {
    const finite = lags.filter(Number.isFinite);
    const above = Math.min(...finite.filter((lag) => lag >= t));
    const under = Math.max(...finite.filter((lag) => lag < t));
    if (finite.length === 0) {
      left.push(t);
      continue;
    }
    // The next above, unless the one below is nearer and near.
    const lag = above === Number.POSITIVE_INFINITY || (t / under < above / t && t / under < 1.6) ? under : above;
    const at = lags.indexOf(lag);
    if (lag < t) {
      factor *= lag >= tauc ? t / lag : t >= tauc ? t / tauc : 1;
      lags.splice(at, 1);
    } else if (t >= 5 * tauc) {
      factor *= t / lag;
      lags.splice(at, 1);
    } else {
      const near = Math.max(t, Math.min(lag, 5 * tauc));
      factor *= near / lag;
      if (near > t) lags[at] = near - t;
      else lags.splice(at, 1);
    }
  }
  return { gain: factor, timeConstants: lags, delay, zeros: left };
}

function plantOf({ gain, timeConstants, delay }: Lags): Delayed {
  const lags = timeConstants.filter(Number.isFinite);
  const poles = timeConstants.map((t) => (Number.isFinite(t) ? -1 / t : 0));
  return delayed(zpk([], poles, gain / lags.reduce((all, t) => all * t, 1)), { input: delay });
}
