/**
 * What the continuous and the discrete zero-pole-gain block share: first- and second-order sections one after the other, so
 * that no polynomial is ever multiplied out. Poles stand in the sections as they were typed.
 */
import type { Expr } from "../expr/expr.ts";
import type { BlockAlgebra, Equations, Params, Rate, Signals } from "./block.ts";
import { each } from "./elements.ts";

/** `pole` is what a new block has. */
export const rootFields = <P extends string>(pole: P) =>
  ({
    zeros: { kind: "vector", label: "Real zeros", default: "[]", empty: true, help: "[] for none." },
    zeroPairs: {
      kind: "matrix",
      label: "Zero pairs",
      default: "[]",
      empty: true,
      help: "Complex ones: real and imaginary part of one of each pair, a row a pair. [-1, 2] is -1 ± 2j.",
    },
    poles: { kind: "vector", label: "Real poles", default: pole, empty: true, help: "[] for none." },
    polePairs: {
      kind: "matrix",
      label: "Pole pairs",
      default: "[]",
      empty: true,
      help: "Complex ones: real and imaginary part of one of each pair, a row a pair. [-1, 2; -3, 4] is four poles.",
    },
    gain: { kind: "real", label: "Gain k", default: "1" },
  }) as const satisfies Params;

type Pairs = readonly (readonly number[])[];
export interface Roots {
  readonly zeros: readonly number[];
  readonly zeroPairs: Pairs;
  readonly poles: readonly number[];
  readonly polePairs: Pairs;
  readonly gain: number;
}
/** How many there are of each: what decides which root goes into which section. */
interface Counts {
  readonly zeros: number;
  readonly zeroPairs: number;
  readonly poles: number;
  readonly polePairs: number;
}

export const countsOf = (roots: { readonly [K in keyof Counts]: { readonly length: number } }): Counts => ({
  zeros: roots.zeros.length,
  zeroPairs: roots.zeroPairs.length,
  poles: roots.poles.length,
  polePairs: roots.polePairs.length,
});

/** Which zeros a section takes: by their places in the lists. */
interface Section {
  readonly pair?: number;
  readonly reals: readonly number[];
  zeroPair?: number;
  zeros: number[];
}

export function rootsProblem({ zeros, zeroPairs, poles, polePairs }: Roots): string | undefined {
  for (const [what, pairs] of [
    ["zeros", zeroPairs],
    ["poles", polePairs],
  ] as const) {
    const cols = pairs[0]?.length ?? 2;
    if (cols !== 2) return `a pair of ${what} is its real and its imaginary part, in a row of 2 and not of ${cols}`;
    const flat = pairs.find(([, im]) => im === 0);
    if (flat) return `the pair of ${what} ${flat[0]}, 0 has no imaginary part: give it as two real ones`;
  }
  const [above, below] = [zeros.length + 2 * zeroPairs.length, poles.length + 2 * polePairs.length];
  return above > below
    ? `there must not be more zeros than poles (${above} > ${below}): that is not proper`
    : undefined;
}

export const orderOf = ({ poles, polePairs }: { poles: { length: number }; polePairs: { rows: number } }): number =>
  poles.length + 2 * polePairs.rows;

/** Zero pairs go to pole pairs first, then to two real poles; real zeros to what is left. */
function sections({ zeros, zeroPairs, poles, polePairs }: Counts): Section[] {
  const left = Math.max(0, zeroPairs - polePairs);
  // An odd zero among pole pairs may need its brother, and pairs of zeros need two real poles each.
  const joined = Math.min(left, Math.floor(poles / 2));
  const all: Section[] = [
    ...each(polePairs, (pair) => ({ pair, reals: [], zeros: [] })),
    ...each(joined, (i) => ({ reals: [2 * i, 2 * i + 1], zeros: [] })),
    ...each(poles - 2 * joined, (i) => ({ reals: [2 * joined + i], zeros: [] })),
  ];
  const wide = all.filter(({ pair, reals }) => pair !== undefined || reals.length === 2);
  each(zeroPairs, (i) => {
    const section = wide[i];
    if (section) section.zeroPair = i;
  });
  // Each real zero to the section with the most room left in proportion: single poles first.
  const open = [...all].reverse().filter(({ zeroPair }) => zeroPair === undefined);
  let next = 0;
  for (const section of open) {
    const room = section.pair === undefined ? section.reals.length : 2;
    while (section.zeros.length < room && next < zeros) section.zeros.push(next++);
  }
  return all;
}

/**
 * Numbers of the sections, one after the other. A section without zeros is scaled to pass constants as they are, in continuous
 * time; the product of those scales is made good in the gain.
 */
export function cascadeNumbers(roots: Roots, continuous: boolean): { numbers: number[]; gain: number[] } {
  const { zeros, zeroPairs, poles, polePairs } = roots;
  let gain = roots.gain;
  const numbers = sections(countsOf(roots)).flatMap((section): number[] => {
    const [zr = 0, zi = 0] = section.zeroPair === undefined ? [] : (zeroPairs[section.zeroPair] ?? []);
    const real = section.zeros.map((i) => zeros[i] ?? 0);
    const count = section.zeroPair === undefined ? real.length : 2;
    if (section.pair !== undefined) {
      const [re = 0, im = 0] = polePairs[section.pair] ?? [];
      const r = continuous ? Math.hypot(re, im) : 1;
      const cross = (im / r) * im;
      if (count === 0) {
        gain /= r * r;
        return [re, r, cross];
      }
      if (count === 1) {
        // (s - z) / q = (x1 + (re - z) x2 / r) / r
        gain /= r;
        return [re, r, cross, (re - (real[0] ?? 0)) / r];
      }
      const [z1 = 0, z2 = 0] = real;
      const sum = section.zeroPair === undefined ? re - z1 + (re - z2) : 2 * (re - zr);
      const product = section.zeroPair === undefined ? (re - z1) * (re - z2) : (re - zr) ** 2 + (zi - im) * (zi + im);
      return [re, r, cross, sum / r, (section.zeroPair === undefined ? product - im * im : product) / (r * r)];
    }
    const [p = 0, q = 0] = section.reals.map((i) => poles[i] ?? 0);
    if (section.reals.length === 2) {
      // (s - zr)^2 + zi^2 over (s - p)(s - q): 1 + c1 / (s - p) + c0 / ((s - p)(s - q))
      return [p, q, p + q - 2 * zr, (q - zr) ** 2 + zi * zi];
    }
    if (count === 1) return [p, p - (real[0] ?? 0)];
    const scale = continuous && p !== 0 ? Math.abs(p) : 1;
    gain /= scale;
    return [p, scale];
  });
  return { numbers, gain: [gain] };
}

export function cascadeEquations(m: BlockAlgebra, s: Signals, counts: Counts, period: Rate | null): Equations {
  const { numbers = [], gain = [] } = s.derived;
  const list = sections(counts);
  const degree = (section: Section): number => (section.zeroPair === undefined ? section.zeros.length : 2);
  const size = (section: Section): number => (section.pair === undefined ? section.reals.length : 2);
  const direct = list.every((section) => degree(section) === size(section));
  const [u = m.num(0)] = s.in["u"] ?? [];
  const x = s.state["x"] ?? [];
  let signal = direct ? m.sample(u, period) : u;
  let [at, state] = [0, 0];
  const take = (): Expr => numbers[at++] ?? m.num(0);
  const next: Expr[] = [];
  for (const section of list) {
    const count = degree(section);
    const [x1 = m.num(0), x2 = m.num(0)] = x.slice(state);
    state += size(section);
    if (section.pair !== undefined) {
      const [re, r, cross] = [take(), take(), take()];
      next.push(m.add(m.sub(m.mul(re, x1), m.mul(cross, x2)), m.mul(r, signal)), m.add(m.mul(r, x1), m.mul(re, x2)));
      if (count === 0) signal = x2;
      else if (count === 1) signal = m.add(x1, m.mul(take(), x2));
      else signal = m.add(m.add(signal, m.mul(take(), x1)), m.mul(take(), x2));
    } else if (section.reals.length === 2) {
      const [p, q] = [take(), take()];
      next.push(m.add(m.mul(p, x1), signal), m.add(m.mul(q, x2), x1));
      signal = m.add(m.add(signal, m.mul(take(), x1)), m.mul(take(), x2));
    } else if (count === 1) {
      next.push(m.add(m.mul(take(), x1), signal));
      signal = m.add(signal, m.mul(take(), x1));
    } else {
      next.push(m.add(m.mul(take(), x1), m.mul(take(), signal)));
      signal = x1;
    }
  }
  return { out: { y: [m.mul(gain[0] ?? 0, signal)] }, next: { x: next } };
}
