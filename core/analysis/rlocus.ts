/**
 * Root locus: the poles of a loop with negative feedback as its gain grows. Roots of P(s) + k Z(s) with P and Z as products over poles and
 * zeros, never multiplied out, followed from gain to gain by simultaneous iteration. Ehrlich (1967), Aberth (1973).
 */
import { type Complex, minus, modulus, over, times } from "../math/complex.ts";
import type { Lti } from "../lti/ss.ts";
import type { TimeBase } from "../lti/stateSpace.ts";
import { type Dynamics, dynamics, type Path } from "./dynamics.ts";
import { grid } from "./grid.ts";
import { pointAt } from "./response.ts";

export interface RootLocus {
  readonly time: TimeBase;
  /** Rising, from 0 on unless they were given. */
  readonly gains: Float64Array;
  /** By branch, at each gain; a branch follows one root. Roots that lie at infinity are NaN. */
  readonly branches: readonly (readonly Complex[])[];
  readonly poles: readonly Complex[];
  readonly zeros: readonly Complex[];
}

const most = 500;

/**
 * Without gains: as many as it takes for smooth branches, 500 at most, from where poles have hardly moved to where they have all but
 * arrived. `own`: the loop's dynamics. Throws a RangeError where there is more than one input or output, or a gain is no number.
 */
export function rlocus(loop: Lti, gains?: ArrayLike<number>, own: Dynamics = dynamics(loop)): RootLocus {
  const { time, paths } = own;
  const [[path] = []] = paths;
  if (!path || paths.length !== 1 || paths[0]!.length !== 1)
    throw new RangeError("A root locus is of a loop with one input and one output");
  const { poles, zeros } = path;
  const follow = follower(path);
  const found: { readonly gain: number; readonly roots: readonly Complex[] }[] = [];
  if (gains) {
    let roots: readonly Complex[] = poles;
    for (const gain of Array.from(gains)) {
      if (!Number.isFinite(gain)) throw new RangeError(`A gain must be a number, not ${gain}`);
      roots = follow(gain, roots);
      found.push({ gain, roots });
    }
  } else found.push(...smooth(path, time, follow));
  return {
    time,
    gains: Float64Array.from(found, ({ gain }) => gain),
    branches: poles.map((_, b) => found.map(({ roots }) => roots[b]!)),
    poles,
    zeros,
  };
}

type Follow = (gain: number, from: readonly Complex[]) => readonly Complex[];

/** Gains in equal steps of their logarithm, halved where a root moves far on the picture that poles and zeros span. */
function smooth(
  path: Path,
  time: TimeBase,
  follow: Follow,
): readonly { readonly gain: number; readonly roots: readonly Complex[] }[] {
  const { poles, zeros } = path;
  const points = [...poles, ...zeros];
  const extent = Math.max(time.kind === "discrete" ? 1 : 0, ...points.map(modulus)) || 1;
  const far = 4 * extent;
  const stride = extent / 40;
  const sizes = sizesOf(path, time);
  if (sizes.length === 0) return [{ gain: 0, roots: poles }];
  const [low, high] = [1e-2 / Math.max(...sizes), 1e2 / Math.min(...sizes)];
  const start = { gain: 0, roots: poles };
  const first = { gain: low, roots: follow(low, poles) };
  const waiting: number[] = [];
  const steps = 60;
  for (let k = steps; k > 0; k--) waiting.push(low * (high / low) ** (k / steps));
  const found = [start, first];
  while (waiting.length > 0) {
    const last = found.at(-1)!;
    const gain = waiting.at(-1)!;
    const roots = follow(gain, last.roots);
    const moved = roots.reduce((longest, root, b) => {
      const before = last.roots[b]!;
      const seen = Math.min(modulus(root), modulus(before)) < far;
      return seen ? Math.max(longest, modulus(minus(root, before))) : longest;
    }, 0);
    if (moved > stride && found.length + waiting.length < most && gain > last.gain * (1 + 1e-6)) {
      waiting.push(Math.sqrt(gain * last.gain));
      continue;
    }
    waiting.pop();
    found.push({ gain, roots });
  }
  return found;
}

/** |L| where the response is worth drawing. */
function sizesOf({ poles, zeros, gain }: Path, time: TimeBase): readonly number[] {
  const path = { poles, zeros, gain, delay: 0 };
  const least = time.kind === "discrete" ? 0 : 1e-4 * Math.max(...[...poles, ...zeros].map(modulus));
  return [...grid({ time, paths: [[path]], internal: [] })].flatMap((w) => {
    // A zero at 0 that rounding has moved is none of its own.
    if (w < least) return [];
    const s = pointAt(w, time);
    const size =
      Math.abs(gain) *
      zeros.reduce((product, z) => product * modulus(minus(s, z)), 1) *
      poles.reduce((product, p) => product / modulus(minus(s, p)), 1);
    return size > 1e-100 && size < 1e100 ? [size] : [];
  });
}

/** The gain k >= 0 that brings a root nearest to s, and how far the angle of L(s) there is from 180 degrees. */
export function gainAt(
  { poles, zeros }: RootLocus,
  gain: number,
  s: Complex,
): { readonly gain: number; readonly off: number } {
  const product = (roots: readonly Complex[]): Complex =>
    roots.reduce<Complex>((p, r) => times(p, minus(s, r)), [1, 0]);
  const [re, im] = over(times([gain, 0], product(zeros)), product(poles));
  const angle = (Math.atan2(im, re) * 180) / Math.PI;
  return { gain: 1 / Math.hypot(re, im), off: Math.abs(angle) - 180 };
}

/** From roots at one gain to those at another, each to the root that its iteration finds. */
function follower({ poles, zeros, gain }: Path): Follow {
  const n = poles.length;
  const size = Math.max(1e-300, ...poles.map(modulus), ...zeros.map(modulus));
  // A power of 2, by which nothing is rounded.
  const unit = 2 ** Math.min(Math.max(Math.floor(Math.log2(size)), -1000), 1000);
  const inUnits = (roots: readonly Complex[]): Float64Array =>
    Float64Array.from(roots.flatMap(([re, im]) => [re / unit, im / unit]));
  const [ends, starts] = [inUnits(zeros), inUnits(poles)];
  // Values and derivatives of both products at once, without a division by what may be 0.
  const value = new Float64Array(4);
  const product = (roots: Float64Array, a: number, b: number): void => {
    let pr = 1;
    let pi = 0;
    let dr = 0;
    let di = 0;
    for (let i = 0; i < roots.length; i += 2) {
      const x = a - roots[i]!;
      const y = b - roots[i + 1]!;
      const held = dr * x - di * y + pr;
      di = dr * y + di * x + pi;
      dr = held;
      const real = pr * x - pi * y;
      pi = pr * y + pi * x;
      pr = real;
    }
    value[0] = pr;
    value[1] = pi;
    value[2] = dr;
    value[3] = di;
  };
  return (k, from) => {
    if (k === 0) return poles;
    const factor = k * gain * unit ** (zeros.length - n);
    const x = Float64Array.from(from, ([re]) => re);
    const y = Float64Array.from(from, ([, im]) => im);
    // Real numbers never leave the axis by themselves, nor imaginary ones theirs where all is symmetric about it; pairs never reach it,
    // and roots in one place never part: a nudge for those.
    const near = (1e-4 * size) ** 2;
    for (let i = 0; i < n; i++) {
      let alone = Math.abs(y[i]!) > 0.1 * size && Math.abs(x[i]!) > 1e-6 * size;
      for (let j = 0; alone && j < n; j++) alone = j === i || (x[i]! - x[j]!) ** 2 + (y[i]! - y[j]!) ** 2 > near;
      if (alone) continue;
      const angle = 1 + 2.4 * i;
      x[i]! += 1e-5 * size * Math.cos(angle);
      y[i]! += 1e-5 * size * Math.sin(angle);
    }
    const least = (1e-3 * size) ** 2;
    const settled = new Uint8Array(n);
    for (let round = 0; round < 300; round++) {
      let moving = false;
      for (let i = 0; i < n; i++) {
        if (settled[i] === 1) continue;
        product(starts, x[i]! / unit, y[i]! / unit);
        const pr = value[0]!;
        const pi = value[1]!;
        const dpr = value[2]!;
        const dpi = value[3]!;
        product(ends, x[i]! / unit, y[i]! / unit);
        const fr = pr + factor * value[0]!;
        const fi = pi + factor * value[1]!;
        let cr = 0;
        let ci = 0;
        for (let j = 0; j < n; j++) {
          const a = x[i]! - x[j]!;
          const b = y[i]! - y[j]!;
          const square = a * a + b * b;
          if (square === 0) continue;
          cr += a / square;
          ci -= b / square;
        }
        // f / (f' - f times the sum over the other roots)
        const br = (dpr + factor * value[2]!) / unit - (fr * cr - fi * ci);
        const bi = (dpi + factor * value[3]!) / unit - (fr * ci + fi * cr);
        const square = br * br + bi * bi;
        const a = (fr * br + fi * bi) / square;
        const b = (fi * br - fr * bi) / square;
        if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
        x[i]! -= a;
        y[i]! -= b;
        // Each round cubes what is left.
        if (a * a + b * b < 1e-12 * Math.max(x[i]! ** 2 + y[i]! ** 2, least)) settled[i] = 1;
        else moving = true;
      }
      if (!moving) break;
    }
    return Array.from(x, (re, i): Complex => [
      re,
      Math.abs(y[i]!) < 1e-12 * Math.max(Math.abs(re), 1e-3 * size) ? 0 : y[i]!,
    ]);
  };
}
