/**
 * The largest value of a log-likelihood within bounds, by Fisher's scoring: Newton's steps with the expected information, damped where they do not help;
 * what would leave through a bound stays on it. Knows no models.
 */
import { luFactor, luRcond, luSolve } from "../math/lu.ts";

export interface Scored {
  readonly logLikelihood: number;
  readonly gradient: Float64Array;
  /** q x q, row-major. */
  readonly information: Float64Array;
}

export interface ScoringProblem<T extends Scored> {
  readonly start: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly iterations: number;
  /** Undefined where there is no likelihood. */
  evaluate(theta: Float64Array): T | undefined;
  /** Told of the start, 0, and of every step that was taken. */
  readonly progress?: ((iteration: number, logLikelihood: number) => void) | undefined;
}

export interface ScoringResult<T extends Scored> {
  readonly theta: Float64Array;
  readonly at: T;
  readonly iterations: number;
  /** A further step promises less than 1e-10. */
  readonly converged: boolean;
  /** On a bound beyond which the likelihood would rise. */
  readonly held: readonly boolean[];
}

export function scoring<T extends Scored>(problem: ScoringProblem<T>): ScoringResult<T> | undefined {
  const { lower, upper } = problem;
  const clip = (v: number, j: number): number => Math.min(Math.max(v, lower[j]!), upper[j]!);
  let theta = problem.start.map(clip);
  const first = problem.evaluate(theta);
  if (!first) return undefined;
  let at = first;
  problem.progress?.(0, at.logLikelihood);
  let damping = 0;
  let iterations = 0;
  let converged = false;
  const heldAt = (): boolean[] =>
    Array.from(theta, (v, j) => (v <= lower[j]! && at.gradient[j]! <= 0) || (v >= upper[j]! && at.gradient[j]! >= 0));
  while (iterations < problem.iterations && !converged) {
    const held = heldAt();
    const free = Array.from(theta, (_, j) => j).filter((j) => !held[j] && at.information[j * theta.length + j]! > 0);
    if (free.length === 0) {
      converged = true;
      break;
    }
    iterations++;
    let better = false;
    for (let attempt = 0; attempt < 30 && !better; attempt++) {
      const step = stepOf(at, free, theta.length, damping);
      const next = theta.slice();
      free.forEach((j, k) => (next[j] = clip(theta[j]! + step[k]!, j)));
      const promised = free.reduce((sum, j) => sum + at.gradient[j]! * (next[j]! - theta[j]!), 0);
      if (!(Math.abs(promised) > 1e-10)) {
        converged = true;
        break;
      }
      const now = problem.evaluate(next);
      if (now && now.logLikelihood >= at.logLikelihood) {
        better = true;
        theta = next;
        at = now;
        damping = damping < 1e-4 ? 0 : damping / 10;
        problem.progress?.(iterations, at.logLikelihood);
      } else damping = damping === 0 ? 1e-3 : damping * 10;
    }
    if (!better) break;
  }
  return { theta, at, iterations, converged, held: heldAt() };
}

/** (I + damping diag I)^-1 gradient, of the free ones; columns brought to one length first. */
function stepOf({ gradient, information }: Scored, free: readonly number[], q: number, damping: number): Float64Array {
  const n = free.length;
  const sizes = free.map((j) => Math.sqrt(information[j * q + j]!));
  const M = new Float64Array(n * n);
  free.forEach((i, a) =>
    free.forEach((j, b) => {
      M[a * n + b] = information[i * q + j]! / (sizes[a]! * sizes[b]!) + (a === b ? damping + 1e-12 : 0);
    }),
  );
  const step = Float64Array.from(free, (j, k) => gradient[j]! / sizes[k]!);
  luSolve(luFactor(M, n), step);
  return step.map((v, k) => v / sizes[k]!);
}

/** Inverse of the information of those that are not held, 0 elsewhere; and its reciprocal condition, columns of one length. */
export function inverseInformation(
  { information }: Scored,
  held: readonly boolean[],
): { readonly covariance: Float64Array; readonly rcond: number } {
  const q = held.length;
  const free = held.flatMap((is, j) => (is || !(information[j * q + j]! > 0) ? [] : [j]));
  const n = free.length;
  const sizes = free.map((j) => Math.sqrt(information[j * q + j]!));
  const M = new Float64Array(n * n);
  free.forEach((i, a) => free.forEach((j, b) => (M[a * n + b] = information[i * q + j]! / (sizes[a]! * sizes[b]!))));
  const lu = luFactor(M, n);
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) inverse[i * n + i] = 1;
  luSolve(lu, inverse, n);
  const covariance = new Float64Array(q * q);
  free.forEach((i, a) =>
    free.forEach((j, b) => (covariance[i * q + j] = inverse[a * n + b]! / (sizes[a]! * sizes[b]!))),
  );
  return { covariance, rcond: n === 0 ? 1 : luRcond(lu) };
}
