/** An ensemble of Kalman filters on a GPU in float32, all of them at the same time. The reference is ensemble.ts. */
import type { GpuDevice } from "../gpu/device.ts";
import { kalmanLanes, planKalman } from "../gpu/kalmanPlan.ts";
import { stateWords } from "../gpu/kernels/kalman.ts";
import {
  ensemble,
  type Ensemble,
  type EnsembleEstimate,
  type EnsembleRefusal,
  ensembleRoom,
  memberOf,
} from "./ensemble.ts";
import {
  type Checked,
  closing,
  coarse,
  cutOut,
  driveOf,
  type Found,
  gapOf,
  type GpuFailed,
  imprecise,
  inTurn,
  isGpuFailure,
  laid,
  lessFeedthrough,
  likelihood,
  modelOf,
  type Part,
  reached,
  putIn,
  segments,
  unfitForGpu,
} from "./gpuParts.ts";
import { filterFlat } from "./kalmanFilter.ts";
import type { FlatModel, LinearGaussian } from "./linearGaussian.ts";
import { refuse } from "./refusal.ts";
import { infiniteAt, unfit } from "./unfit.ts";

/** `ensemble`, on a GPU. */
export async function* ensembleOnGpu(
  device: GpuDevice,
  task: Ensemble,
): AsyncGenerator<number, (EnsembleEstimate & Checked) | EnsembleRefusal | GpuFailed> {
  const room = ensembleRoom(task);
  if ("code" in room) return room;
  const { models, blank } = room;
  const { n, p, x, z, loglik, nis, dof } = blank;
  const { filters, steps, keep = "all" } = task;
  const own = models.length > 1;
  const members = Array.from({ length: own ? filters : 1 }, (_, f) => memberOf(task, models, p, f));
  const member = (f: number): FlatModel => members[own ? f : 0]!;
  for (const [f, flat] of members.entries()) {
    const refused = unfit(flat);
    if (refused) return { ...refused, filter: f };
    const not = unfitForGpu(flat);
    if (not) return not;
  }
  const endless = infiniteAt(task.y);
  if (endless >= 0) {
    const k = Math.floor(endless / p);
    return { ...refuse("NOT_FINITE", k % steps, task.y[endless]!), filter: Math.floor(k / steps) };
  }
  const driven = members.some(({ B }) => B !== undefined);
  const shape = { kind: "filter", n, p, steps, own, drive: driven ? (own ? "own" : "shared") : "none" } as const;
  const seen = members.some(({ D }) => D !== undefined) ? new Float64Array(task.y.length) : task.y;
  if (seen !== task.y) {
    const size = steps * p;
    for (let f = 0; f < filters; f++)
      seen.set(lessFeedthrough(member(f), task.y.subarray(f * size, (f + 1) * size)), f * size);
  }
  const most = Math.max(1, kalmanLanes(device.info, shape));
  for (let first = 0; first < filters; first += most) {
    const lanes = Math.min(most, filters - first);
    const plan = planKalman(device, { ...shape, lanes });
    if (!plan.ok) return plan;
    try {
      plan.model(modelOf(own ? members.slice(first, first + lanes) : members));
      const begin = (f: number, i: number): number => (task.x0 ? task.x0[f * n + i]! : member(f).x0[i]!);
      plan.start(
        laid(1, stateWords(shape), lanes, (_, i, c) => (i < n ? begin(first + c, i) : member(first + c).P0[i - n]!)),
      );
      const grid = { lanes, stride: steps, begin: first * steps, end: filters * steps };
      const run = (part: Part) => {
        const drive = driven ? driveOfAll(members.slice(own ? first : 0, own ? first + lanes : 1), part) : undefined;
        plan.run(part[1], cutOut(grid, seen, p, part, Number.NaN), drive);
      };
      const wanted = (part: Part) => keep === "all" || reached(part) === steps;
      for await (const done of inTurn(plan, segments(steps, plan.segment), run, wanted)) {
        if (!done.ok) return done;
        const { part, sums, answers } = done;
        for (let c = 0; c < lanes; c++) {
          const f = first + c;
          if (sums[3 * lanes + c] !== 0) return imprecise("a covariance of the innovation is not positive");
          nis[f]! += sums[c]!;
          dof[f]! += sums[2 * lanes + c]!;
          loglik[f]! += likelihood(sums, lanes, c);
        }
        const [, count] = part;
        if (answers && keep === "all") {
          putIn(grid, answers, x, n, part);
          putIn(grid, answers.subarray(lanes * count * n), z, p, part);
        } else if (answers) {
          for (let c = 0; c < lanes; c++)
            x.set(answers.subarray(((c + 1) * count - 1) * n, (c + 1) * count * n), (first + c) * n);
        }
        yield (first + (lanes * reached(part)) / steps) / filters;
      }
    } finally {
      plan.release();
    }
  }
  const residual = checked(task, models, blank);
  if (typeof residual !== "number") return residual;
  if (!(residual <= coarse)) return imprecise(`a filter is ${residual.toPrecision(2)} deviations away from float64`);
  return { ...blank, residual };
}

/** (members, count, n). */
function driveOfAll(members: readonly FlatModel[], [from, count]: Part): Float32Array<ArrayBuffer> {
  const { n } = members[0]!;
  const words = new Float32Array(members.length * count * n);
  members.forEach((one, c) => words.set(driveOf(one, from, count), c * count * n));
  return words;
}

/** Filters, spread over all of them, that are computed in float64 too. */
const checks = 8;

function checked(task: Ensemble, models: readonly LinearGaussian[], { n, p, x }: EnsembleEstimate) {
  const { filters, steps, keep = "all" } = task;
  let residual = 0;
  for (let f = 0; f < filters; f += Math.max(1, Math.ceil(filters / checks))) {
    const found = filterFlat(memberOf(task, models, p, f), {});
    if (!found.ok) return { ...found, filter: f };
    const all = keep === "all";
    residual = Math.max(
      residual,
      gapOf(found, (k, i) => x[(all ? f * steps + k : f) * n + i]!, all ? 0 : steps - 1),
    );
  }
  return residual;
}

/** ensembleOnGpu on the device that was found, which is closed then; where that fails `ensemble` on the CPU, and `fell` is told why. */
export async function* ensembleOnFound(
  found: Found,
  fell: (why: GpuFailed) => void,
  task: Ensemble,
): AsyncGenerator<number, EnsembleEstimate | EnsembleRefusal> {
  const { device } = found.opened;
  const done = yield* closing(device, ensembleOnGpu(device, task));
  if (done.ok || !isGpuFailure(done)) return done;
  fell(done);
  return yield* ensemble(task);
}
