/** Discretization pole by pole, z = e^(s h), and back: for one input and one output. */
import type { Complex } from "../math/complex.ts";
import { exponential, logarithm, minus, modulus, over, times } from "../math/complex.ts";
import { timeBase } from "./model.ts";
import type { Resampled } from "./resampled.ts";
import { ss } from "./ss.ts";
import type { StateSpace } from "./stateSpace.ts";
import { zpk } from "./zpk.ts";
import { zeroPoleGain } from "./zeroPoleGain.ts";

/**
 * Zeros at infinity go to z = -1, all but one, so that a strictly proper system stays one. The gain is that of the continuous
 * system at s = 0, or where a pole or zero lies there at the first of 1/10, 1/100 ... of the Nyquist frequency that is clear.
 */
export function discretePolesAndZeros(given: StateSpace, period: number): Resampled {
  const [p, m] = [given.y.length, given.u.length];
  if (p !== 1 || m !== 1) return { ok: false, code: "NOT_SISO", inputs: m, outputs: p };
  const { zeros, poles, gain } = single(given);
  const at = (s: Complex): Complex => exponential([s[0] * period, s[1] * period]);
  const more = Math.max(poles.length - zeros.length - 1, 0);
  const discrete = {
    zeros: [...zeros.map(at), ...Array.from({ length: more }, (): Complex => [-1, 0])],
    poles: poles.map(at),
  };
  const s = clear([...zeros, ...poles], period);
  const k = gain * ratio(value({ zeros, poles }, [s, 0]), value(discrete, at([s, 0])));
  return finished(discrete, k, timeBase(period), given);
}

/** z at -1 goes back to infinity; a pole there, at 0 or elsewhere on the negative axis has nowhere to go. */
export function continuousPolesAndZeros(given: StateSpace, period: number): Resampled {
  const [p, m] = [given.y.length, given.u.length];
  if (p !== 1 || m !== 1) return { ok: false, code: "NOT_SISO", inputs: m, outputs: p };
  const { zeros, poles, gain } = single(given);
  const finite = zeros.filter((z) => modulus([z[0] + 1, z[1]]) > 1e-6);
  const bad = [...poles, ...finite].find(([re, im]) => re <= 0 && Math.abs(im) <= 1e-14 * Math.abs(re));
  if (bad) return { ok: false, code: "NO_LOGARITHM", eigenvalue: bad };
  const from = (z: Complex): Complex => {
    const [re, im] = logarithm(z);
    return [re / period, im / period];
  };
  const continuous = { zeros: finite.map(from), poles: poles.map(from) };
  const s = clear([...continuous.zeros, ...continuous.poles], period);
  const at = exponential([s * period, 0]);
  const k = gain * ratio(value({ zeros, poles }, at), value(continuous, [s, 0]));
  return finished(continuous, k, timeBase(undefined), given);
}

interface RootsOf {
  readonly zeros: readonly Complex[];
  readonly poles: readonly Complex[];
}

function single(given: StateSpace): RootsOf & { readonly gain: number } {
  const { zeros, poles, gain } = zpk(given);
  return { zeros: zeros[0]![0]!, poles: poles[0]![0]!, gain: gain[0]![0]! };
}

function finished(roots: RootsOf, k: number, time: ReturnType<typeof timeBase>, { u, y }: StateSpace): Resampled {
  return { ok: true, system: ss(zeroPoleGain([[roots.zeros]], [[roots.poles]], [[k]], time, { u, y })) };
}

/** A real s away from all roots. */
function clear(roots: readonly Complex[], period: number): number {
  const unit = Math.PI / period;
  for (const s of [0, ...Array.from({ length: 12 }, (_, k) => unit * Math.pow(10, -1 - k))])
    if (roots.every((root) => modulus(minus([s, 0], root)) > 1e-3 * (s === 0 ? unit * 1e-6 : s))) return s;
  return unit * Math.E;
}

function value({ zeros, poles }: RootsOf, s: Complex): Complex {
  // Factor by factor, so that nothing overflows on the way.
  let product: Complex = [1, 0];
  for (let k = 0; k < Math.max(zeros.length, poles.length); k++) {
    if (k < zeros.length) product = times(product, minus(s, zeros[k]!));
    if (k < poles.length) product = over(product, minus(s, poles[k]!));
  }
  return product;
}

function ratio(a: Complex, b: Complex): number {
  return over(a, b)[0];
}
