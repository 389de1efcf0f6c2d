/** What sources given by times and values ask of them. */

/** A sentence when there is not one value for each time, or the times do not rise. */
export function notRising(times: readonly number[], values: readonly number[]): string | undefined {
  const at = times.findIndex((t, i) => i > 0 && !(t > (times[i - 1] ?? NaN)));
  if (at > 0) return `Times must rise: number ${at + 1} is ${times[at]} after ${times[at - 1]}`;
  return times.length === values.length ? undefined : `there are ${times.length} times, but ${values.length} values`;
}
