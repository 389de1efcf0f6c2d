/**
 * Chosen parameters of a nonlinear model by the likelihood of its extended Kalman filter: a diagram's, as a plant for estimators, or any other function of
 * the state. The filter is run beside each parameter's value; its innovations and their covariances give slopes and expected information, so that steps are
 * those of Fisher's scoring. Exact likelihood for a linear model, the filter's for others. Kristensen, Madsen & Jorgensen, Automatica 40 (2004).
 */
import { ekf } from "../estimate/ekf.ts";
import type { NonlinearEstimate, NonlinearModel } from "../estimate/nonlinear.ts";
import { bounds, estimatedOf, type Estimated } from "./estimated.ts";
import type { MleOptions } from "./mle.ts";
import { notFinite, recordsOf, type IdentifyRefusal, type Recordings } from "./recording.ts";
import { scoring, type Scored } from "./scoring.ts";

/** As of `mle`; 50 iterations when absent. */
export type MleNonlinearOptions = Omit<MleOptions, "slopes">;

export interface MleNonlinear extends Estimated {
  readonly model: NonlinearModel;
}

export type MleNonlinearOutcome =
  | MleNonlinear
  | IdentifyRefusal
  /** The filter of the model to begin with fails, or there is no such model. */
  | { readonly ok: false; readonly code: "NO_LIKELIHOOD" };

/**
 * `parametric` gives the model with the parameters' values (its F and H too), or undefined where there is none, which the search then avoids. Outputs may be
 * missing (NaN).
 */
export function mleNonlinear(
  parametric: (theta: readonly number[]) => NonlinearModel | undefined,
  data: Recordings,
  options: MleNonlinearOptions,
): MleNonlinearOutcome {
  const records = recordsOf(data);
  const wrong = notFinite(records, true);
  if (wrong) return wrong;
  const { m, p, segments } = records;
  const q = options.start.length;
  const lower = bounds(options.lower, q, Number.NEGATIVE_INFINITY);
  const upper = bounds(options.upper, q, Number.POSITIVE_INFINITY);
  const run = (theta: ArrayLike<number>): readonly NonlinearEstimate[] | undefined => {
    const model = parametric(Array.from(theta));
    if (!model) return undefined;
    const runs = segments.map(({ count, u, y }) =>
      ekf(model, { rows: count, cols: p, data: y }, { rows: count, cols: m, data: u }),
    );
    return runs.every((one) => one.ok) ? (runs as NonlinearEstimate[]) : undefined;
  };
  const evaluate = (theta: Float64Array): Scored | undefined => {
    const here = run(theta);
    if (!here) return undefined;
    const sides: { above: readonly NonlinearEstimate[]; below: readonly NonlinearEstimate[]; width: number }[] = [];
    for (let j = 0; j < q; j++) {
      const size = Math.max(options.scales?.[j] ?? (Math.abs(options.start[j]!) || 1), Math.abs(theta[j]!));
      const moved = (sign: number): Float64Array => {
        const next = theta.slice();
        next[j] = Math.min(Math.max(theta[j]! + sign * 1e-5 * size, lower[j]!), upper[j]!);
        return next;
      };
      const [up, down] = [moved(1), moved(-1)];
      const [above, below] = [run(up), run(down)];
      if (!above || !below) return undefined;
      sides.push({ above, below, width: up[j]! - down[j]! });
    }
    return scored(here, sides, p);
  };
  const found = scoring({
    start: Float64Array.from(options.start),
    lower,
    upper,
    iterations: options.iterations ?? 50,
    evaluate,
    progress: options.progress,
  });
  if (!found) return { ok: false, code: "NO_LIKELIHOOD" };
  const measured = segments.reduce((sum, { y }) => sum + y.filter((v) => !Number.isNaN(v)).length, 0);
  const estimated = estimatedOf(found, measured);
  return estimated.ok ? { ...estimated, model: parametric(estimated.parameters)! } : estimated;
}

/** Slopes from the innovations e and the factors L of their covariances F = L L' on both sides: all in units of the innovations here. */
function scored(
  here: readonly NonlinearEstimate[],
  sides: readonly {
    readonly above: readonly NonlinearEstimate[];
    readonly below: readonly NonlinearEstimate[];
    readonly width: number;
  }[],
  p: number,
): Scored {
  const q = sides.length;
  const gradient = new Float64Array(q);
  const information = new Float64Array(q * q);
  let logLikelihood = 0;
  here.forEach((run, r) => {
    logLikelihood += run.loglik;
    for (let k = 0; k < run.steps; k++) {
      const seen: number[] = [];
      for (let o = 0; o < p; o++) if (!Number.isNaN(run.e[k * p + o]!)) seen.push(o);
      const w = seen.length;
      if (w === 0) continue;
      const L = run.L.subarray(run.row[k]! * p * p, run.row[k]! * p * p + w * w);
      const z = forward(
        L,
        w,
        Float64Array.from(seen, (o) => run.e[k * p + o]!),
        1,
      );
      const slopes = sides.map(({ above, below, width }) => {
        const [a, b] = [above[r]!, below[r]!];
        const e = Float64Array.from(seen, (o) => (a.e[k * p + o]! - b.e[k * p + o]!) / width);
        const [FA, FB] = [covarianceAt(a, k, p, w), covarianceAt(b, k, p, w)];
        const dF = FA.map((v, i) => (v - FB[i]!) / width);
        // L^-1 dF L^-T, from the left and, being symmetric, from the left again.
        const half = forward(L, w, dF, w);
        const turned = Float64Array.from(half, (_, i) => half[(i % w) * w + Math.floor(i / w)]!);
        return { v: forward(L, w, e, 1), F: forward(L, w, turned, w) };
      });
      slopes.forEach(({ v, F }, i) => {
        for (let a = 0; a < w; a++) {
          gradient[i]! -= 0.5 * F[a * w + a]! + z[a]! * v[a]!;
          for (let b = 0; b < w; b++) gradient[i]! += 0.5 * z[a]! * F[a * w + b]! * z[b]!;
        }
        slopes.forEach((other, j) => {
          let sum = 0;
          for (let a = 0; a < w; a++) sum += v[a]! * other.v[a]!;
          for (let a = 0; a < w * w; a++) sum += 0.5 * F[a]! * other.F[a]!;
          information[i * q + j]! += sum;
        });
      });
    }
  });
  return { logLikelihood, gradient, information };
}

function covarianceAt({ L, row }: NonlinearEstimate, k: number, p: number, w: number): Float64Array {
  const at = row[k]! * p * p;
  const F = new Float64Array(w * w);
  for (let i = 0; i < w; i++)
    for (let j = 0; j < w; j++)
      for (let s = 0; s <= Math.min(i, j); s++) F[i * w + j]! += L[at + i * w + s]! * L[at + j * w + s]!;
  return F;
}

/** L^-1 M, of w rows and `cols` columns. */
function forward(L: Float64Array, w: number, M: Float64Array, cols: number): Float64Array {
  const x = M.slice();
  for (let i = 0; i < w; i++) {
    for (let c = 0; c < cols; c++) {
      let sum = x[i * cols + c]!;
      for (let s = 0; s < i; s++) sum -= L[i * w + s]! * x[s * cols + c]!;
      x[i * cols + c] = sum / L[i * w + i]!;
    }
  }
  return x;
}
