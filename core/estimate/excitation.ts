/** Inputs that move a plant for a record of it: the same numbers for the same kind, whatever the seed of its noise. */
import { normals, uniform } from "../math/random.ts";

export interface Excitation {
  /** PRBS: plus or minus the amplitude, anew at each sample. Noise: Gaussian and white, the amplitude its standard deviation. */
  readonly kind: "prbs" | "noise";
  readonly amplitude: number;
}

/** Of no run's noise: those are 1 and up. */
const seed = 0;

/** steps x m, row-major; columns are independent of one another. */
export function excitation({ kind, amplitude }: Excitation, steps: number, m: number): Float64Array {
  let drawn = 0;
  const next = (): number => uniform(seed, drawn++);
  const draw = kind === "noise" ? normals(next) : () => (next() < 0.5 ? -1 : 1);
  return Float64Array.from({ length: steps * m }, () => amplitude * draw());
}
