/**
 * Controllers that sample a continuous plant, from what is wanted of the plant in continuous time. Franklin, Powell & Workman, "Digital
 * Control of Dynamic Systems", 9.
 */
import { c2d } from "../lti/c2d.ts";
import { type Lti, ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { matrixOf } from "../math/blocks.ts";
import type { MatrixLike } from "../math/dense.ts";
import { type EstimatorOutcome, kalman } from "./kalman.ts";
import { lqg, type LqgOutcome, type LqgWeights } from "./lqg.ts";
import { sampledCost, sampledMean, sampledNoise } from "./sampledWeights.ts";

/**
 * The Kalman filter, every period (s), of a continuous model with white noise of intensity W n x n on its states and V p x p on its
 * outputs, of which a sample takes the mean over a period. As `kalman` of the sampled model.
 */
export function kalmd(model: Lti, W: MatrixLike, V: MatrixLike, period: number): EstimatorOutcome {
  const plant = continuous(model);
  return kalman(sampled(plant, period), sampledNoise(plant.A, matrixOf(W), period), sampledMean(V, period));
}

/** The regulator and the filter of both, every period (s), for weights and noise of the continuous model. */
export function lqgd(model: Lti, { Q, R, N, W, V }: LqgWeights, period: number): LqgOutcome {
  const plant = continuous(model);
  const cost = sampledCost(plant.A, plant.B, matrixOf(Q), matrixOf(R), period, N && matrixOf(N));
  const noise = { W: sampledNoise(plant.A, matrixOf(W), period), V: sampledMean(V, period) };
  return lqg(sampled(plant, period), { ...cost, ...noise });
}

/** By a zero-order hold. */
export function sampled(plant: StateSpace, period: number): StateSpace {
  const found = c2d(plant, period);
  if (!found.ok) throw new Error(`A zero-order hold refuses nothing, yet ${found.code}`);
  return found.system;
}

function continuous(model: Lti): StateSpace {
  const plant = ss(model);
  if (plant.time.kind !== "continuous") throw new RangeError("The model is discrete already");
  return plant;
}
