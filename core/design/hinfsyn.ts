/**
 * A controller that makes the H-infinity norm of the closed loop least, to a tolerance: gamma is found by bisection over the central
 * controllers of hinfController.ts. Discrete plants go through the bilinear transformation, which takes the unit circle to the axis
 * and so leaves the norm what it is: Glover (1984); Zhou, Doyle & Glover, "Robust and Optimal Control" (1996), 21.
 */
import { hinfnorm } from "../analysis/norm.ts";
import { bilinear, bilinearBack } from "../lti/bilinear.ts";
import { lft } from "../lti/interconnect.ts";
import type { Lti } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import {
  closeOver,
  controllerOf,
  directRanks,
  generalizedPlant,
  type GeneralizedPlant,
  refused,
  type Solved,
  type SynthesisRefusal,
} from "./generalizedPlant.ts";
import { h2syn } from "./h2syn.ts";
import { type GammaRefusal, normalizedPlant } from "./hinfController.ts";

export interface HinfOptions {
  /** A controller for this gamma, instead of the least. */
  readonly gamma?: number;
  /** Relative width at which the bracket of the least gamma is narrow enough; 1e-4 when absent. */
  readonly tolerance?: number;
  /** Where to look for the least gamma. */
  readonly range?: readonly [number, number];
}

export interface HinfSynthesis {
  readonly ok: true;
  /** From y to u, with positive feedback as `lft` closes it; of the order of P. */
  readonly K: StateSpace;
  /** From w to z: lft(P, K), stable. */
  readonly N: StateSpace;
  /** What the controller was made for: a bound of the norm of N. */
  readonly gamma: number;
  /** The norm of N, measured, and where it is reached, rad/s. */
  readonly norm: number;
  readonly frequency: number;
  /** At the first no controller was found, at the second there is one; both gamma where that was given. */
  readonly bracket: readonly [number, number];
  /** How many gammas were tried. */
  readonly bisections: number;
  /** Of the two equations at gamma; of a discrete plant, those of its bilinear transform. */
  readonly feedback: Solved;
  readonly estimator: Solved;
  /** Largest modulus of the eigenvalues of X Y over gamma^2, below 1. */
  readonly coupling: number;
}

export interface GammaTooSmall {
  readonly ok: false;
  /** No controller reaches the gamma that was asked for. */
  readonly code: "GAMMA_TOO_SMALL";
  /** What stands against it: `condition` as in hinfController.ts. */
  readonly condition: GammaRefusal["condition"];
  /** The least gamma lies between these. */
  readonly bracket: readonly [number, number];
  readonly message: string;
}

export type HinfOutcome =
  | HinfSynthesis
  | SynthesisRefusal
  | GammaTooSmall
  /** A discrete plant with this pole has no bilinear transform. */
  | { readonly ok: false; readonly code: "POLE_AT_INFINITY"; readonly pole: number; readonly message: string };

/**
 * For the generalized plant P whose last `nmeas` outputs are measured and whose last `ncon` inputs are controlled. Throws a RangeError
 * where no w or z is left, or where gamma, tolerance or range are not positive.
 */
export function hinfsyn(P: Lti, nmeas: number, ncon: number, options: HinfOptions = {}): HinfOutcome {
  const { gamma, tolerance = 1e-4, range } = options;
  for (const value of [gamma ?? 1, tolerance, range?.[1] ?? 1])
    if (!(value > 0) || !Number.isFinite(value)) throw new RangeError(`${value} is not positive`);
  const plant = generalizedPlant(P, nmeas, ncon);
  // Its assumptions are those of H2 design, and its norm is one that can be reached.
  const ranks = plant.time.kind === "continuous" ? directRanks(plant) : undefined;
  if (ranks) return ranks;
  const start = h2syn({ ...plant.P, D: withoutD11(plant) }, nmeas, ncon);
  if (!start.ok) return start;
  const first = lft(plant.P, start.K, ncon, nmeas);
  if (!first.ok)
    return refused("ILL_POSED", "The direct paths close a loop that determines nothing.", { size: first.rcond });
  const reached = hinfnorm(first.system).norm;
  const mapped = continuousPlant(plant);
  if (!mapped.ok) return mapped;
  const blocked = directRanks(mapped.plant);
  if (blocked) {
    const frequency = plant.time.kind === "discrete" ? Math.PI / plant.time.period : Number.POSITIVE_INFINITY;
    return refused("ZERO_ON_BORDER", "The zero -1 lies on the border of stability.", {
      eigenvalues: [[-1, 0]],
      frequency,
    });
  }
  const { least, at } = normalizedPlant(mapped.plant);
  let bisections = 0;
  let last: GammaRefusal["condition"] = "D11";
  const attempt = (value: number): Found | undefined => {
    bisections++;
    const tried = at(value);
    if (!tried.ok) {
      last = tried.condition;
      return undefined;
    }
    const { K: own, ...rest } = tried;
    const closed = closedWith(plant, mapped.plant, own);
    if (!closed) return undefined;
    const { norm, frequency, unstable } = hinfnorm(closed.N);
    if (unstable || !(norm <= value * (1 + 1e-6))) return undefined;
    return { ...rest, K: closed.K, N: closed.N, gamma: value, norm, frequency };
  };

  let low = Math.max(least, range?.[0] ?? 0);
  let high = range?.[1] ?? Math.max(reached, least) * (1 + 1e-6);
  let best = gamma === undefined ? undefined : attempt(gamma);
  if (gamma !== undefined && best) return { ...best, bracket: [gamma, gamma], bisections };
  if (gamma !== undefined) low = Math.max(low, gamma);
  const condition = last;
  high = Math.max(high, low * (1 + tolerance));
  best = attempt(high);
  for (let k = 0; !best && !range && k < 20; k++) {
    low = high;
    high *= 2;
    best = attempt(high);
  }
  if (!best && range) return tooSmall(range[1], last, [range[1], reached]);
  if (!best) return refused("INACCURATE", `Rounding leaves no controller up to gamma ${high}.`);
  // Where the least gamma is 0, no bracket is ever narrow: 1e-8 of where it began ends the search.
  const floor = 1e-8 * high;
  while (high > low * (1 + tolerance) && high > floor) {
    const middle = low >= high / 10 ? Math.sqrt(low * high) : high / 10;
    const found = attempt(middle);
    if (found) [best, high] = [found, middle];
    else low = middle;
  }
  if (gamma !== undefined) return tooSmall(gamma, condition, [low, high]);
  return { ...best, bracket: [low, high], bisections };
}

type Found = Omit<HinfSynthesis, "bracket" | "bisections">;

function tooSmall(
  gamma: number,
  condition: GammaRefusal["condition"],
  bracket: readonly [number, number],
): GammaTooSmall {
  const message = `No controller reaches ${gamma}: the least gamma lies between ${bracket[0]} and ${bracket[1]}.`;
  return { ok: false, code: "GAMMA_TOO_SMALL", condition, bracket, message };
}

function withoutD11({ P, D11 }: GeneralizedPlant): StateSpace["D"] {
  const D = P.D.clone();
  for (let i = 0; i < D11.rows; i++) for (let j = 0; j < D11.columns; j++) D.set(i, j, 0);
  return D;
}

function continuousPlant(
  plant: GeneralizedPlant,
): { readonly ok: true; readonly plant: GeneralizedPlant } | Extract<HinfOutcome, { code: "POLE_AT_INFINITY" }> {
  if (plant.time.kind === "continuous") return { ok: true, plant };
  const mapped = bilinearBack(plant.P, 0.5, 2);
  if (!mapped.ok) {
    const message = `The plant has a pole at ${mapped.pole}, which the bilinear transformation takes to infinity.`;
    return { ok: false, code: "POLE_AT_INFINITY", pole: mapped.pole, message };
  }
  const { A, B, C, D } = mapped;
  const continuous = { ...plant.P, A, B, C, D, time: { kind: "continuous" } } as const;
  return { ok: true, plant: generalizedPlant(continuous, plant.D22.rows, plant.D22.columns) };
}

/** The loop of the plant and the controller that was found for its transform and D22 = 0; undefined where there is none. */
function closedWith(plant: GeneralizedPlant, transform: GeneralizedPlant, own: StateSpace): Closed | undefined {
  const closed = closeOver(transform, own);
  if (!closed.ok) return undefined;
  if (plant.time.kind === "continuous") return closed;
  const { K: found } = closed;
  const mapped = bilinear(found, 0.5, 2);
  if (!mapped.ok) return undefined;
  const K = controllerOf(plant, mapped.A, mapped.B, mapped.C, mapped.D);
  const loop = lft(plant.P, K, plant.D22.columns, plant.D22.rows);
  return loop.ok ? { K, N: loop.system } : undefined;
}

type Closed = Pick<HinfSynthesis, "K" | "N">;
