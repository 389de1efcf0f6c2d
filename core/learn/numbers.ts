/** Numbers drawn one after another from a stream of core/math/random: the first values of weights, noise, orders of samples. */
import { uniform } from "../math/random.ts";

export interface Numbers {
  /** In (low, high). */
  between(low: number, high: number): number;
  /** Of mean 0 and variance 1: Box and Muller (1958). */
  normal(): number;
  /** An integer from 0 up to, and without, n. */
  below(n: number): number;
}

/** The stream `seed`: equal seeds give equal numbers. */
export function numbers(seed: number): Numbers {
  let k = 0;
  let kept: number | undefined;
  const next = () => uniform(seed, k++);
  return {
    between: (low, high) => low + (high - low) * next(),
    below: (n) => Math.floor(n * next()),
    normal() {
      if (kept !== undefined) {
        const second = kept;
        kept = undefined;
        return second;
      }
      const size = Math.sqrt(-2 * Math.log(next()));
      const angle = 2 * Math.PI * next();
      kept = size * Math.sin(angle);
      return size * Math.cos(angle);
    },
  };
}
