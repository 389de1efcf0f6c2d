/**
 * One training step of small networks on a GPU beside the same step on the CPU (float64, one thread): launches, wall time, memory, and from
 * which size on the GPU is the faster one.
 */
import { cpus } from "node:os";
import { gpuTrainer, network, numbers, parameters, train } from "../core/index.ts";
import type { GpuDevice, LayerKind, NetworkSpec, Sequences, TrainSettings } from "../core/index.ts";
import { realGpu } from "./gpu.ts";
import { duration, median } from "./table.ts";
import type { Table } from "./table.ts";

/** Width, states, sequences, steps. */
const sizes = [
  [4, 4, 1, 32],
  [8, 8, 4, 64],
  [16, 16, 8, 128],
  [32, 16, 16, 256],
  [64, 16, 32, 256],
] as const;
const all = ["linear", "s4", "s4d", "dss", "s5", "mamba"] as const;
const wanted = process.env["KINDS"]?.split(",");
const kinds: readonly LayerKind[] = all.filter((kind) => wanted === undefined || wanted.includes(kind));

const columns = [
  "network",
  "parameters",
  "sequences x steps",
  "launches",
  "memory, and without reuse",
  "GPU",
  "CPU",
  "CPU / GPU",
];

export default async function run(): Promise<Table> {
  const title = `### A training step on a GPU and on the CPU (${cpus()[0]?.model.trim()})`;
  const device = await realGpu();
  if (typeof device === "string") return { title, columns, rows: [], notes: [`Not measured: ${device}.`] };
  const rows: string[][] = [];
  const crossings: string[] = [];
  for (const kind of kinds) {
    let crossing: string | undefined;
    for (const [width, states, batch, length] of sizes) {
      const spec: NetworkSpec = { kind, form: "network", inputs: 1, outputs: 1, width, states, layers: 2, length };
      const row = await measured(device, spec, batch, length);
      if (typeof row === "string") continue;
      rows.push(row.cells);
      process.stderr.write(`${row.cells.join("  ")}\n`);
      if (row.ratio > 1) crossing ??= `width ${width}, ${batch} x ${length}`;
      // Far beyond the crossing the CPU only takes time, which is spent where a kind was asked for.
      if (row.ratio > 100 && !wanted) break;
    }
    crossings.push(`${kind} from ${crossing ?? "none of these"}`);
  }
  const { name } = device.info;
  device.close();
  const notes = [
    `${name}. Two layers, states as wide as the width up to 16, seed 1. GPU: wall time of a step, median of 5 runs of 50 steps after 0.3 s, the batch's upload included, no read-back; CPU: median of 3 steps or more.`,
    `The GPU is the faster one: ${crossings.join("; ")}.`,
  ];
  return { title, columns, rows, notes };
}

async function measured(device: GpuDevice, spec: NetworkSpec, batch: number, length: number) {
  const random = numbers(1);
  const count = 4 * batch;
  const values = () => Float64Array.from({ length: count * length }, () => random.normal());
  const data: Sequences = { count, length, inputs: values(), targets: values() };
  const settings: TrainSettings = { loss: "mse", steps: 1000, batch, rate: 1e-3, seed: 1 };
  const weights = network(spec).weights(numbers(1));
  const trainer = gpuTrainer(device, spec, weights, settings, { batch, length });
  if (!trainer.ok) return trainer.code;
  const zeros = Object.fromEntries(
    Object.entries(weights).map(([name, { data }]) => [name, new Float64Array(data.length)]),
  );
  trainer.load(weights, { first: zeros, second: zeros });
  const chosen = Int32Array.from({ length: batch }, (_, k) => k);
  let step = 0;
  const steps = async (some: number) => {
    const began = performance.now();
    for (let k = 0; k < some; k++) trainer.step(++step, data, chosen);
    await trainer.losses(step - 1, step);
    return (performance.now() - began) / some;
  };
  for (const end = performance.now() + 300; performance.now() < end;) await steps(20);
  const times: number[] = [];
  for (let k = 0; k < 5; k++) times.push(await steps(50));
  const gpu = median(times);
  const work = train(spec, data, settings);
  const own: number[] = [];
  work.next();
  for (const end = performance.now() + 500; own.length < 3 || (own.length < 50 && performance.now() < end);) {
    const began = performance.now();
    work.next();
    own.push(performance.now() - began);
  }
  const cpu = median(own);
  const megabytes = (words: number) => ((4 * words) / 1e6).toPrecision(3);
  const cells = [
    ...[`${spec.kind} ${spec.width}`, String(parameters(weights)), `${batch} x ${length}`, String(trainer.dispatches)],
    `${megabytes(trainer.words)}, ${megabytes(trainer.unshared)} MB`,
    ...[duration(gpu), duration(cpu), (cpu / gpu).toPrecision(3)],
  ];
  trainer.release();
  return { cells, ratio: cpu / gpu };
}
