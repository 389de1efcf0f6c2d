/** Where the states of a sampled system (c2d.ts) begin so that its first output is that of the continuous one. */
import { Matrix } from "ml-matrix";
import { bilinearStep, bilinearWeight } from "./bilinear.ts";
import type { SampleMethod, SampleOptions } from "./resampled.ts";

/**
 * n x 1, from x0 of the continuous system (A n x n), for an input that is 0 at the start; with foh and the implicit rules other states than x
 * stand for it where the input is not. undefined: with matched poles states have no such meaning, so that only rest (x0 = 0) goes over.
 */
export function sampledStart(
  A: Matrix,
  x0: readonly number[],
  period: number,
  method: SampleMethod,
  options: SampleOptions = {},
): Matrix | undefined {
  const x = Matrix.columnVector([...x0]);
  switch (method) {
    case "zoh":
    case "foh":
    case "impulse":
    case "forward":
      return x;
    case "matched":
      return x0.every((v) => v === 0) ? x : undefined;
    default: {
      const ahead = bilinearWeight(method) * bilinearStep(method, period, options.prewarp);
      return Matrix.sub(x, A.mmul(x).mul(ahead));
    }
  }
}
