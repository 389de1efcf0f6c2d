/**
 * Whether a loop closed with negative feedback is stable: by its poles, and behind dead time by counting the pairs that cross the axis
 * as the dead time grows from none. They cross where the loop's gain is 1, which dead time does not move: to the right where the gain
 * falls, to the left where it rises. Cooke & van den Driessche (1986); Walton & Marshall (1987).
 */
import { Matrix } from "ml-matrix";
import { absorbDelay, type Delayed, wholeSamples } from "../lti/delay.ts";
import { feedback } from "../lti/interconnect.ts";
import { gain } from "../lti/model.ts";
import { pole } from "../lti/pole.ts";
import { type Lti, ss } from "../lti/ss.ts";
import { growth } from "../lti/stability.ts";
import type { StateSpace } from "../lti/stateSpace.ts";

/** Where the loop's gain is 1. */
export interface Crossover {
  /** rad/s */
  readonly frequency: number;
  /** Of the loop with its dead time, degrees from -1, above -180 to 180. */
  readonly phase: number;
  /** Whether its gain rises there. */
  readonly rising: boolean;
}

/** Of one input and output. `crossovers` are all of them; undefined where dead time inside, or between samples, leaves it open. */
export function stableClosed(loop: Lti | Delayed, crossovers: readonly Crossover[]): boolean | undefined {
  if (!("internal" in loop)) return decays(ss(loop));
  const { system, input, output, internal } = loop;
  const { time } = system;
  const times = [...input, ...output, ...internal];
  if (times.every((t) => t === 0) || time.kind === "discrete") {
    if (time.kind === "continuous") return internal.length === 0 ? decays(system) : undefined;
    if (times.some((t) => wholeSamples(t, time.period) === undefined)) return undefined;
    const whole = absorbDelay(loop);
    return whole.ok && decays(whole.system);
  }
  if (internal.length > 0) return undefined;
  // A chain of poles without end, on the right where the direct path is as strong as what it feeds back.
  if (Math.abs(system.D.get(0, 0)) >= 1) return false;
  const closed = closedPoles(system);
  if (!closed) return undefined;
  const size = Math.max(1e-300, ...closed.map(([re, im]) => Math.hypot(re, im)));
  if (closed.some(([re]) => Math.abs(re) <= 1e-9 * size)) return undefined;
  const dead = times.reduce((sum, t) => sum + t, 0);
  const growing = crossovers.reduce(
    (count, { frequency, phase, rising }) => {
      const left = phase / 360;
      const crossed = Math.ceil(left + (frequency * dead) / (2 * Math.PI)) - Math.ceil(left);
      return count + (rising ? -2 : 2) * crossed;
    },
    closed.filter(([re]) => re > 0).length,
  );
  return growing === 0;
}

function closedPoles(loop: StateSpace): ReturnType<typeof pole> | undefined {
  const closed = feedback(loop, gain(new Matrix([[1]]), loop.time));
  return closed.ok ? pole(closed.system) : undefined;
}

function decays(loop: StateSpace): boolean {
  return closedPoles(loop)?.every((p) => growth(p, loop.time) < 0) ?? false;
}
