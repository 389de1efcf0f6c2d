/** Files of weights of every kind, small, drawn from a seed: trained or not makes no difference to who runs them. */
import { network, type NetworkSpec } from "../../../core/learn/network.ts";
import { numbers } from "../../../core/learn/numbers.ts";
import { writeWeights, type Learned } from "../../../core/learn/weightFile.ts";

const size = { inputs: 2, outputs: 1, width: 3, states: 4, layers: 2, length: 16 };
const network2 = { form: "network", ...size } as const;

export const learnedSpecs: { readonly [file: string]: NetworkSpec } = {
  "s5.json": { kind: "s5", ...network2, blocks: 2 },
  "s4d.json": { kind: "s4d", ...network2, outputs: 2 },
  "real.json": { kind: "s4d", ...network2, init: "real", answer: "mean" },
  "s4.json": { kind: "s4", ...network2, width: 6, layers: 1, stepRange: [0.1, 0.5] },
  "dss.json": { kind: "dss", ...network2 },
  "linear.json": { kind: "linear", ...network2 },
  "mamba.json": { kind: "mamba", ...network2, states: 3 },
  "wide.json": { kind: "mamba", ...network2, width: 9, layers: 1 },
  "filter.json": { kind: "linear", form: "filter", ...size, layers: 1 },
  "heads.json": { kind: "s4d", form: "filter", ...size, layers: 1 },
  "modes.json": { kind: "s5", form: "filter", ...size, layers: 1 },
};

export function learnedOf(spec: NetworkSpec, seed = 5): Learned {
  // Says how sure it is where it has two outputs.
  const targets = spec.outputs === 2 ? 1 : spec.outputs;
  return {
    spec,
    weights: network(spec).weights(numbers(seed)),
    from: {
      mean: Array.from({ length: spec.inputs }, (_, i) => 0.1 * i - 0.2),
      scale: Array<number>(spec.inputs).fill(12),
    },
    to: { mean: Array<number>(targets).fill(-0.4), scale: Array<number>(targets).fill(0.1) },
    inputNames: Array.from({ length: spec.inputs }, (_, i) => `in ${i}`),
    outputNames: Array.from({ length: targets }, (_, i) => `target ${i}`),
    ahead: 0,
    training: {},
  };
}

export const learnedFiles: { readonly [file: string]: string } = Object.fromEntries(
  Object.entries(learnedSpecs).map(([file, spec]) => [file, writeWeights(learnedOf(spec))]),
);
