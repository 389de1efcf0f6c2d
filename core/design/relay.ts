/**
 * The relay experiment, simulated: the plant under u = -+d by the sign of its output swings near its ultimate period, and with amplitude a
 * the relay acts as the gain 4 d / (pi a). Astrom & Hagglund, "Automatic tuning of simple regulators" (1984).
 */
import { Matrix } from "ml-matrix";
import { bracketed } from "../analysis/bracketed.ts";
import type { Delayed } from "../lti/delay.ts";
import { held } from "../lti/hold.ts";
import { type Lti, ss } from "../lti/ss.ts";
import { periodOf } from "./openLoop.ts";
import { type NoUltimate, ultimate, type Ultimate } from "./ultimate.ts";

export interface RelayTest extends Ultimate {
  /** Half of what the output covers in a period. */
  readonly amplitude: number;
  /** Relative change of period and amplitude over the last period. */
  readonly drift: number;
}

export type RelayOutcome =
  | RelayTest
  | NoUltimate
  /** No even swinging after this many switches. */
  | { readonly ok: false; readonly code: "UNSETTLED"; readonly switches: number; readonly drift: number };

const settled = 1e-10;
const mostSwitches = 400;

/**
 * Exact between switches, which are found to rounding. Throws a RangeError for a discrete plant, a direct path, and dead time
 * inside.
 */
export function relay(plant: Lti | Delayed, size = 1): RelayOutcome {
  if (!(size > 0)) throw new RangeError(`A relay's size is above 0, not ${size}`);
  if (periodOf(plant) !== undefined) throw new RangeError("A relay experiment is of a continuous plant");
  const late = "internal" in plant ? plant : undefined;
  const { A, B, C, D } = late ? late.system : ss(plant as Lti);
  if (D.get(0, 0) !== 0) throw new RangeError("A relay around a direct path has no solution");
  if (late && late.internal.length > 0) throw new RangeError("Dead time inside the plant");
  const about = ultimate(plant);
  if (!about.ok) return about;
  const dead = late ? late.input[0]! + late.output[0]! : 0;
  const stride = about.period / 50;
  const whole = held(A, B, stride);
  // A push to begin with: at rest the output is on neither side.
  let x = Matrix.mul(held(A, B, about.period / 4).Gamma, size);
  const output = (state: Matrix): number => C.mmul(state).get(0, 0);
  let [time, side] = [0, output(x) > 0 ? -1 : 1];
  let drive = dead > 0 ? 0 : side * size;
  const arrivals = dead > 0 ? [{ at: dead, drive: side * size }] : [];
  const after = (length: number): Matrix => {
    const { Phi, Gamma } = length === stride ? whole : held(A, B, length);
    return Phi.mmul(x).add(Matrix.mul(Gamma, drive));
  };
  const slope = (state: Matrix): number => C.mmul(A.mmul(state).add(Matrix.mul(B, drive))).get(0, 0);
  const switches: number[] = [];
  const swings: number[] = [];
  let [low, high, drift] = [0, 0, Number.POSITIVE_INFINITY];
  const seen = (value: number): void => {
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (let steps = 0; switches.length < mostSwitches && steps < 200 * mostSwitches; steps++) {
    let length = Math.min(stride, (arrivals[0]?.at ?? Number.POSITIVE_INFINITY) - time);
    let next = after(length);
    const crosses = side * output(next) > 1e-12 * Math.max(high, -low) && side * output(x) <= 0;
    if (crosses) {
      length = bracketed((t) => output(after(t)), 0, length, output(x), output(next));
      next = after(length);
    }
    if (slope(x) > 0 !== slope(next) > 0) seen(output(after(bracketed((t) => slope(after(t)), 0, length))));
    seen(output(next));
    x = next;
    time += length;
    while (arrivals.length > 0 && arrivals[0]!.at <= time) drive = arrivals.shift()!.drive;
    if (!crosses) continue;
    side = -side;
    if (dead > 0) arrivals.push({ at: time + dead, drive: side * size });
    else drive = side * size;
    switches.push(time);
    if (switches.length % 2 === 0) continue;
    // Once a period.
    swings.push((high - low) / 2);
    [low, high] = [0, 0];
    const [was, last] = [swings.at(-2) ?? 0, swings.at(-1)!];
    const periods = switches.slice(-5);
    if (periods.length < 5) continue;
    const [before, period] = [periods[2]! - periods[0]!, periods[4]! - periods[2]!];
    drift = Math.max(Math.abs(period - before) / period, Math.abs(last - was) / last);
    if (drift <= settled) return { ok: true, gain: (4 * size) / (Math.PI * last), period, amplitude: last, drift };
  }
  return { ok: false, code: "UNSETTLED", switches: switches.length, drift };
}
