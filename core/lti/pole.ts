/** Poles, zeros and how fast and how damped they are. */
import { type Complex, logarithm } from "../math/complex.ts";
import { eigenvalues } from "../math/eigenvalues.ts";
import { minreal } from "./minreal.ts";
import { border } from "./stability.ts";
import { type Lti, ss } from "./ss.ts";
import { tzero } from "./tzero.ts";

/** Eigenvalues of A, those that inputs or outputs do not meet included. */
export function pole(model: Lti): readonly Complex[] {
  return eigenvalues(ss(model).A).values;
}

/** Transmission zeros: the invariant zeros of the minimal realization. */
export function zero(model: Lti, tolerance?: number): readonly Complex[] {
  return tzero(minreal(model, tolerance).system).zeros;
}

export interface Damped {
  readonly pole: Complex;
  /** Natural frequency in rad/s; of a discrete pole, that of log(z) / period; 0 where rounding alone keeps it from rest. */
  readonly frequency: number;
  /** Damping ratio, -1 to 1: 1 for a decaying real pole, NaN for one at rest (an integrator, z = 1). */
  readonly damping: number;
  /** Time constant in s, negative where it grows; Infinity without decay. */
  readonly timeConstant: number;
}

/** Of A's norm and machine precision: how far an integrator's pole may come out from where it is. */
const rounding = 16;

/** Every pole, the slowest first. */
export function damp(model: Lti): readonly Damped[] {
  const { A, time } = ss(model);
  return eigenvalues(A)
    .values.map((pole): Damped => {
      const s = time.kind === "continuous" ? pole : logarithm(pole).map((v) => v / time.period);
      const away = time.kind === "continuous" ? Math.hypot(...pole) : Math.hypot(pole[0] - 1, pole[1]);
      const [re, im] = away <= rounding * Math.abs(border(A)) ? [0, 0] : [s[0]!, s[1]!];
      const frequency = Math.hypot(re, im);
      const damping = frequency === Number.POSITIVE_INFINITY ? 1 : -re / frequency;
      return { pole, frequency, damping, timeConstant: re === 0 ? Number.POSITIVE_INFINITY : -1 / re };
    })
    .toSorted((a, b) => a.frequency - b.frequency);
}
