/** Numbers for tests to calculate with: other ones at each call, the same in every run of a file. */
import { uniform } from "../core/math/random.ts";

let stream = 1;

/** Before each file: those that share their modules share this one, too. */
export function restart(): void {
  stream = 1;
}

/** Numbers between -size and size. */
export function numbers(count: number, size = 1): Float64Array {
  stream++;
  return Float64Array.from({ length: count }, (_, k) => size * (2 * uniform(stream, k) - 1));
}
