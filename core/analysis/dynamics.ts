/** Poles, zeros and delays of every entry of a transfer matrix: where a response bends, and by how much its phase turns. */
import type { Complex } from "../math/complex.ts";
import type { Delayed } from "../lti/delay.ts";
import { single } from "../lti/single.ts";
import { type Lti, ss } from "../lti/ss.ts";
import type { TimeBase } from "../lti/stateSpace.ts";
import { entry } from "../lti/zpk.ts";

export interface Path {
  readonly zeros: readonly Complex[];
  readonly poles: readonly Complex[];
  readonly gain: number;
  /** s, from end to end. */
  readonly delay: number;
}

export interface Dynamics {
  readonly time: TimeBase;
  /** By output and input. */
  readonly paths: readonly (readonly Path[])[];
  /** Delays inside, through which a path has no finite number of poles. */
  readonly internal: readonly number[];
}

export function dynamics(model: Lti | Delayed): Dynamics {
  const late = "internal" in model ? model : undefined;
  const given = late ? late.system : ss(model as Lti);
  const outputs = late ? late.output : given.y.map(() => 0);
  const inputs = late ? late.input : given.u.map(() => 0);
  const paths = outputs.map((out, i) =>
    inputs.map((into, j): Path => ({ ...entry(single(given, i, j)), delay: out + into })),
  );
  return { time: given.time, paths, internal: late?.internal ?? [] };
}

/** Of two with one input and one output, one behind the other: nothing is cancelled. */
export function seriesDynamics(first: Dynamics, second: Dynamics): Dynamics {
  const [a, b] = [first.paths[0]![0]!, second.paths[0]![0]!];
  const path: Path = {
    zeros: [...a.zeros, ...b.zeros],
    poles: [...a.poles, ...b.poles],
    gain: a.gain * b.gain,
    delay: a.delay + b.delay,
  };
  return { time: second.time, paths: [[path]], internal: [...first.internal, ...second.internal] };
}

/**
 * Of S = 1 / (1 + L) and T = L / (1 + L) for a loop of one input and output: their zeros are L's poles and zeros, and they share the poles
 * of the closed loop. undefined where nothing comes back.
 */
export function closedDynamics(L: Dynamics, direct: number, poles: readonly Complex[]) {
  const open = L.paths[0]![0]!;
  if (open.gain === 0) return undefined;
  const closed = (zeros: readonly Complex[], gain: number): Dynamics => ({
    ...L,
    paths: [[{ zeros, poles, gain: gain / (1 + direct), delay: 0 }]],
  });
  return { S: closed(open.poles, 1), T: closed(open.zeros, open.gain) };
}
