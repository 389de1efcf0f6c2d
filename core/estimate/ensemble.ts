/**
 * Many Kalman filters over records of one length: each with its own measurements and, where wanted, its own start and model. Here on the CPU in
 * float64, one after the other; gpuEnsemble.ts does the same on a GPU, all at once.
 */
import { filterFlat } from "./kalmanFilter.ts";
import { type Dense, type FlatModel, flatModel, type LinearGaussian } from "./linearGaussian.ts";
import type { EstimateRefusal } from "./refusal.ts";

export interface Ensemble {
  /** One for all filters, or one for each, of the same sizes. */
  readonly model: LinearGaussian | readonly LinearGaussian[];
  readonly filters: number;
  readonly steps: number;
  /** filters x steps x p; NaN is a missing entry. */
  readonly y: Float64Array;
  /** steps x m: what drives all of them. */
  readonly u?: Dense;
  /** x[0] before y[0] of each filter, filters x n; that of its model where left out. */
  readonly x0?: Float64Array;
  /** Keep the estimate of every sample, or of the last alone. "all" by default. */
  readonly keep?: "all" | "last";
}

export interface EnsembleEstimate {
  readonly ok: true;
  readonly n: number;
  readonly p: number;
  /** x[k|k]: filters x steps x n, or filters x n where only the last is kept. */
  readonly x: Float64Array;
  /** L^-1 e as of Filtered, filters x steps x p; empty where only the last is kept. */
  readonly z: Float64Array;
  readonly loglik: Float64Array;
  /** Sums of the normalized innovations squared, and their degrees of freedom: the measurements that were there. */
  readonly nis: Float64Array;
  readonly dof: Float64Array;
}

/** ENSEMBLE_SIZE: more numbers than one array should hold; keep "last", or give fewer filters at a time. */
export type EnsembleRefusal =
  | (EstimateRefusal & { readonly filter: number })
  | {
      readonly ok: false;
      readonly code: "ENSEMBLE_SIZE";
      readonly numbers: number;
      readonly most: number;
      readonly message: string;
    };

/** Numbers that are kept, 2 GiB of them. */
const most = 2 ** 28;

/** Room for what is kept, or why there is none. Throws a RangeError where arrays do not fit one another. */
export function ensembleRoom(
  task: Ensemble,
):
  | { readonly models: readonly LinearGaussian[]; readonly blank: EnsembleEstimate }
  | Extract<EnsembleRefusal, { code: "ENSEMBLE_SIZE" }> {
  const { filters, steps, keep = "all" } = task;
  const models: readonly LinearGaussian[] = "A" in task.model ? [task.model] : task.model;
  const { n, p } = flatModel(models[0]!, [], task.u && []);
  if (models.length !== 1 && models.length !== filters)
    throw new RangeError(`${models.length} models for ${filters} filters`);
  if (task.y.length !== filters * steps * p)
    throw new RangeError(`y has ${task.y.length} numbers, not ${filters * steps * p}`);
  if (task.x0 && task.x0.length !== filters * n)
    throw new RangeError(`x0 has ${task.x0.length} numbers, not ${filters * n}`);
  const kept = keep === "all" ? steps : 1;
  const numbers = filters * kept * (keep === "all" ? n + p : n);
  if (numbers > most)
    return {
      ...{ ok: false, code: "ENSEMBLE_SIZE", numbers, most },
      message: `${numbers} numbers would be kept, at most ${most}: keep the last estimates alone, or take fewer filters at a time.`,
    };
  const each = () => new Float64Array(filters);
  const blank: EnsembleEstimate = {
    ...{ ok: true, n, p },
    x: new Float64Array(filters * kept * n),
    z: new Float64Array(keep === "all" ? filters * steps * p : 0),
    ...{ loglik: each(), nis: each(), dof: each() },
  };
  return { models, blank };
}

/** The model and record of one filter. */
export function memberOf(task: Ensemble, models: readonly LinearGaussian[], p: number, filter: number): FlatModel {
  const { steps, y, x0, u } = task;
  const size = steps * p;
  const own = { rows: steps, cols: p, data: y.subarray(filter * size, (filter + 1) * size) };
  const flat = flatModel(models.length === 1 ? models[0]! : models[filter]!, own, u);
  return x0 ? { ...flat, x0: x0.subarray(filter * flat.n, (filter + 1) * flat.n) } : flat;
}

/** Filters between two looks at how far it is. */
const look = 64;

/** Gives the part that is done, from 0 to 1. The first filter that comes to nothing ends it. */
export function* ensemble(task: Ensemble): Generator<number, EnsembleEstimate | EnsembleRefusal> {
  const room = ensembleRoom(task);
  if ("code" in room) return room;
  const { models, blank } = room;
  const { n, p, x, z, loglik, nis, dof } = blank;
  const { filters, steps, keep = "all" } = task;
  for (let f = 0; f < filters; f++) {
    const member = memberOf(task, models, p, f);
    const found = filterFlat(member, {});
    if (!found.ok) return { ...found, filter: f };
    if (keep === "all") {
      x.set(found.x, f * steps * n);
      z.set(found.z, f * steps * p);
    } else x.set(found.x.subarray((steps - 1) * n), f * n);
    loglik[f] = found.loglik;
    for (const one of found.z) {
      if (Number.isNaN(one)) continue;
      nis[f]! += one * one;
      dof[f]! += 1;
    }
    if ((f + 1) % look === 0) yield (f + 1) / filters;
  }
  return blank;
}
