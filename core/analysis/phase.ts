/**
 * The phase of a response without jumps. Whole turns come from the poles and zeros, each of which turns by a known angle, not from
 * neighbouring points: it is right however far apart the frequencies are.
 */
import { type Complex, modulus } from "../math/complex.ts";
import type { TimeBase } from "../lti/stateSpace.ts";
import type { Path } from "./dynamics.ts";

/**
 * In degrees. Towards low frequencies it follows the asymptote: 90 for every zero at rest (0, or z = 1), -90 for every pole there, and 180
 * less where the gain is negative; any other root on the axis counts as one to its left.
 */
export function phase(path: Path, time: TimeBase, frequencies: Float64Array, re: Float64Array, im: Float64Array) {
  const zeros = placed(path.zeros, path, time);
  const poles = placed(path.poles, path, time);
  const start = startOf([...zeros, ...poles], path.gain, time);
  const up = zeros.map((zero) => turning(zero, time));
  const down = poles.map((pole) => turning(pole, time));
  return frequencies.map((w, k) => {
    let about = start - w * path.delay;
    for (const turn of up) about += turn(w);
    for (const turn of down) about -= turn(w);
    return near((Math.atan2(im[k]!, re[k]!) * 180) / Math.PI, (about * 180) / Math.PI);
  });
}

/**
 * Each within half a turn of the one before, the first nearest to the asymptote at low frequencies of a response that goes with the `power` of the
 * frequency there: 90 degrees for each power, 180 less where the gain is negative.
 */
export function followed(re: Float64Array, im: Float64Array, power: number): Float64Array {
  // Between the two that may be meant, and nearer to neither than the response is to its own.
  let last = 90 * power - 90;
  return re.map((a, k) => {
    const angle = near((Math.atan2(im[k]!, a) * 180) / Math.PI, last);
    if (Number.isFinite(angle)) last = angle;
    return angle;
  });
}

function near(angle: number, about: number): number {
  return angle + 360 * Math.round((about - angle) / 360);
}

interface Placed {
  readonly root: Complex;
  readonly atRest: boolean;
}

/**
 * Which roots stand at rest: one is moved away by rounding, two and three in one place come apart by its square and cubic root. It need not be
 * exact, as seen from frequencies above them it makes whole turns only.
 */
const apart = [1e-11, 2e-7, 3e-5];
/** Real parts, relative to the root, that are rounding of none. */
const borderline = 1e-11;

function placed(roots: readonly Complex[], { zeros, poles }: Path, time: TimeBase): readonly Placed[] {
  const border = time.kind === "continuous" ? 0 : 1;
  const size = time.kind === "continuous" ? Math.max(0, ...[...zeros, ...poles].map(modulus)) : 1;
  const away = ([re, im]: Complex): number => Math.hypot(re - border, im);
  const sorted = roots.map(away).toSorted((a, b) => a - b);
  const most = apart.reduce((far, share, k) => (sorted[k]! <= share * size ? share * size : far), 0);
  return roots.map((root) => ({ root, atRest: away(root) <= most }));
}

/** Poles at rest that no zeros there cancel: the gain at rest is infinite, or what rounding leaves of that. */
export function integrates(path: Path, time: TimeBase): boolean {
  const count = (roots: readonly Complex[]): number => placed(roots, path, time).filter(({ atRest }) => atRest).length;
  return count(path.poles) > count(path.zeros);
}

/** The phase of the gain at rest without what stands there, radians. */
function startOf(roots: readonly Placed[], gain: number, time: TimeBase): number {
  const border = time.kind === "continuous" ? 0 : 1;
  const flips = roots.filter(({ root: [re, im], atRest }) => !atRest && im === 0 && re > border).length;
  return (flips + (gain < 0 ? 1 : 0)) % 2 === 0 ? 0 : -Math.PI;
}

/** By how much s - root turns from rest to w, radians; a root at rest has turned by 90 degrees at once. */
function turning({ root: [re, im], atRest }: Placed, time: TimeBase): (w: number) => number {
  if (time.kind === "continuous") {
    if (atRest) return () => Math.PI / 2;
    const width = Math.abs(re);
    const before = Math.atan2(im, width);
    return re > borderline * Math.hypot(re, im)
      ? (w) => -Math.atan2(w - im, width) - before
      : (w) => Math.atan2(w - im, width) + before;
  }
  const { period } = time;
  if (atRest) return (w) => (Math.PI + w * period) / 2;
  // e^(j theta) - r is e^(j theta) (1 - r e^(-j theta)) within the circle, -r (1 - e^(j theta) / r) outside: neither passes 0.
  const size = re * re + im * im;
  const inside = Math.sqrt(size) <= 1 + borderline;
  const angle = (t: number): number => {
    const [c, s] = [Math.cos(t), Math.sin(t)];
    if (inside) return t + Math.atan2(re * s - im * c, 1 - (re * c + im * s));
    return Math.atan2((c * im - s * re) / size, 1 - (c * re + s * im) / size);
  };
  const before = angle(0);
  return (w) => angle(w * period) - before;
}
