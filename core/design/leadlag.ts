/**
 * Lead and lag compensators K (T1 s + 1)/(T2 s + 1) by phase margin, as the Lead-Lag block has them: with the crossover, with the gain at
 * rest, or with both. Where textbooks allow for a few degrees and try again, the one equation that is left is solved.
 */
import { changes } from "../analysis/changes.ts";
import { dynamics } from "../analysis/dynamics.ts";
import { grid } from "../analysis/grid.ts";
import { allmargin, type Margins } from "../analysis/margin.ts";
import { responder } from "../analysis/response.ts";
import type { Delayed } from "../lti/delay.ts";
import type { Lti } from "../lti/ss.ts";
import { tf } from "../lti/tf.ts";
import { openLoop, periodOf, type PlantResponse, responseOf, turned } from "./openLoop.ts";

export interface LeadLagOptions {
  /** Degrees. */
  readonly phaseMargin: number;
  /** rad/s, at which the loop's gain shall be 1. */
  readonly crossover?: number;
  /** Of the compensator at rest, as a size: the error constant that is wanted over the plant's. */
  readonly gain?: number;
  /** With a gain and no crossover: which of both; lead when absent. */
  readonly kind?: "lead" | "lag";
}

export interface LeadLag {
  readonly ok: true;
  /** K, T1 and T2 in s; lead where T1 is above T2. */
  readonly gain: number;
  readonly lead: number;
  readonly lag: number;
  /** rad/s */
  readonly crossover: number;
  /** Of the loop with the compensator: all its crossings, and whether it is stable when closed. */
  readonly margins: Margins;
  /** Distance of the loop's response from what was asked at the crossover, where it has the size 1. */
  readonly residual: number;
}

export type LeadLagOutcome =
  | LeadLag
  /** One section does not turn so far: degrees that are wanted, those that it can give (ends excluded). */
  | {
      readonly ok: false;
      readonly code: "UNREACHABLE";
      readonly angle: number;
      readonly reachable: readonly [number, number];
    }
  /** With that gain at rest its gain at the crossover, in shares of it, would have to be another than the one that goes with the angle. */
  | {
      readonly ok: false;
      readonly code: "GAIN";
      readonly angle: number;
      readonly share: number;
      readonly reachable: readonly [number, number];
    }
  /** At no frequency does such a compensator with that gain give that margin. */
  | { readonly ok: false; readonly code: "NO_CROSSOVER" }
  /** The plant's gain at the crossover is 0 or infinite. */
  | { readonly ok: false; readonly code: "NO_RESPONSE"; readonly size: number };

const rad = Math.PI / 180;
/** A lag's zero stands this far below the crossover, where it costs 5.7 degrees. */
const below = 10;
/** T1/T2 either way: a wider section is a differentiator or an integrator in all but name. */
const widest = 1000;
/** Degrees, that a section of that width turns by at most. */
const turn = Math.asin((widest - 1) / (widest + 1)) / rad;

/**
 * For one input and one output, continuous, and negative feedback. With a crossover alone the section turns most there: T1/T2 = (1 +
 * sin a)/(1 - sin a), no more than 1000 or its inverse. Throws a RangeError for other plants and for neither crossover nor gain.
 */
export function leadlag(plant: Lti | Delayed, options: LeadLagOptions): LeadLagOutcome {
  const { phaseMargin, crossover, gain } = options;
  if (periodOf(plant) !== undefined) throw new RangeError("Lead and lag are designed for a continuous plant");
  if (crossover === undefined && gain === undefined) throw new RangeError("A crossover or a gain is needed");
  if (!((crossover ?? 1) > 0) || !((gain ?? 1) > 0)) throw new RangeError("Crossover and gain are above 0");
  const response = responseOf(plant);
  const found =
    crossover === undefined
      ? search(plant, response, gain!, options)
      : at(response(crossover), crossover, phaseMargin, gain);
  if ("ok" in found) return found;
  const loop = openLoop(compensator(found), plant);
  const [re, im] = [new Float64Array(1), new Float64Array(1)];
  responder(loop).at(found.crossover, re, im);
  const wanted = (phaseMargin - 180) * rad;
  const residual = Math.hypot(re[0]! - Math.cos(wanted), im[0]! - Math.sin(wanted));
  return { ok: true, ...found, margins: allmargin(loop), residual };
}

type Section = Pick<LeadLag, "gain" | "lead" | "lag" | "crossover">;

function compensator({ gain, lead, lag }: Section): Lti {
  return tf([gain * lead, gain], [lag, 1]);
}

function at(
  { sign, size, angle: own }: PlantResponse,
  w: number,
  phaseMargin: number,
  gain: number | undefined,
): Section | Extract<LeadLagOutcome, { ok: false }> {
  if (!(size > 0 && size < Number.POSITIVE_INFINITY)) return { ok: false, code: "NO_RESPONSE", size };
  const angle = turned(phaseMargin - 180 - own);
  const most = gain === undefined ? turn : 90;
  if (!(Math.abs(angle) < most)) return { ok: false, code: "UNREACHABLE", angle, reachable: [-most, most] };
  if (gain === undefined) {
    const root = Math.sqrt(ratio(angle));
    return { gain: sign / (size * root), lead: root / w, lag: 1 / (root * w), crossover: w };
  }
  // 1 + j w T1 = share e^(j angle) (1 + j w T2): real and imaginary part.
  const share = 1 / (gain * size);
  const [c, s] = [Math.cos(angle * rad), Math.sin(angle * rad)];
  const [lead, lag] = [(share - c) / s / w, (c - 1 / share) / s / w];
  if (!(lead > 0 && lag > 0)) {
    const reachable: readonly [number, number] = angle > 0 ? [1 / c, Number.POSITIVE_INFINITY] : [0, c];
    return { ok: false, code: "GAIN", angle, share, reachable };
  }
  return { gain: sign * gain, lead, lag, crossover: w };
}

/** T1/T2 of the section that turns by this at most. */
function ratio(angle: number): number {
  return (1 + Math.sin(angle * rad)) / (1 - Math.sin(angle * rad));
}

/** The frequency at which a section of that gain at rest, its place fixed to the crossover, makes it one. */
function search(
  plant: Lti | Delayed,
  response: (w: number) => PlantResponse,
  gain: number,
  { phaseMargin, kind = "lead" }: LeadLagOptions,
): Section | Extract<LeadLagOutcome, { ok: false }> {
  const ahead = Math.atan(below) / rad;
  const [least, most] = kind === "lead" ? [0, turn] : [ahead - Math.atan(below * widest) / rad, 0];
  const wanted = (w: number): number => turned(phaseMargin - 180 - response(w).angle);
  /** With its angle at w right, T1 w and T2 w. */
  const section = (angle: number): readonly [number, number] => {
    const root = Math.sqrt(ratio(angle));
    return kind === "lead" ? [root, 1 / root] : [below, Math.tan((ahead - angle) * rad)];
  };
  const excess = (w: number): number => {
    const angle = wanted(w);
    if (!(angle > least && angle < most)) return Number.NaN;
    const [lead, lag] = section(angle);
    return Math.log((gain * response(w).size * Math.hypot(1, lead)) / Math.hypot(1, lag));
  };
  // The angles that it can give may be passed between two points of the grid: their ends are points too.
  const points = grid(dynamics(plant));
  const ends = [least, most].flatMap((end) => changes((w) => wanted(w) - end, points).map((c) => c.at));
  const all = [...points, ...ends.flatMap((w) => [w * (1 - 1e-12), w * (1 + 1e-12)])];
  const places = changes(excess, Float64Array.from(all).sort())
    .map(({ at: w }) => w)
    .filter((w) => Math.abs(excess(w)) < 1e-9);
  const sections = places.map((w): Section => {
    const [lead, lag] = section(wanted(w));
    return { gain: response(w).sign * gain, lead: lead / w, lag: lag / w, crossover: w };
  });
  const stable = sections.find((one) => allmargin(openLoop(compensator(one), plant)).stable);
  return stable ?? sections[0] ?? { ok: false, code: "NO_CROSSOVER" };
}
