/** Frequency responses as they are, and what other views of them are made from. */
import type { Delayed } from "../lti/delay.ts";
import type { Lti } from "../lti/ss.ts";
import { type Responder, responder } from "./response.ts";

/** Curves by output and input: re[output][input][k] at frequencies[k]. */
export interface FrequencyResponse {
  /** rad/s */
  readonly frequencies: Float64Array;
  readonly re: readonly (readonly Float64Array[])[];
  readonly im: readonly (readonly Float64Array[])[];
}

/** H(jw), or H(e^(jwT)), at frequencies in rad/s; delays exactly. NaN where a pole lies at a frequency. */
export function freqresp(model: Lti | Delayed, frequencies: ArrayLike<number>): FrequencyResponse {
  return responses(responder(model), Float64Array.from(frequencies));
}

export function responses({ outputs, inputs, at }: Responder, frequencies: Float64Array): FrequencyResponse {
  const curves = (): Float64Array[][] =>
    Array.from({ length: outputs }, () => Array.from({ length: inputs }, () => new Float64Array(frequencies.length)));
  const [re, im] = [curves(), curves()];
  const a = new Float64Array(outputs * inputs);
  const b = new Float64Array(outputs * inputs);
  frequencies.forEach((w, k) => {
    at(w, a, b);
    for (let i = 0; i < outputs; i++) {
      for (let j = 0; j < inputs; j++) {
        re[i]![j]![k] = a[i * inputs + j]!;
        im[i]![j]![k] = b[i * inputs + j]!;
      }
    }
  });
  return { frequencies, re, im };
}
