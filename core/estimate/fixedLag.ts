/**
 * The fixed-lag smoother: each state given the record up to `lag` samples later, as it can be had while a record still grows. What the innovations
 * of the samples in between tell is carried back by the gains of the smoother of Rauch, Tung and Striebel. Anderson & Moore (1979), 7.3.
 */
import type { KalmanEstimate } from "./kalmanFilter.ts";
import type { NonlinearEstimate } from "./nonlinear.ts";
import { type EstimateRefusal, refuse } from "./refusal.ts";
import { smootherGain } from "./rts.ts";

export interface FixedLag {
  readonly ok: true;
  readonly n: number;
  readonly steps: number;
  readonly lag: number;
  /** x[k | min(k + lag, steps - 1)], steps x n, and its covariance, blocks of n x n, one a sample. */
  readonly x: Float64Array;
  readonly P: Float64Array;
}

/** Of a linear, extended or unscented filter with a proper start: UNDETERMINED within a diffuse one. */
export function fixedLag(filtered: KalmanEstimate | NonlinearEstimate, lag: number): FixedLag | EstimateRefusal {
  const { n, steps, diffuse, row } = filtered;
  if (diffuse > 1) return refuse("UNDETERMINED", diffuse - 1, diffuse);
  const square = n * n;
  const x = filtered.x.slice();
  const P = new Float64Array(steps * square);
  /** J = G' of samples still needed, by k modulo lag. */
  const gains = Array.from({ length: Math.max(1, lag) }, () => new Float64Array(square));
  const room = { l: new Float64Array(square), d: new Float64Array(n) };
  const W = new Float64Array(square);
  const turned = new Float64Array(square);
  const moved = new Float64Array(n);
  for (let k = 0; k < steps; k++) P.set(filtered.P.subarray(row[k]! * square, (row[k]! + 1) * square), k * square);
  for (let end = 1; end < steps; end++) {
    if (lag > 0) smootherGain(filtered, end - 1, room, gains[(end - 1) % lag]!);
    // From the newest back: W = G[k] ... G[end-1], and what sample `end` changed.
    const gap = Float64Array.from({ length: n }, (_, i) => filtered.x[end * n + i]! - filtered.xp[end * n + i]!);
    const now = row[end]! * square;
    for (let k = end - 1; k >= Math.max(0, end - lag); k--) {
      const J = gains[k % lag]!;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          if (k === end - 1) sum = J[j * n + i]!;
          else for (let s = 0; s < n; s++) sum += J[s * n + i]! * W[s * n + j]!;
          turned[i * n + j] = sum;
        }
      }
      W.set(turned);
      for (let i = 0; i < n; i++) {
        moved[i] = 0;
        for (let j = 0; j < n; j++) moved[i]! += W[i * n + j]! * gap[j]!;
        x[k * n + i]! += moved[i]!;
      }
      for (let i = 0; i < n; i++) {
        for (let s = 0; s < n; s++) {
          let sum = 0;
          for (let j = 0; j < n; j++)
            sum += W[i * n + j]! * (filtered.P[now + j * n + s]! - filtered.Pp[now + j * n + s]!);
          turned[i * n + s] = sum;
        }
      }
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = P[k * square + i * n + j]!;
          for (let s = 0; s < n; s++) sum += turned[i * n + s]! * W[j * n + s]!;
          P[k * square + i * n + j] = sum;
          P[k * square + j * n + i] = sum;
        }
      }
    }
  }
  return { ok: true, n, steps, lag, x, P };
}
