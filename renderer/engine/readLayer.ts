/**
 * A trained layer as A, B, C, D: Hankel values, poles and Bode, of fewer states where so many are asked for. Diagonal layers are read as modes,
 * whatever their number; others as full matrices.
 */
import { bode } from "../../core/analysis/bode.ts";
import { learnedSystem, modesOfLearned, systemOf } from "../../core/learn/readBack.ts";
import { readWeights, type Learned } from "../../core/learn/weightFile.ts";
import { balred } from "../../core/lti/balreal.ts";
import { hsvd } from "../../core/lti/gram.ts";
import { minreal } from "../../core/lti/minreal.ts";
import { balancedModes } from "../../core/lti/modal.ts";
import { pole } from "../../core/lti/pole.ts";
import type { StateSpace } from "../../core/lti/stateSpace.ts";
import type { LinearRead, TrainReply, TrainRequest } from "./trainProtocol.ts";

/** Of full matrices; beyond, what is below takes minutes. */
const mostStates = 120;

/** What moves, sees or drives nothing is left out; of a network a layer, and of channels on their own one of them, in the network's units. */
export function readLayer({
  text,
  layer = 0,
  channel = 0,
  order,
}: Extract<TrainRequest, { do: "read" }>): Extract<TrainReply, { kind: "read" }>["reply"] {
  const file = readWeights(text);
  if (!file.ok) return { ok: false, code: file.code };
  const { learned } = file;
  const { spec, period = 1 } = learned;
  const network = spec.form === "network";
  const apart = network && spec.kind !== "s5" && spec.kind !== "linear";
  const modes = modesOfLearned(learned, network ? layer : undefined, apart ? channel : undefined);
  if (modes && !modes.ok) return modes;
  const found = modes
    ? balancedModes(modes.modes, order)
    : full(learned, network ? layer : undefined, apart ? channel : undefined, order);
  if (!found.ok) return { ok: false, code: found.code };
  const { system } = found;
  const { A, B, C, D } = system;
  const read: LinearRead = {
    ...{ A: A.to2DArray(), B: B.to2DArray(), C: C.to2DArray(), D: D.to2DArray(), period },
    // What does not decay has none.
    hankel: found.unstable > 0 ? [] : found.hsv,
    ...curves(system, period),
    poles: pole(system).map(([re, im]) => [re, im] as const),
  };
  return { ok: true, ...read };
}

function full(learned: Learned, layer: number | undefined, channel: number | undefined, order: number | undefined) {
  const { spec, weights, period = 1 } = learned;
  const read = layer === undefined ? learnedSystem(learned) : systemOf(spec, weights, period, layer, channel);
  if (!read.ok) return read;
  if (read.system.A.rows > mostStates) return { ok: false, code: "TOO_LARGE" } as const;
  const least = minreal(read.system).system;
  const values = hsvd(least);
  const reduced = order !== undefined && order < least.A.rows ? balred(least, order) : undefined;
  if (reduced && !reduced.ok) return reduced;
  const hsv = values.ok ? values.hsv : [];
  return { ok: true, system: reduced?.system ?? least, hsv, unstable: 0 } as const;
}

/** From the first input to the first output, over the last three decades below half of the sampling frequency. */
function curves(system: StateSpace, period: number): Pick<LinearRead, "gain" | "phase"> {
  const x = Float64Array.from({ length: 200 }, (_, k) => (0.999 * Math.PI * 10 ** ((3 * k) / 199 - 3)) / period);
  const path: StateSpace = {
    ...system,
    B: system.B.subMatrixColumn([0]),
    C: system.C.subMatrixRow([0]),
    D: system.D.selection([0], [0]),
    u: system.u.slice(0, 1),
    y: system.y.slice(0, 1),
  };
  const { magnitude, phase } = bode(path, x);
  return { gain: { x, y: magnitude[0]![0]!.map((size) => 20 * Math.log10(size)) }, phase: { x, y: phase[0]![0]! } };
}
