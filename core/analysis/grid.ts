/** Frequencies at which a response is worth drawing: equal steps of the phase of every pole and zero, and of the logarithm between. */
import { type Complex, logarithm } from "../math/complex.ts";
import type { Dynamics } from "./dynamics.ts";
import { nyquistFrequency } from "./response.ts";

/** Steps of the phase that one root turns, in degrees. */
const step = 5;
const perDecade = 40;

const tangents: readonly number[] = Array.from({ length: 180 / step - 1 }, (_, k) =>
  Math.tan((((k + 1) * step - 90) * Math.PI) / 180),
);

/** Curves and margins of one system ask for the same. */
const grids = new WeakMap<Dynamics, Float64Array>();

/** Rising, in rad/s: a decade and a half around all that bends; the last of a discrete system is its Nyquist frequency. */
export function grid(of: Dynamics): Float64Array {
  const known = grids.get(of) ?? gridOf(of);
  grids.set(of, known);
  return known;
}

function gridOf({ time, paths, internal }: Dynamics): Float64Array {
  const all = paths.flat().flatMap(({ zeros, poles }) => [...zeros, ...poles]);
  // In the s plane, where a frequency and a width mean something; roots at z = 0 do not bend.
  const roots =
    time.kind === "continuous"
      ? all
      : all
          .filter(([a, b]) => Math.hypot(a, b) > 1e-12)
          .map((z): Complex => {
            const [re, im] = logarithm(z);
            return [re / time.period, im / time.period];
          });
  const last = nyquistFrequency(time);
  const sizes = roots.map(([re, im]) => Math.hypot(re, im));
  const largest = Math.max(0, ...sizes);
  const delays = [...internal, ...paths.flat().map(({ delay }) => delay)].filter((t) => t > 0);
  // A sampled system with more poles than zeros turns as dead time of a period for each.
  const excess = Math.max(0, ...paths.flat().map(({ zeros, poles }) => poles.length - zeros.length));
  const samples = time.kind === "discrete" ? excess * time.period : 0;
  const bends = [...sizes.filter((w) => w > 1e-9 * largest), ...delays.map((t) => 1 / t)];
  if (excess > 1 && samples > 0) bends.push(1 / samples);
  const base = last < Number.POSITIVE_INFINITY ? last : 1;
  const low = Math.min(...(bends.length > 0 ? bends : [base]), base === last ? last : Number.POSITIVE_INFINITY);
  const high = Math.max(...(bends.length > 0 ? bends : [base]));
  const from = low / 10 ** 1.5;
  const to = Math.min(high * 10 ** 1.5, last);
  const points: number[] = [from, to];
  const add = (w: number): void => {
    if (w > from && w < to) points.push(w);
  };
  const decades = Math.log10(to / from);
  const count = Math.ceil(decades * perDecade);
  for (let k = 1; k < count; k++) add(from * 10 ** ((decades * k) / count));
  for (const [re, im] of distinct(roots)) {
    if (im < 0) continue;
    // A root on the axis has no width: it is approached by decades instead.
    const width = Math.max(Math.abs(re), 1e-9 * im);
    for (const tangent of tangents) add(im + width * tangent);
    if (Math.abs(re) < 0.02 * im)
      for (let away = 2 * width; away < im; away *= 1.3) {
        add(im - away);
        add(im + away);
      }
  }
  const longest = delays.reduce((sum, t) => sum + t, 0) + samples;
  if (longest > 0) {
    const stride = (4 * step * Math.PI) / 180 / longest;
    for (let w = stride, k = 0; w < to && k < 1000; w += stride, k++) add(w);
  }
  const sorted = Float64Array.from(points).sort();
  // The last stays as it is: the Nyquist frequency is one.
  return sorted.filter((w, i) => i === sorted.length - 1 || sorted[i + 1]! - w > 1e-12 * w);
}

function distinct(roots: readonly Complex[]): readonly Complex[] {
  return [...new Map(roots.map((r) => [`${r[0].toPrecision(3)} ${r[1].toPrecision(8)}`, r])).values()];
}
