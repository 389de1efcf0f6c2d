/** A controller and a plant with one input and one output, one after the other: the loop that margins are of. */
import { Matrix } from "ml-matrix";
import { type Delayed, interconnectDelayed } from "../lti/delay.ts";
import { type Dynamics, dynamics } from "../analysis/dynamics.ts";
import { responder } from "../analysis/response.ts";
import { series } from "../lti/interconnect.ts";
import { gain, timeBase } from "../lti/model.ts";
import { type Lti, ss } from "../lti/ss.ts";

export function openLoop(controller: Lti, plant: Lti | Delayed): Lti | Delayed {
  if (!("internal" in plant)) return series(controller, plant);
  // Dead time at the ends stays there, where stability behind it can be told.
  if (plant.internal.length === 0) return { ...plant, system: series(controller, plant.system) };
  const K = [
    [0, 0],
    [1, 0],
  ];
  const joined = interconnectDelayed([ss(controller), plant], K, [[1], [0]], [[0, 1]]);
  if (!joined.ok) throw new Error("A loop where none can be");
  return joined.model;
}

/** Throws a RangeError where there is more than one input or output; its sample period, undefined for a continuous one. */
export function periodOf(plant: Lti | Delayed): number | undefined {
  const late = "internal" in plant ? plant : undefined;
  const { u, y, time } = late ? late.system : ss(plant as Lti);
  const [inputs, outputs] = [late?.input.length ?? u.length, late?.output.length ?? y.length];
  if (inputs !== 1 || outputs !== 1) throw new RangeError("The plant must have one input and one output");
  return time.kind === "discrete" ? time.period : undefined;
}

/** The plant under a proportional controller. */
export function scaled(plant: Lti | Delayed, factor: number): Lti | Delayed {
  return openLoop(gain(new Matrix([[factor]]), timeBase(periodOf(plant))), plant);
}

/** The plant's response at one frequency in rad/s, turned by 180 degrees where its gain is negative. */
export interface PlantResponse {
  /** -1 where the gain is negative, poles that grow counted as if they decayed: 1/(s - 1) wants a controller above 0. */
  readonly sign: 1 | -1;
  readonly size: number;
  /** Degrees, of sign times the response. */
  readonly angle: number;
}

/** `own`: the plant's dynamics. */
export function responseOf(
  plant: Lti | Delayed,
  own: Dynamics = dynamics(plant),
): (frequency: number) => PlantResponse {
  const { paths, time } = own;
  const { zeros, gain: lead } = paths[0]![0]!;
  const border = time.kind === "continuous" ? 0 : 1;
  const flips = zeros.filter(([re, im]) => im === 0 && re > border).length + (lead < 0 ? 1 : 0);
  const sign = flips % 2 === 0 ? 1 : -1;
  const { at } = responder(plant);
  const [re, im] = [new Float64Array(1), new Float64Array(1)];
  return (frequency) => {
    at(frequency, re, im);
    const [a, b] = [sign * re[0]!, sign * im[0]!];
    return { sign, size: Math.hypot(a, b), angle: (Math.atan2(b, a) * 180) / Math.PI };
  };
}

/** Above -180 to 180 degrees. */
export function turned(angle: number): number {
  return angle - 360 * Math.ceil((angle - 180) / 360);
}
