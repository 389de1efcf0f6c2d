/** One step of AdamW on groups of weights: Loshchilov & Hutter, arXiv 1711.05101. */
import type { Weights } from "./layers/layer.ts";

export interface Moments {
  readonly first: Readonly<Record<string, Float64Array>>;
  readonly second: Readonly<Record<string, Float64Array>>;
}

export interface AdamRates {
  /** Of state spaces: no decay. */
  readonly ssm: number;
  /** Of all else. */
  readonly rate: number;
  /** Of matrices only: not of D, steps, norms and biases. */
  readonly decay: number;
  /** Largest norm of all derivatives together; longer ones are shortened to it. */
  readonly clip: number;
}

export const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

export function noMoments(weights: Weights): Moments {
  const zeros = () =>
    Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, new Float64Array(data.length)]));
  return { first: zeros(), second: zeros() };
}

/** Changes weights and moments in place; `step` counts from 1. Gives the norm of the derivatives before they were clipped. */
export function adamw(
  weights: Weights,
  slopes: (name: string) => Float64Array,
  { first, second }: Moments,
  step: number,
  { ssm, rate, decay, clip }: AdamRates,
): number {
  const names = Object.keys(weights);
  let squares = 0;
  for (const name of names) for (const g of slopes(name)) squares += g * g;
  const norm = Math.sqrt(squares);
  const factor = norm > clip ? clip / norm : 1;
  const [bias1, bias2] = [1 - beta1 ** step, 1 - beta2 ** step];
  for (const name of names) {
    const { data, group } = weights[name]!;
    const own = group === "ssm" ? ssm : rate;
    const lost = group === "plain" ? own * decay : 0;
    const [m, v, g] = [first[name]!, second[name]!, slopes(name)];
    for (let i = 0; i < data.length; i++) {
      const slope = factor * g[i]!;
      m[i] = beta1 * m[i]! + (1 - beta1) * slope;
      v[i] = beta2 * v[i]! + (1 - beta2) * slope * slope;
      data[i]! -= (own * (m[i]! / bias1)) / (Math.sqrt(v[i]! / bias2) + epsilon) + lost * data[i]!;
    }
  }
  return norm;
}
