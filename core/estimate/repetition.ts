/** When a recursion of covariances has come to rest, so that the rest of it is known. */

/** Of the roots of both variances: what the rounding of some dozen states leaves from step to step. */
const rounding = 32 * Number.EPSILON;
/** Steps over which nothing may have moved, at the least. */
const shortest = 16;

/**
 * The covariance `now`, `since` steps after that at data[from], where marks are `stretch` steps apart and each stretch is twice the one
 * before. "same": to the last bit, so that what follows repeats. "rest": to rounding over a whole stretch, which is half of all steps so
 * far, so that what still creeps is below rounding too. "new": the stretch is over, mark anew. "on": neither.
 */
export function repetition(
  data: Float64Array,
  from: number,
  now: Float64Array,
  n: number,
  since: number,
  stretch: number,
): "same" | "rest" | "new" | "on" {
  let same = true;
  for (let i = 0; same && i < now.length; i++) same = data[from + i] === now[i];
  if (same) return "same";
  if (since < stretch) return "on";
  if (since < shortest) return "new";
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const moved = now[i * n + j]! - data[from + i * n + j]!;
      if (!(moved * moved <= rounding * rounding * now[i * n + i]! * now[j * n + j]!)) return "new";
    }
  }
  return "rest";
}
