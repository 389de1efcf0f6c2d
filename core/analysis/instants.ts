/** How long a response is worth watching, and how closely: from the poles. */
import { type Complex, logarithm, modulus } from "../math/complex.ts";
import { pole } from "../lti/pole.ts";
import { border } from "../lti/stability.ts";
import { type Lti, ss } from "../lti/ss.ts";

/** A mode is over when it has come down to this, and an unstable one is seen when it has grown by as much. */
const decayed = 1e-3;
const mostPoints = 4000;

export interface Instants {
  /** s */
  readonly step: number;
  /** Instants from 0 to the end. */
  readonly count: number;
}

/**
 * Continuous: until the slowest mode is over, at least 400 points and 25 for each period of what still swings; discrete: every sample.
 * Integrators add no time of their own, swings without damping ten periods.
 */
export function instants(model: Lti): Instants {
  const system = ss(model);
  const { time } = system;
  const poles = pole(system).map((p): Complex => {
    if (time.kind === "continuous") return p;
    const [re, im] = logarithm(modulus(p) < 1e-12 ? [1e-12, 0] : p);
    return [re / time.period, im / time.period];
  });
  // An integrator is not quite at 0 for rounding.
  const none = Math.max(
    1e-9 * Math.max(0, ...poles.map(modulus)),
    time.kind === "continuous" ? 16 * Math.abs(border(system.A)) : 1e-12 / time.period,
  );
  const growing = poles.map(([re]) => re).filter((re) => re > none);
  const lasting = Math.log(1 / decayed);
  const durations = poles
    .filter((p) => modulus(p) > none)
    .map(([re, im]) => {
      if (re < -1e-6 * Math.abs(im) && re < -none) return lasting / -re;
      return (20 * Math.PI) / Math.max(Math.abs(im), none);
    });
  // Slow modes hand on to one another: T^(k-1) e^-T comes down later than e^-T.
  const longest = Math.max(0, ...durations);
  const others = durations.reduce((sum, d) => sum + d, 0) - longest;
  const slowest = longest + 0.35 * others;
  const wanted = growing.length > 0 ? lasting / Math.max(...growing) : slowest > 0 ? slowest : 10;
  if (time.kind === "discrete") {
    const count = Math.ceil(Math.max(20, (slowest > 0 ? wanted : 0) / time.period)) + 1;
    return { step: time.period, count: Math.min(count, mostPoints) };
  }
  const end = 1.05 * wanted;
  const swings = poles.map(([re, im]) => (im > 0 && -re < 3 * im ? (2 * Math.PI) / im / 25 : Number.POSITIVE_INFINITY));
  const step = Math.max(Math.min(end / 400, ...swings), end / mostPoints);
  return { step, count: Math.floor(end / step + 1e-9) + 1 };
}
