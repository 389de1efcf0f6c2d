/**
 * The phase of a response without jumps. Whole turns come from the poles and zeros, each of which turns by a known angle, not from
 * neighbouring points: it is right however far apart the frequencies are.
 */
import type { Complex } from "../math/complex.ts";
import type { TimeBase } from "../lti/stateSpace.ts";
import type { Path } from "./dynamics.ts";

/**
 * In degrees. Towards low frequencies it is -90 for every integrator, and 180 less where the gain there is negative; a root on the
 * axis counts as one to its left.
 */
export function phase(path: Path, time: TimeBase, frequencies: Float64Array, re: Float64Array, im: Float64Array) {
  const start = startOf(path, time);
  return frequencies.map((w, k) => {
    const turned = (roots: readonly Complex[]): number => roots.reduce((sum, r) => sum + turn(r, w, time), 0);
    const about = ((start + turned(path.zeros) - turned(path.poles) - w * path.delay) * 180) / Math.PI;
    return near((Math.atan2(im[k]!, re[k]!) * 180) / Math.PI, about);
  });
}

/** Each within half a turn of the one before. */
export function followed(re: Float64Array, im: Float64Array): Float64Array {
  let last = 0;
  return re.map((a, k) => {
    const angle = near((Math.atan2(im[k]!, a) * 180) / Math.PI, last);
    if (Number.isFinite(angle)) last = angle;
    return angle;
  });
}

function near(angle: number, about: number): number {
  return angle + 360 * Math.round((about - angle) / 360);
}

function atRest([re, im]: Complex, time: TimeBase): boolean {
  return time.kind === "continuous" ? re === 0 && im === 0 : Math.hypot(re - 1, im) < 1e-10;
}

function startOf({ zeros, poles, gain }: Path, time: TimeBase): number {
  const border = time.kind === "continuous" ? 0 : 1;
  const right = ([re, im]: Complex): boolean => im === 0 && re > border && !atRest([re, im], time);
  const flips = [...zeros, ...poles].filter(right).length + (gain < 0 ? 1 : 0);
  return flips % 2 === 0 ? 0 : -Math.PI;
}

/** By how much s - root turns from rest to w; a root at rest has turned by 90 degrees at once. */
function turn(root: Complex, w: number, time: TimeBase): number {
  const [re, im] = root;
  if (time.kind === "continuous") {
    if (atRest(root, time)) return Math.PI / 2;
    const width = Math.abs(re);
    const angle = Math.atan2(w - im, width) + Math.atan2(im, width);
    return re > 0 ? -angle : angle;
  }
  const theta = w * time.period;
  if (atRest(root, time)) return Math.PI / 2 + theta / 2;
  // e^(j theta) - r is e^(j theta) (1 - r e^(-j theta)) within the circle, -r (1 - e^(j theta) / r) outside: neither passes 0.
  const inside = Math.hypot(re, im) <= 1;
  const angle = (t: number): number => {
    const [c, s] = [Math.cos(t), Math.sin(t)];
    if (inside) return t + Math.atan2(re * s - im * c, 1 - (re * c + im * s));
    const size = re * re + im * im;
    return Math.atan2((c * im - s * re) / size, 1 - (c * re + s * im) / size);
  };
  return angle(theta) - angle(0);
}
