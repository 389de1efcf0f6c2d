/**
 * Selectivity, on a GPU: Mamba, whose step, B and C depend on what it reads, against S4D, which treats every step alike.
 *
 * Selective copying: 16 tokens among 223 of noise, a mark, then 16 steps in which the tokens are asked for in their order: 256 steps,
 * 12,800 sequences to train on and 1,280 to test, batches of 128 (the sizes of the MAD benchmark; 14 symbols, noise and mark).
 * Induction heads: 256 steps of 15 symbols; a mark somewhere, the symbol after it is asked for when the mark comes again, at the end.
 */
import { gpuAnswers, network, numbers, parameters } from "../core/index.ts";
import type { GpuDevice, GpuProgress, NetworkSpec, Sequences, TrainSettings, Weights } from "../core/index.ts";
import { realGpu, trainedOn, type OnCard } from "./gpu.ts";
import type { Table } from "./table.ts";

const columns = ["task", "layer", "parameters", "seed", "steps", "training", "test accuracy"];
/** Of sequences as a power of 2, and how many. */
const lengths = [
  [8, 1024],
  [10, 1024],
  [12, 512],
  [14, 256],
  [16, 64],
  [18, 16],
  [20, 8],
] as const;
const kinds = ["mamba", "s4d"] as const;
const symbols = 16;
const seeds = (process.env["SEEDS"] ?? "1,2,3").split(",").map(Number);
const tasks = process.env["TASKS"] ?? "copying,induction";
/** Share of the published steps, for a first look. */
const share = Number(process.env["SHARE"] ?? 1);

export default async function run(): Promise<Table> {
  const title = "### Selectivity: Mamba and S4D";
  const device = await realGpu();
  if (typeof device === "string") return { title, columns, rows: [], notes: [`Not measured: ${device}.`] };
  const rows: string[][] = [];
  const add = (row: string[]) => {
    rows.push(row);
    process.stderr.write(`${row.join("  ")}\n`);
  };
  if (tasks.includes("copying"))
    for (const kind of kinds) for (const seed of seeds) add(await copied(device, kind, seed));
  if (tasks.includes("induction"))
    for (const kind of kinds) for (const seed of seeds) add(await induced(device, kind, seed));
  const { name } = device.info;
  device.close();
  return {
    title,
    columns,
    rows,
    notes: [
      `${name}, float32. Both networks have two layers; AdamW, clipped at 1. Copying: width 128, Mamba with 4 states, S4D with 64, largest rate 1e-3 falling as a cosine, decay 0.1; accuracy over the asked tokens.`,
      `Induction: width 64, 16 states (S4D 64), new sequences at each step, Mamba batches of 8 at a constant rate of 1e-3, S4D of 64 at one that falls from it, trained at 256 steps only; accuracy over ${lengths.map(([power, count]) => `${count} sequences of 2^${power}`).join(", ")} steps.`,
    ],
  };
}

const sizeOf = (spec: NetworkSpec) => String(parameters(network(spec).weights(numbers(0))));

async function answered(device: GpuDevice, spec: NetworkSpec, weights: Weights, data: Sequences): Promise<number> {
  const most = Math.max(1, Math.min(data.count, 2 ** Math.floor(Math.log2(2 ** 19 / data.length))));
  const out = await gpuAnswers(device, spec, weights, data, most);
  if (!(out instanceof Float64Array)) throw new Error(out.code);
  const width = spec.outputs;
  let [right, asked] = [0, 0];
  data.targets.forEach((target, k) => {
    if (target < 0) return;
    asked++;
    const row = out.subarray(k * width, (k + 1) * width);
    if (row.indexOf(Math.max(...row)) === target) right++;
  });
  return right / asked;
}

const percent = (part: number) => `${(100 * part).toFixed(part > 0.99 ? 2 : 1)} %`;

/** A stream without gaps that would be seen here, and fast: xorshift, Marsaglia (2003). */
function stream(seed: number): (below: number) => number {
  let state = (2_463_534_242 ^ (seed * 0x9e3779b1)) | 0 || 1;
  for (let k = 0; k < 20; k++) next();
  function next(): number {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  }
  return (below) => Math.floor(below * next());
}

function copying(count: number, seed: number): Sequences {
  const below = stream(seed);
  const [length, tokens, noise, mark] = [256, 16, 14, 15];
  const inputs = new Float64Array(count * length).fill(noise);
  const targets = new Float64Array(count * length).fill(-1);
  const room = length - tokens - 1;
  for (let k = 0; k < count; k++) {
    const at = k * length;
    // Places by Floyd's choice of 16 out of `room`.
    const places = new Set<number>();
    for (let j = room - tokens; j < room; j++) {
      const place = below(j + 1);
      places.add(places.has(place) ? j : place);
    }
    [...places]
      .sort((a, b) => a - b)
      .forEach((place, i) => {
        const token = below(noise);
        inputs[at + place] = token;
        targets[at + room + 1 + i] = token;
      });
    inputs[at + room] = mark;
  }
  return { count, length, inputs, targets };
}

async function copied(device: GpuDevice, kind: (typeof kinds)[number], seed: number): Promise<string[]> {
  const size = { symbols, inputs: 1, outputs: symbols, width: 128, layers: 2, length: 256 };
  const spec: NetworkSpec = { kind, form: "network", ...size, states: kind === "mamba" ? 4 : 64, answer: "each" };
  const steps = Math.round(10_000 * share);
  const settings: TrainSettings = {
    loss: "crossEntropy",
    steps,
    batch: 128,
    rate: 1e-3,
    ssmRate: 1e-3,
    decay: 0.1,
    seed,
    every: steps,
  };
  const { weights, seconds } = await trainedOn(device, spec, copying(12_800, seed), settings, report);
  const right = await answered(device, spec, weights, copying(1280, 1000 + seed));
  return [
    "selective copying",
    kind,
    sizeOf(spec),
    String(seed),
    String(steps),
    `${seconds.toFixed(0)} s`,
    percent(right),
  ];
}

function report({ step, loss }: GpuProgress): void {
  if (step % 1000 === 0) process.stderr.write(`  step ${step}: loss ${loss.toPrecision(4)}\n`);
}

function induction(count: number, length: number, seed: number): Sequences {
  const below = stream(seed);
  const mark = 15;
  const inputs = Float64Array.from({ length: count * length }, () => below(mark));
  const targets = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const place = below(length - 2);
    inputs[k * length + place] = mark;
    inputs[(k + 1) * length - 1] = mark;
    targets[k] = inputs[k * length + place + 1]!;
  }
  return { count, length, inputs, targets };
}

/** Mamba's is its authors': batches of 8 at a constant rate, of the 25 epochs the first 18. */
const recipes = {
  mamba: { batch: 8, epochs: 18, steps: 8192, warmup: 0, floor: 1 },
  s4d: { batch: 64, epochs: 1, steps: 10_000 },
} as const;

async function induced(device: GpuDevice, kind: (typeof kinds)[number], seed: number): Promise<string[]> {
  const size = { symbols, inputs: 1, outputs: symbols, width: 64, layers: 2, length: 256, answer: "last" } as const;
  const spec: NetworkSpec = { kind, form: "network", ...size, states: kind === "mamba" ? 16 : 64 };
  const { batch, epochs, steps, ...rates } = recipes[kind];
  const each = Math.round(steps * share);
  let trained: OnCard | undefined;
  let seconds = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    // Every sequence is seen once.
    const data = induction(each * batch, 256, 7919 * seed + 100_003 + epoch);
    const end = (epoch + 1) * each;
    const settings: TrainSettings = {
      loss: "crossEntropy",
      steps: end,
      batch,
      rate: 1e-3,
      ssmRate: 1e-3,
      seed,
      ...rates,
    };
    trained = await trainedOn(device, spec, data, settings, report, trained?.end);
    seconds += trained.seconds;
  }
  const found: string[] = [];
  for (const [power, count] of lengths) {
    const longer = induction(count, 2 ** power, 3000 + seed);
    found.push(`2^${power}: ${percent(await answered(device, spec, trained!.weights, longer))}`);
    process.stderr.write(`  ${found.at(-1)!}\n`);
  }
  return [
    "induction heads",
    kind,
    sizeOf(spec),
    String(seed),
    String(epochs * each),
    `${seconds.toFixed(0)} s`,
    found.join(", "),
  ];
}
