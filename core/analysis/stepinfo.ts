/** What a step response is judged by: rise, settling, overshoot, peak. Between instants by the cubic through values and slopes. */
import { Matrix } from "ml-matrix";
import { pick } from "../math/blocks.ts";
import { dcgain } from "../lti/dcgain.ts";
import { absorbDelay, type Delayed, pade } from "../lti/delay.ts";
import { system as systemOf } from "../lti/model.ts";
import { single } from "../lti/single.ts";
import { type Unstable, unstable } from "../lti/stability.ts";
import { type Lti, ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { bracketed } from "./bracketed.ts";
import { delayedInstants, type Instants, instants } from "./instants.ts";
import { lsim, sampledDelays } from "./lsim.ts";
import { impulse, type Pieces, step } from "./step.ts";

export interface StepInfoOptions {
  /** Share of the way from 0 to the final value that the response must stay within to count as settled; 0.02 when absent. */
  readonly settling?: number;
  /** Shares between which it rises; 0.1 and 0.9 when absent. */
  readonly rise?: readonly [number, number];
}

export interface StepInfo {
  readonly ok: true;
  /** s; NaN where the final value is 0. */
  readonly rise: number;
  /** s from the step on; where the final value is 0, until only that share of the response's largest value is left. */
  readonly settling: number;
  /** Percent of the final value, beyond it; Infinity where that is 0 and the response is not. */
  readonly overshoot: number;
  /** Percent of the final value, on the other side of 0. */
  readonly undershoot: number;
  /** The value farthest from 0, and when it is reached, s. */
  readonly peak: number;
  readonly peakTime: number;
  /** Where it ends: the gain at rest; 0 where that is 1e-9 of the response's largest value or less. */
  readonly final: number;
}

export type StepInfoOutcome = StepInfo | Unstable;

/**
 * By output and input. An integrator never settles either: it is refused as unstable with its pole. Behind dead time, times count from
 * the step on; where delays stand in loops, the pole that is named is that of a Pade approximation.
 */
export function stepinfo(model: Lti | Delayed, options: StepInfoOptions = {}): readonly (readonly StepInfoOutcome[])[] {
  if (!("internal" in model)) {
    const system = ss(model);
    return system.y.map((_, i) => system.u.map((__, j) => judged(plain(single(system, i, j)), options)));
  }
  const { system, input, output, internal } = model;
  if (system.time.kind === "discrete") return stepinfo(sampledDelays(absorbDelay(model)), options);
  return output.map((after, i) =>
    input.map((before, j): StepInfoOutcome => {
      const alone = oneOf(model, i, j);
      if (internal.length > 0) return judged(late(alone), options);
      const found = judged(plain(alone.system), options);
      if (!found.ok) return found;
      const delay = before + after;
      return { ...found, settling: found.settling + delay, peakTime: found.peakTime + delay };
    }),
  );
}

/** A response as long and as close as it is asked for. */
interface Judged {
  readonly growing: Unstable | undefined;
  readonly final: number;
  readonly pieces: readonly Instants[];
  readonly respond: (at: Pieces) => Response;
}

function plain(system: StateSpace): Judged {
  return {
    growing: unstable(system),
    final: dcgain(system).get(0, 0),
    pieces: instants(system),
    respond(at) {
      const { t, y } = step(system, at);
      if (system.time.kind === "discrete") return { t, y: y[0]![0]!, slope: undefined };
      return { t, y: y[0]![0]!, slope: slopeOf(system, at), within: within(system, t) };
    },
  };
}

function late(model: Delayed): Judged {
  const approximate = pade(model, 4);
  return {
    growing: approximate.ok ? unstable(approximate.system) : undefined,
    // At rest a delay is no delay, in the approximation as well; integrators in loops are the gain's own matter.
    final: approximate.ok ? dcgain(approximate.system).get(0, 0) : Number.NaN,
    pieces: delayedInstants(model),
    respond(at) {
      const { t, y } = step(model, at);
      return { t, y: y[0]![0]!, slope: impulse(model, at).y[0]![0]! };
    },
  };
}

/** From input j to output i alone, with all that is delayed inside. */
function oneOf({ system, input, output, internal }: Delayed, i: number, j: number): Delayed {
  const { A, B, C, D, time, u, x, y } = system;
  const states = x.map((_, k) => k);
  const inside = internal.map((_, k) => k);
  const rows = [i, ...inside.map((k) => output.length + k)];
  const columns = [j, ...inside.map((k) => input.length + k)];
  const named = { u: columns.map((k) => u[k]!), x, y: rows.map((k) => y[k]!) };
  const alone = systemOf(A, pick(B, states, columns), pick(C, rows, states), pick(D, rows, columns), time, named);
  return { system: alone, input: [input[j]!], output: [output[i]!], internal };
}

/** A final value as small as this beside the response is the rounding of 0. */
const rounding = 1e-9;

function judged(
  { growing, final: gain, pieces, respond }: Judged,
  { settling = 0.02, rise: [low, high] = [0.1, 0.9] }: StepInfoOptions,
): StepInfoOutcome {
  if (growing) return growing;
  for (let longer = 1; ; longer *= 2) {
    const last = pieces.at(-1)!;
    const response = respond([...pieces.slice(0, -1), { step: last.step, count: (last.count - 1) * longer + 1 }]);
    const largest = response.y.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const final = Math.abs(gain) <= rounding * largest ? 0 : gain;
    const band = settling * (final === 0 ? largest : Math.abs(final));
    const settled = lastOutside(response, final, band);
    if (settled === undefined && longer < 16) continue;
    const sign = final < 0 ? -1 : 1;
    const top = extreme(response, sign);
    const bottom = extreme(response, -sign);
    const peak = Math.abs(top.value) >= Math.abs(bottom.value) ? top : bottom;
    const reach = (share: number): number => firstReach(response, share * final, sign);
    const percent = (beyond: number): number =>
      beyond <= 1e-12 * largest ? 0 : final === 0 ? Number.POSITIVE_INFINITY : (100 * beyond) / Math.abs(final);
    return {
      ok: true,
      rise: final === 0 ? Number.NaN : reach(high) - reach(low),
      settling: settled ?? Number.POSITIVE_INFINITY,
      overshoot: percent(Math.max(0, sign * (top.value - final))),
      undershoot: percent(Math.max(0, -sign * bottom.value)),
      peak: peak.value,
      peakTime: peak.time,
      final,
    };
  }
}

interface Response {
  readonly t: Float64Array;
  readonly y: Float64Array;
  /** dy/dt at the instants; absent: the response exists at its samples alone. */
  readonly slope: Float64Array | undefined;
  /** The same between instants k and k + 1, more closely. */
  readonly within?: (k: number) => Response;
}

/** dy/dt = C (A x + B u), which is the impulse response. */
function slopeOf(system: StateSpace, at: Pieces): Float64Array {
  const D = system.D.clone().fill(0);
  return impulse({ ...system, D }, at).y[0]![0]!;
}

/** Parts of a step between instants: what the cubic is off falls by the fourth power. */
const parts = 16;

function within(system: StateSpace, t: Float64Array): (k: number) => Response {
  const { A, B } = system;
  return (k) => {
    const one = (count: number): Float64Array => new Float64Array(count).fill(1);
    const from = t[k]! > 0 ? lsim(system, [one(2)], t[k]!, { hold: "zoh" }).end : new Float64Array(A.rows);
    const h = (t[k + 1]! - t[k]!) / parts;
    const { y } = lsim(system, [one(parts + 1)], h, { hold: "zoh", x0: from });
    const moving = A.mmul(Matrix.columnVector(from)).add(B).to1DArray();
    const still = { ...system, B: B.clone().fill(0), D: system.D.clone().fill(0) };
    const slope = lsim(still, [one(parts + 1)], h, { hold: "zoh", x0: moving }).y[0]!;
    return { t: Float64Array.from({ length: parts + 1 }, (_, i) => t[k]! + i * h), y: y[0]!, slope };
  };
}

/** The cubic between instants k and k + 1 at the share p of the way. */
function between({ t, y, slope }: Response, k: number, p: number): number {
  const h = t[k + 1]! - t[k]!;
  const [a, b] = [y[k]!, y[k + 1]!];
  if (!slope) return p < 1 ? a : b;
  const q = 1 - p;
  return q * q * ((1 + 2 * p) * a + p * h * slope[k]!) + p * p * ((1 + 2 * q) * b - q * h * slope[k + 1]!);
}

/** When f(value) is 0 between instants k and k + 1, where its sign changes; samples count when they come. */
function crossing(response: Response, k: number, f: (value: number) => number): number {
  const { t, y, slope, within: closer } = response;
  if (!slope) return t[k + 1]!;
  if (closer) {
    const part = closer(k);
    const after = f(y[k + 1]!) > 0;
    const inside = part.y.findIndex((v, i) => i > 0 && f(v) > 0 === after);
    if (inside > 0) return crossing(part, inside - 1, f);
  }
  return t[k]! + bracketed((p) => f(between(response, k, p)), 0, 1) * (t[k + 1]! - t[k]!);
}

function firstReach(response: Response, level: number, sign: number): number {
  const { t, y } = response;
  const k = y.findIndex((v) => sign * (v - level) >= 0);
  if (k < 0) return Number.NaN;
  return k === 0 ? t[0]! : crossing(response, k - 1, (v) => sign * (v - level));
}

/** When the response enters the band for good; undefined where it is still outside at the end. */
function lastOutside(response: Response, final: number, band: number): number | undefined {
  const { t, y } = response;
  const outside = (v: number): number => Math.abs(v - final) - band;
  const k = y.findLastIndex((v) => outside(v) > 0);
  if (k < 0) return 0;
  if (k >= y.length - 2) return undefined;
  return crossing(response, k, outside) - t[0]!;
}

/** The most in one direction, at an instant or where the cubic beside it turns. */
function extreme(response: Response, sign: number): { readonly value: number; readonly time: number } {
  const { t, y, slope } = response;
  let best = 0;
  y.forEach((v, k) => {
    if (sign * v > sign * y[best]!) best = k;
  });
  let [value, time] = [y[best]!, t[best]!];
  if (!slope) return { value, time };
  for (const k of [best - 1, best]) {
    if (k < 0 || k + 1 >= y.length || slope[k]! > 0 === slope[k + 1]! > 0) continue;
    if (response.within) {
      const there = extreme(response.within(k), sign);
      if (sign * there.value > sign * value) ({ value, time } = there);
      continue;
    }
    const derivative = (p: number): number => {
      const by = 1e-4;
      return between(response, k, p + by) - between(response, k, p - by);
    };
    const p = bracketed(derivative, 0, 1, slope[k], slope[k + 1]);
    const there = between(response, k, p);
    if (sign * there >= sign * value) [value, time] = [there, t[k]! + p * (t[k + 1]! - t[k]!)];
  }
  return { value, time };
}
