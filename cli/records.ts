/** Signals to learn from: the columns of a CSV file, or a diagram run many times with other seeds in its noise. */
import {
  accelerate,
  compile,
  createCsvReader,
  detectCsv,
  readCsv,
  runSettings,
  seededBlocks,
  simulate,
  withSeeds,
  type Records,
} from "../core/index.ts";
import { readDataBytes, readDataFile } from "./files.ts";
import { loadModel, type Changes } from "./model.ts";
import { hasError, refuse, Refused } from "./report.ts";

export interface Source extends Changes {
  /** Runs of a diagram, and the seed that the first one begins from. */
  readonly runs: number;
  readonly seed: number;
}

export async function recordsOf(path: string, source: Source, progress: (share: number) => void): Promise<Records> {
  return /\.lazo$/i.test(path) ? fromDiagram(path, source, progress) : fromCsv(path);
}

async function fromCsv(path: string): Promise<Records> {
  const read = readCsv(path, await readDataFile(path));
  // What is missing among targets does not count; among inputs it is refused where they are chosen.
  if (!read.ok && read.problem.code === "DATA_MISSING_VALUE") return columnsWithGaps(path);
  if (!read.ok) throw new Refused([read.problem]);
  const { columns } = read.table;
  const clock = columns.find(({ name }) => /^(t|time)$/i.test(name));
  const signals = columns.filter((column) => column !== clock);
  return {
    names: signals.map(({ name }) => name),
    runs: [signals.map(({ values }) => values)],
    ...(clock ? { period: evenStep(path, clock.values) } : {}),
  };
}

/** Columns of any CSV file that the window reads too, gaps as NaN; the period where a column tells the time. */
export async function columnsWithGaps(path: string): Promise<Records> {
  const bytes = await readDataBytes(path);
  const refused = ({ code, values }: { readonly code: string; readonly values: object }) => {
    const told = Object.entries(values).map(([name, value]) => `${name} ${String(value)}`);
    return refuse(code, path, `This is no table of numbers${told.length > 0 ? `: ${told.join(", ")}` : ""}.`);
  };
  const found = detectCsv(bytes, true);
  if (!found.ok) throw refused(found);
  const reader = createCsvReader(found.format, new Set(found.columns.keys()));
  const wrong = reader.push(bytes);
  if (wrong) throw refused(wrong);
  const read = reader.finish();
  if (!read.ok) throw refused(read);
  const clock = found.columns.findIndex(({ time }) => time);
  const signals = read.columns.filter(({ place }) => place !== clock);
  return {
    names: signals.map(({ place }) => found.columns[place]!.name),
    runs: [signals.map(({ values }) => values)],
    ...(clock >= 0 && { period: evenStep(path, read.columns[clock]!.values) }),
  };
}

/** Layers know no time but their own steps. */
function evenStep(path: string, t: Float64Array): number {
  const step = t.length > 1 ? (t.at(-1)! - t[0]!) / (t.length - 1) : NaN;
  const uneven = t.findIndex((value, k) => !(Math.abs(value - t[0]! - k * step) <= 1e-3 * step));
  if (!(step > 0) || uneven >= 0)
    throw refuse(
      "SAMPLES_UNEVEN",
      path,
      `Samples are not at equal distances${uneven > 0 ? `: row ${uneven + 1} is at ${t[uneven]} s` : ""}.`,
      "Resample them first.",
    );
  return step;
}

async function fromDiagram(path: string, source: Source, progress: (share: number) => void): Promise<Records> {
  const { document } = await loadModel(path, source);
  if (seededBlocks(document).length === 0)
    throw refuse(
      "NO_SEEDS",
      path,
      "No block of the diagram has a seed: every run would be the same.",
      "Add Gaussian Noise where the plant is driven or measured.",
    );
  const runs: Float64Array[][] = [];
  let names: readonly string[] = [];
  let period = 0;
  for (let r = 0; r < source.runs; r++) {
    const own = withSeeds(document, source.seed + r);
    const compiled = compile(own);
    if (!compiled.ok) throw new Refused(compiled.problems);
    const { settings } = runSettings(own, false);
    const even = { ...settings, events: false };
    const { records } = compiled.model.ir;
    const result = simulate(accelerate(compiled.model, even).engine, { records }, even);
    if (result.status !== "finished" || hasError(result.problems))
      throw result.problems.length > 0
        ? new Refused(result.problems)
        : refuse("RUN_ENDED", path, `Run ${r + 1} ended before its time: ${result.status}.`);
    period = evenStep(path, result.t);
    names = result.traces.map((trace) => trace.path);
    runs.push(result.traces.map(({ values }) => values));
    progress((r + 1) / source.runs);
  }
  return { names, runs, period };
}
