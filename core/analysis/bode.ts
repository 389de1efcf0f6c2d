/** Views of frequency responses: Bode, Nyquist and Nichols. Without frequencies, at those that suit the dynamics. */
import type { Delayed } from "../lti/delay.ts";
import type { Lti } from "../lti/ss.ts";
import { type Dynamics, dynamics } from "./dynamics.ts";
import { type FrequencyResponse, responses } from "./freqresp.ts";
import { grid } from "./grid.ts";
import { followed, phase } from "./phase.ts";
import { responder } from "./response.ts";

/** Curves by output and input. */
export interface Bode {
  /** rad/s */
  readonly frequencies: Float64Array;
  /** Not in decibels. */
  readonly magnitude: readonly (readonly Float64Array[])[];
  /** Degrees, without jumps. */
  readonly phase: readonly (readonly Float64Array[])[];
}

/** Curves by output and input, for a Nichols chart. */
export interface Nichols {
  /** rad/s */
  readonly frequencies: Float64Array;
  readonly decibels: readonly (readonly Float64Array[])[];
  /** Degrees, without jumps. */
  readonly phase: readonly (readonly Float64Array[])[];
}

/** Magnitude and phase; a discrete system's up to its Nyquist frequency. `paths`: the model's dynamics, where they are known. */
export function bode(model: Lti | Delayed, frequencies?: ArrayLike<number>, paths: Dynamics = dynamics(model)): Bode {
  const response = of(model, paths, frequencies);
  const { re, im } = response;
  const magnitude = re.map((row, i) => row.map((curve, j) => curve.map((a, k) => Math.hypot(a, im[i]![j]![k]!))));
  return { frequencies: response.frequencies, magnitude, phase: phases(model, response, paths) };
}

/** The curve of positive frequencies; that of negative ones is its mirror image. */
export function nyquist(model: Lti | Delayed, frequencies?: ArrayLike<number>, paths?: Dynamics): FrequencyResponse {
  if (frequencies) return responses(responder(model), Float64Array.from(frequencies));
  return of(model, paths ?? dynamics(model));
}

export function nichols(model: Lti | Delayed, frequencies?: ArrayLike<number>, paths?: Dynamics): Nichols {
  const { frequencies: at, magnitude, phase } = bode(model, frequencies, paths);
  const decibels = magnitude.map((row) => row.map((curve) => curve.map((size) => 20 * Math.log10(size))));
  return { frequencies: at, decibels, phase };
}

function of(model: Lti | Delayed, paths: Dynamics, frequencies?: ArrayLike<number>): FrequencyResponse {
  return responses(responder(model), frequencies ? Float64Array.from(frequencies) : grid(paths));
}

function phases(model: Lti | Delayed, { frequencies, re, im }: FrequencyResponse, own: Dynamics): Float64Array[][] {
  const { paths, internal, time } = own;
  const power = internal.length > 0 ? powersAtRest(model, own) : undefined;
  return re.map((row, i) =>
    row.map((a, j) => {
      const b = im[i]![j]!;
      return power ? followed(a, b, power(i, j)) : phase(paths[i]![j]!, time, frequencies, a, b);
    }),
  );
}

/** Of the frequency that each response goes with where it is low; dead time inside leaves no zeros and poles to count. */
function powersAtRest(model: Lti | Delayed, own: Dynamics): (i: number, j: number) => number {
  const low = grid(own)[0]! / 10;
  const { re, im } = responses(responder(model), Float64Array.of(low, 2 * low));
  return (i, j) => {
    const size = (k: number): number => Math.hypot(re[i]![j]![k]!, im[i]![j]![k]!);
    const power = Math.round(Math.log2(size(1) / size(0)));
    return Number.isFinite(power) ? power : 0;
  };
}
