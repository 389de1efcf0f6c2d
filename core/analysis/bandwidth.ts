/** How far up a system follows: the first frequency at which its gain has fallen by so much below the gain at rest. */
import { Matrix } from "ml-matrix";
import { dcgain } from "../lti/dcgain.ts";
import type { Delayed } from "../lti/delay.ts";
import { series } from "../lti/interconnect.ts";
import { gain } from "../lti/model.ts";
import { type Lti, ss } from "../lti/ss.ts";
import { changes } from "./changes.ts";
import { partings } from "./crossings.ts";
import { dynamics } from "./dynamics.ts";
import { grid } from "./grid.ts";
import { nyquistFrequency, responder } from "./response.ts";

export type Bandwidth =
  | {
      readonly ok: true;
      /** rad/s */
      readonly frequency: number;
      /** The gain at rest, signed, below which it lies. */
      readonly rest: number;
    }
  /** The gain at rest is 0, infinite or not known. */
  | { readonly ok: false; readonly code: "NO_REST"; readonly rest: number }
  /** The gain never falls so far; `last` is the frequency up to which it was looked for: Infinity, or that of Nyquist. */
  | { readonly ok: false; readonly code: "NEVER_FALLS"; readonly rest: number; readonly last: number };

/** dropDb is negative. Throws a RangeError where it is not, or where there is more than one input or output. */
export function bandwidth(model: Lti | Delayed, dropDb = -3): Bandwidth {
  if (!(dropDb < 0) || dropDb === Number.NEGATIVE_INFINITY)
    throw new RangeError(`A fall in dB is negative, not ${dropDb}`);
  const { time, inputs, outputs, at } = responder(model);
  if (inputs !== 1 || outputs !== 1) throw new RangeError("A bandwidth is of one input and one output");
  const [re, im] = [new Float64Array(1), new Float64Array(1)];
  const size = (w: number): number => {
    at(w, re, im);
    return Math.hypot(re[0]!, im[0]!);
  };
  // Dead time at the ends changes no gain.
  const plain = !("internal" in model) ? ss(model) : model.internal.length === 0 ? model.system : undefined;
  const rest = plain ? dcgain(plain).get(0, 0) : (at(0, re, im), re[0]!);
  if (!Number.isFinite(rest) || rest === 0) return { ok: false, code: "NO_REST", rest };
  const level = Math.abs(rest) * 10 ** (dropDb / 20);
  const last = nyquistFrequency(time);
  const parted = plain ? partings(series(plain, gain(new Matrix([[1 / level]]), time)), "gain") : [];
  const points = [...grid(dynamics(model)), ...parted].filter((w) => w > 0 && w < last);
  if (last < Number.POSITIVE_INFINITY) points.push(last);
  const [first] = changes((w) => Math.log(size(w) / level), Float64Array.from(points).sort());
  return first ? { ok: true, frequency: first.at, rest } : { ok: false, code: "NEVER_FALLS", rest, last };
}
