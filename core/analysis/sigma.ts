/** Singular values of a frequency response. */
import type { Delayed } from "../lti/delay.ts";
import type { Lti } from "../lti/ss.ts";
import { dynamics } from "./dynamics.ts";
import { grid } from "./grid.ts";
import { responder } from "./response.ts";
import { singularValues } from "./singularValues.ts";

export interface Sigma {
  /** rad/s */
  readonly frequencies: Float64Array;
  /** The largest at all frequencies first: as many curves as the smaller of inputs and outputs. */
  readonly values: readonly Float64Array[];
}

/** Without frequencies, at those that suit the dynamics. */
export function sigma(model: Lti | Delayed, frequencies?: ArrayLike<number>): Sigma {
  const { outputs, inputs, at } = responder(model);
  const points = frequencies ? Float64Array.from(frequencies) : grid(dynamics(model));
  const values = Array.from({ length: Math.min(outputs, inputs) }, () => new Float64Array(points.length));
  const re = new Float64Array(outputs * inputs);
  const im = new Float64Array(outputs * inputs);
  points.forEach((w, k) => {
    at(w, re, im);
    singularValues(re, im, outputs, inputs).forEach((value, i) => (values[i]![k] = value));
  });
  return { frequencies: points, values };
}
