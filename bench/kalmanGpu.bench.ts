/**
 * Kalman filters on a GPU beside the CPU (float64, one thread), each by its public door: an ensemble of records at once, and one long
 * record by a parallel scan; with nothing missing, where the CPU computes covariances until they repeat, and with gaps, where it cannot.
 * KALMAN_SIZES gives filters, steps of each and samples of the long record: "10000,1000,1000000".
 */
import { cpus } from "node:os";
import { ensemble, ensembleOnGpu, filterOnGpu, kalmanFilter, numbers } from "../core/index.ts";
import type { Ensemble, GpuDevice, GpuRecording, GpuView } from "../core/index.ts";
import { realGpu } from "./gpu.ts";
import { kalmanSystem } from "./kalmanSystem.ts";
import type { KalmanSystem } from "./kalmanSystem.ts";
import { duration, error } from "./table.ts";
import type { Table } from "./table.ts";

const columns = [
  "work",
  "n, m",
  "missing",
  "GPU, first",
  "GPU",
  "sending",
  "kernels by the GPU's clock",
  "reading",
  "CPU",
  "CPU / GPU",
  "error of x: rms, most",
  "of log-likelihood",
  "GPU memory, runs",
];

export default async function run(_app?: unknown, sizes = process.env["KALMAN_SIZES"]): Promise<Table> {
  const title = `### Kalman filters on a GPU and on the CPU (${cpus()[0]?.model.trim()})`;
  const [filters, steps, samples] = (sizes ?? "10000,1000,1000000").split(",").map(Number) as [number, number, number];
  const rows: string[][] = [];
  const notes: string[] = [];
  for (const kind of ["timed", "plain"] as const) {
    const opened = await realGpu({ plain: kind === "plain" });
    if (typeof opened === "string") return { title, columns, rows, notes: [`Not measured: ${opened}.`] };
    const { info } = opened;
    // A device with the default limits has no clock: all is timed on one that has it and is told to keep to those limits.
    const limits =
      kind === "timed" ? { ...info.limits, binding: 2 ** 27, buffer: 2 ** 28, groups: 65_535 } : info.limits;
    const device: GpuDevice = { ...opened, info: { ...info, limits } };
    const which = kind === "plain" ? ", plain device" : "";
    notes.push(`${kind}: ${info.name}, ${limits.binding / 2 ** 20} MiB a binding, ${limits.groups} workgroups.`);
    const add = async (work: Promise<string[]>) => {
      const row = await work;
      rows.push(row);
      process.stderr.write(`${row.join("  ")}\n`);
    };
    for (const n of kind === "timed" ? [2, 4, 8] : [4]) {
      const system = kalmanSystem(n, samples, 3);
      const gappy = withGaps(system);
      const many = `${filters} x ${steps}${which}`;
      await add(ofEnsemble(device, system, filters, steps, many));
      if (kind === "plain") continue;
      if (n === 4) {
        await add(ofEnsemble(device, system, filters, steps, `${many}, last kept`, "last"));
        await add(ofEnsemble(device, gappy, filters, steps, many));
      }
      for (const length of [samples / 100, samples / 10, samples])
        await add(ofRecord(device, system, length, `1 x ${length}${which}`));
      await add(ofRecord(device, gappy, samples, `1 x ${samples}${which}`));
    }
    opened.close();
  }
  notes.push(
    "Wall time by the public door, from float64 arrays to float64 arrays, what is sent and read back included: the first run, with programs made, and the best of those after it. Taken apart in one more run: writing to the device's queue; its programs' time; reading the same words back once more. These overlap with one another and with the CPU's part.",
    "Errors: of x over its deviation by the CPU's filter, over all samples; of the log-likelihood relative, of an ensemble the largest. The CPU's time is the best of up to four runs.",
  );
  return { title, columns, rows, notes };
}

/** One in twenty entries is missing. */
function withGaps(system: KalmanSystem): KalmanSystem {
  const random = numbers(7);
  const data = system.y.data.map((v) => (random.below(20) === 0 ? Number.NaN : v));
  return { ...system, y: { ...system.y, data } };
}

const missing = (y: Float64Array): string => (y.some(Number.isNaN) ? "5 %" : "none");

/** `least` runs and up to four that begin within 3 s; the first one counts where it is the only one. */
async function best<T>(least: number, work: () => Promise<T>): Promise<{ first: number; best: number; found: T }> {
  const times: number[] = [];
  let found: T;
  const end = performance.now() + 3000;
  do {
    const began = performance.now();
    found = await work();
    times.push(performance.now() - began);
  } while (times.length < least || (times.length < 4 && performance.now() < end));
  return { first: times[0]!, best: Math.min(...(times.length > 1 ? times.slice(1) : times)), found };
}

async function done<T extends { readonly ok: boolean }>(work: AsyncGenerator<number, T> | Generator<number, T>) {
  for (;;) {
    const next = await work.next();
    if (!next.done) continue;
    if (!next.value.ok) throw new Error(JSON.stringify(next.value));
    return next.value as Extract<T, { ok: true }>;
  }
}

async function ofEnsemble(
  device: GpuDevice,
  { model, m, y }: KalmanSystem,
  filters: number,
  steps: number,
  work: string,
  keep: "all" | "last" = "all",
) {
  const n = model.A.rows;
  const task: Ensemble = { model, filters, steps, keep, y: new Float64Array(filters * steps * m) };
  // Stretches of the one record, evenly spread.
  for (let f = 0; f < filters; f++) {
    const from = Math.floor((f * (y.rows - steps)) / filters);
    task.y.set(y.data.subarray(from * m, (from + steps) * m), f * steps * m);
  }
  const gpu = await best(3, () => done(ensembleOnGpu(device, task)));
  const parts = await apart(device, (watched) => done(ensembleOnGpu(watched, task)));
  const cpu = await best(1, () => done(ensemble(task)));
  // Deviations hardly depend on which entries are missing: those of the first filter stand for all.
  const one = kalmanFilter(model, { rows: steps, cols: m, data: task.y.subarray(0, steps * m) });
  if (!one.ok) throw new Error(one.code);
  const sample = (k: number) => (keep === "all" ? k % steps : steps - 1);
  const deviation = (k: number, i: number) => Math.sqrt(one.P[(one.row[sample(k)]! * n + i) * n + i]!);
  let worst = 0;
  cpu.found.loglik.forEach((want, f) => (worst = Math.max(worst, Math.abs(gpu.found.loglik[f]! / want - 1))));
  return row(work, n, m, task.y, gpu, parts, cpu, apartIn(gpu.found.x, cpu.found.x, n, deviation), worst);
}

async function ofRecord(device: GpuDevice, { model, m, y }: KalmanSystem, length: number, work: string) {
  const n = model.A.rows;
  const record = { rows: length, cols: m, data: y.data.subarray(0, length * m) };
  const gpu = await best(3, () => done(filterOnGpu(device, model, record)));
  const parts = await apart(device, (watched) => done(filterOnGpu(watched, model, record)));
  const cpu = await best(1, () => {
    const found = kalmanFilter(model, record);
    if (!found.ok) throw new Error(found.code);
    return Promise.resolve(found);
  });
  const { P, row: rows, loglik } = cpu.found;
  const deviation = (k: number, i: number) => Math.sqrt(P[(rows[k]! * n + i) * n + i]!);
  const errors = apartIn(gpu.found.x, cpu.found.x, n, deviation);
  return row(work, n, m, record.data, gpu, parts, cpu, errors, Math.abs(gpu.found.loglik / loglik - 1));
}

interface Timed {
  readonly first: number;
  readonly best: number;
}

function row(
  work: string,
  n: number,
  m: number,
  y: Float64Array,
  gpu: Timed,
  parts: Parts,
  cpu: Timed,
  errors: readonly number[],
  loglik: number,
): string[] {
  return [
    ...[work, `${n}, ${m}`, missing(y), duration(gpu.first), duration(gpu.best)],
    ...[parts.sending, parts.kernels, parts.reading].map(duration),
    ...[duration(cpu.best), (cpu.best / gpu.best).toPrecision(3)],
    ...[errors.map(error).join(", "), error(loglik), `${((4 * parts.words) / 1e6).toPrecision(3)} MB, ${parts.runs}`],
  ];
}

/** Root mean square and largest difference, in deviations. */
function apartIn(got: Float64Array, want: Float64Array, n: number, deviation: (k: number, i: number) => number) {
  let [squares, most] = [0, 0];
  for (let at = 0, k = 0; at < want.length; k++) {
    for (let i = 0; i < n; i++, at++) {
      const gap = got[at]! - want[at]!;
      if (gap === 0) continue;
      const one = Math.abs(gap) / deviation(k, i);
      squares += one * one;
      if (!(one <= most)) most = one;
    }
  }
  return [Math.sqrt(squares / want.length), most];
}

/** ms of one run by themselves: they may overlap with one another and with the CPU's work. */
interface Parts {
  readonly sending: number;
  readonly reading: number;
  /** By the GPU's clock, where it has one. */
  readonly kernels: number | undefined;
  /** Held at most. */
  readonly words: number;
  readonly runs: number;
}

async function apart(device: GpuDevice, work: (watched: GpuDevice) => Promise<unknown>): Promise<Parts> {
  let [sending, runs, words, held] = [0, 0, 0, 0];
  const freed: GpuView[] = [];
  const reads: GpuView[] = [];
  /** Steps in all, and of the last run, of each recording. */
  const recordings = new Map<GpuRecording, { all: number; last: number }>();
  let last = 0;
  await work({
    ...device,
    buffer(...given) {
      const view = device.buffer(...given);
      held += view.length;
      words = Math.max(words, held);
      return view;
    },
    write(view, given) {
      // The sizes of a run: lanes and steps come first.
      if (given instanceof Uint32Array) last = given[1]!;
      const began = performance.now();
      device.write(view, given);
      sending += performance.now() - began;
    },
    run(...given) {
      for (const one of given) recordings.set(one, { all: (recordings.get(one)?.all ?? 0) + last, last });
      runs++;
      device.run(...given);
    },
    read(view) {
      reads.push(view);
      return device.read(view);
    },
    // Until all has been timed.
    release(view) {
      held -= view.length;
      freed.push(view);
    },
  });
  let reading = 0;
  for (const view of reads) {
    const began = performance.now();
    await device.read(view);
    reading += performance.now() - began;
  }
  let kernels: number | undefined;
  if (device.info.timestamps && !device.info.software) {
    kernels = 0;
    for (const [recording, { all, last: steps }] of recordings) {
      const times = await device.time(recording, 5, 2);
      if (!times.ok) throw new Error(times.message);
      kernels += (Math.min(...times.milliseconds) * all) / steps;
    }
  }
  for (const view of freed) device.release(view);
  return { sending, reading, kernels, words, runs };
}
