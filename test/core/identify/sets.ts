/** The reference set of identification, and records of random plants that its laws are tried on. */
import { lsim } from "../../../core/analysis/lsim.ts";
import { ss } from "../../../core/lti/ss.ts";
import type { StateSpace } from "../../../core/lti/stateSpace.ts";
import { uniform } from "../../../core/math/random.ts";
import { referenceCases, type Case, type Complex, type Rows } from "../math/reference.ts";

export interface Inputs {
  readonly kind: string;
  readonly order: number;
  readonly s: number;
  readonly na: number;
  readonly nb: number;
  readonly nk: number;
  readonly rows: number;
  readonly cols: number;
  readonly markov: readonly Rows[];
  readonly u: Rows | readonly number[];
  readonly y: Rows | readonly number[];
}
export interface Expected {
  readonly poles: { readonly re: readonly number[]; readonly im: readonly number[] };
  readonly markov: readonly Rows[];
  readonly hankel_sv: readonly number[];
  readonly order: number;
  readonly theta: readonly number[];
  readonly sse: number;
  readonly fit_peer: readonly number[];
  readonly [other: string]: unknown;
}

const all = referenceCases<Inputs, Expected>("sysid");
export const casesOf = (kind: string): [string, Case<Inputs, Expected>][] =>
  all.filter((one) => one.inputs.kind === kind).map((one) => [one.name, one]);

/** By channel. */
export const channels = (rows: Rows | readonly number[]): number[][] => {
  const list = rows.map((row) => (typeof row === "number" ? [row] : row));
  return list[0]!.map((_, j) => list.map((row) => row[j]!));
};
export const polesOf = ({ poles }: Expected): Complex[] => poles.re.map((re, i) => [re, poles.im[i]!]);

/** Random numbers of variance 1, by Box and Muller. */
export const normal = (seed: number, k: number): number =>
  Math.sqrt(-2 * Math.log(uniform(seed, 2 * k))) * Math.cos(2 * Math.PI * uniform(seed, 2 * k + 1));
export const noise = (seed: number, count: number, size = 1): Float64Array =>
  Float64Array.from({ length: count }, (_, k) => size * normal(seed, k));

/** A stable plant with poles on and off the real axis, two inputs, two outputs. */
export const plant: StateSpace = ss(
  [
    [0.8, 0.3, 0],
    [-0.3, 0.8, 0.1],
    [0, 0, 0.5],
  ],
  [
    [1, 0],
    [0.2, 0.5],
    [0, 1],
  ],
  [
    [1, 0, 0.3],
    [0, 1, -0.5],
  ],
  [
    [0, 0.1],
    [0, 0],
  ],
  0.5,
);

/** Of a plant under random inputs, with white noise on its outputs. */
export function record(system: StateSpace, count: number, seed: number, size = 0) {
  const u = system.u.map((_, j) => noise(seed + j, count));
  const y = lsim(system, u).y.map((values, i) => values.map((v, k) => v + size * normal(seed + 100 + i, k)));
  const period = system.time.kind === "discrete" ? system.time.period : 1;
  return { u, y, period };
}
