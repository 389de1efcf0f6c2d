/**
 * Stability margins of a loop closed with negative feedback: every crossing, by sign changes between frequencies that part the
 * solutions of the crossing equations (crossings.ts) and lie close where the loop bends.
 */
import { type Delayed } from "../lti/delay.ts";
import { type Lti, ss } from "../lti/ss.ts";
import { type Change, changes } from "./changes.ts";
import { type Crossover, stableClosed } from "./closedLoop.ts";
import { partings } from "./crossings.ts";
import { dynamics, type Dynamics } from "./dynamics.ts";
import { responses } from "./freqresp.ts";
import { grid } from "./grid.ts";
import { integrates } from "./phase.ts";
import { nyquistFrequency, responder } from "./response.ts";

export interface GainMargin {
  /** rad/s; 0 where the gain at rest is negative. */
  readonly frequency: number;
  /** The factor that takes the loop through -1: above 1 to raise, below 1 to lower the gain. */
  readonly gain: number;
}

export interface PhaseMargin {
  /** rad/s */
  readonly frequency: number;
  /** Degrees, above -180 to 180. */
  readonly phase: number;
  /** The smallest dead time in s that takes the loop through -1 at this frequency. */
  readonly delay: number;
}

export interface Margins {
  /** Rising frequencies. */
  readonly gains: readonly GainMargin[];
  readonly phases: readonly PhaseMargin[];
  /** Of the closed loop; undefined where dead time inside the loop leaves it open. */
  readonly stable: boolean | undefined;
}

/** All of them. `own`: the loop's dynamics. Throws a RangeError where there is more than one input or output. */
export function allmargin(loop: Lti | Delayed, own: Dynamics = dynamics(loop)): Margins {
  const along = pointsAlong(loop, own, ["gain", "phase"]);
  const crossovers = crossoversOf(along);
  const phases = crossovers.map(({ frequency, phase }): PhaseMargin => {
    const full = phase > 0 ? phase : phase + 360;
    return { frequency, phase, delay: ((full / 180) * Math.PI) / frequency };
  });
  return { gains: gainsOf(along, own), phases, stable: stableClosed(loop, crossovers) };
}

/** Those of the gain alone, as `allmargin` gives them. */
export const gainMargins = (loop: Lti | Delayed, own: Dynamics = dynamics(loop)): readonly GainMargin[] =>
  gainsOf(pointsAlong(loop, own, ["phase"]), own);

/** The loop's response where it bends, and between any two crossings. */
interface Along {
  /** Rising, rad/s. */
  readonly points: Float64Array;
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly last: number;
  readonly value: (w: number) => readonly [re: number, im: number];
}

/**
 * What parts crossings are eigenvalues of twice as many states. A loop of more has points by the thousand where it bends, and what crosses
 * twice between two of them is missed.
 */
const mostParted = 200;

function pointsAlong(loop: Lti | Delayed, own: Dynamics, kinds: readonly ("gain" | "phase")[]): Along {
  const response = responder(loop);
  const { time, inputs, outputs, at } = response;
  if (inputs !== 1 || outputs !== 1) throw new RangeError("Margins are of a loop with one input and one output");
  const last = nyquistFrequency(time);
  const parted = kinds.flatMap((kind) => {
    // Dead time at the ends turns the loop but changes no gain.
    const equation = !("internal" in loop)
      ? ss(loop)
      : kind === "gain" && loop.internal.length === 0
        ? loop.system
        : undefined;
    return !equation ? [] : equation.A.rows <= mostParted ? partings(equation, kind) : outskirts(grid(own));
  });
  const all = [...grid(own), ...parted].filter((w) => w > 0 && w < last);
  if (last < Number.POSITIVE_INFINITY) all.push(last);
  const points = Float64Array.from(all).sort();
  const { re, im } = responses(response, points);
  const [a, b] = [new Float64Array(1), new Float64Array(1)];
  return {
    points,
    re: re[0]![0]!,
    im: im[0]![0]!,
    last,
    value: (w) => {
      at(w, a, b);
      return [a[0]!, b[0]!];
    },
  };
}

/** Eight decades to either side of all that bends: what crosses there does so once. */
const outskirts = (bent: Float64Array): number[] =>
  Array.from({ length: 80 }, (_, k) => 10 ** ((k + 1) / 10)).flatMap((far) => [bent[0]! / far, bent.at(-1)! * far]);

const sine = (re: number, im: number): number => im / Math.hypot(re, im);
const logarithm = (re: number, im: number): number => Math.log(Math.hypot(re, im));

/** Where f of the response changes its sign. */
function changesOf({ points, re, im, value }: Along, f: (re: number, im: number) => number): readonly Change[] {
  return changes(
    (w) => f(...value(w)),
    points,
    re.map((a, k) => f(a, im[k]!)),
  );
}

function gainsOf(along: Along, { paths, time }: Dynamics): readonly GainMargin[] {
  const { last, value } = along;
  const gains: GainMargin[] = [];
  const close = ([a, b]: readonly [number, number]): boolean => Number.isFinite(a) && a < 0 && Math.abs(b) <= 1e-6 * -a;
  const rest = value(0);
  if (close(rest) && !integrates(paths[0]![0]!, time)) gains.push({ frequency: 0, gain: -1 / rest[0] });
  for (const { at: w } of changesOf(along, sine)) {
    const found = value(w);
    if (close(found)) gains.push({ frequency: w, gain: -1 / found[0] });
  }
  if (last < Number.POSITIVE_INFINITY && gains.at(-1)?.frequency !== last) {
    const found = value(last);
    if (close(found)) gains.push({ frequency: last, gain: -1 / found[0] });
  }
  return gains;
}

function crossoversOf(along: Along): readonly Crossover[] {
  return changesOf(along, logarithm).flatMap(({ at: w, rising }): Crossover[] => {
    const [a, b] = along.value(w);
    // An undamped pole or zero changes no sign of the logarithm but jumps over 0.
    if (!(Math.abs(Math.hypot(a, b) - 1) < 1e-3)) return [];
    return [{ frequency: w, phase: (Math.atan2(-b, -a) * 180) / Math.PI, rising }];
  });
}

export interface Margin {
  /** The gain margin nearest to 1, either way, and the phase margin nearest to 0; undefined where nothing crosses. */
  readonly gain: GainMargin | undefined;
  readonly phase: PhaseMargin | undefined;
  /** The smallest dead time that makes the loop unstable; undefined where none does, or where it is not known to be stable. */
  readonly delay: PhaseMargin | undefined;
  readonly stable: boolean | undefined;
}

export function margin(loop: Lti | Delayed): Margin {
  const { gains, phases, stable } = allmargin(loop);
  return {
    gain: least(gains, ({ gain }) => Math.abs(Math.log(gain))),
    phase: least(phases, ({ phase }) => Math.abs(phase)),
    delay: stable ? least(phases, ({ delay }) => delay) : undefined,
    stable,
  };
}

function least<T>(list: readonly T[], of: (one: T) => number): T | undefined {
  return list.reduce<T | undefined>((best, one) => (best && of(best) <= of(one) ? best : one), undefined);
}
