/**
 * A system of one input and one output sampled as c2d does, by its zeros, poles and gain: what a rule says where a root goes is done to
 * each, so that several at one place stay there, as the eigenvalues of a matrix would not. Other zeros are those of the sampled system.
 */
import { type Complex, exponential, minus, modulus, over, times } from "../math/complex.ts";
import { bilinearStep, bilinearWeight } from "./bilinear.ts";
import { evalfr } from "./evalfr.ts";
import type { SampleMethod, SampleOptions } from "./resampled.ts";
import type { StateSpace } from "./stateSpace.ts";
import { tzero } from "./tzero.ts";
import { zeroPoleGain, type Zpk } from "./zeroPoleGain.ts";

/** `sampled`: what c2d gave for the continuous `given` by the same period, method and options. */
export function sampledRoots(
  given: Zpk,
  sampled: StateSpace,
  period: number,
  method: SampleMethod,
  options: SampleOptions = {},
): Zpk {
  const { time, u, y } = sampled;
  const [zeros, poles] = [given.zeros[0]![0]!, given.poles[0]![0]!];
  const named = (z: readonly Complex[], p: readonly Complex[], k: number): Zpk =>
    zeroPoleGain([[z]], [[p]], [[k]], time, { u, y });
  if (given.gain[0]![0] === 0) return named([], [], 0);
  const rule = method === "tustin" || method === "forward" || method === "backward";
  const [a, h] = rule ? [bilinearWeight(method), bilinearStep(method, period, options.prewarp)] : [0, period];
  const at = (s: Complex): Complex =>
    rule
      ? over([1 + (1 - a) * h * s[0], (1 - a) * h * s[1]], [1 - a * h * s[0], -a * h * s[1]])
      : exponential([s[0] * h, s[1] * h]);
  const excess = poles.length - zeros.length;
  const p = poles.map(at);
  // Zeros at infinity: of these rules they go where z must be for s to be there, forward Euler's stay.
  const beyond = rule && a > 0 ? Array.from({ length: excess }, (): Complex => [(a - 1) / a + 0, 0]) : [];
  const z = rule
    ? [...zeros.map(at), ...beyond]
    : method === "matched"
      ? [...zeros.map(at), ...Array.from({ length: Math.max(excess - 1, 0) }, (): Complex => [-1, 0])]
      : tzero(sampled).zeros;
  // k = H(x) prod(x - p) / prod(x - z) at an x outside of all roots.
  const x: Complex = [1.5 * Math.max(1, ...[...z, ...p].map(modulus)), 0];
  let k: Complex = [evalfr(sampled, x).re.get(0, 0), 0];
  p.forEach((pole, i) => {
    k = times(k, minus(x, pole));
    if (i < z.length) k = over(k, minus(x, z[i]!));
  });
  return named(z, p, k[0]);
}
