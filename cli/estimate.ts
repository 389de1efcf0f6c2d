/** `lazo estimate`: the hidden states of a diagram from a record of what was measured, with their deviations. */
import {
  consistency,
  estimatorKinds,
  estimators,
  evaluateVariables,
  filterOnFound,
  findDevice,
  matrixOf,
  plantModel,
  plantSignals,
  weight,
  type DenseModel,
  type Estimated,
  type Estimators,
  type EstimatorSpec,
  type Plant,
  type PlantSignal,
  type Records,
} from "../core/index.ts";
import { writeWhole } from "./files.ts";
import { cardFor, openCard, type Card } from "./gpu.ts";
import { loadModel, type Changes } from "./model.ts";
import { count, oneOf, positive } from "./optionValues.ts";
import { columnsWithGaps } from "./records.ts";
import { csvTable } from "./results.ts";
import { exits, printable, refuse, Refused, tell, toStdout, wrongUse } from "./report.ts";

export interface EstimateOptions extends Pick<Changes, "set" | "step"> {
  readonly method?: string;
  /** name or name=column, of inputs and of what is measured. */
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly Q?: string;
  readonly R?: string;
  readonly x0?: string;
  readonly P0?: string;
  readonly gain?: string;
  readonly iterations?: string;
  readonly particles?: string;
  readonly seed?: string;
  readonly device?: string;
  readonly out?: string;
}

export async function estimate(path: string, data: string, options: EstimateOptions): Promise<number> {
  const { out } = options;
  if (out !== undefined && !/\.csv$/i.test(out)) throw wrongUse(`--out ${out}: estimates are written as .csv.`);
  const kind = oneOf("method", options.method ?? "ekf", estimatorKinds);
  const device = oneOf("device", options.device ?? "auto", ["auto", "gpu", "cpu"] as const);
  if (device === "gpu" && kind !== "kalman")
    throw wrongUse(`--device gpu: ${kind} runs on the CPU.`, "--method kalman runs on a GPU.");
  if (!/\.csv$/i.test(data)) throw wrongUse(`${data}: the record is a .csv file.`);
  const { document, model } = await loadModel(path, options.set ? { set: options.set } : {});
  const records = await columnsWithGaps(data);
  const interval = records.period ?? positive("step", options.step, Number.NaN);
  const signals = plantSignals(model);
  const driven = pairs("inputs", options.inputs, signals.inputs, records, data);
  const measured = pairs("outputs", options.outputs, [...signals.outputs, ...signals.shown], records, data);
  if (measured.length === 0)
    throw refuse(
      "NOTHING_MEASURED",
      data,
      `No column has the name of an output: there are ${records.names.join(", ")}.`,
      "Say which is which, for example --outputs y=column.",
    );
  const plant = plantModel(model, {
    interval: Number(interval.toPrecision(9)),
    inputs: driven.map(({ name }) => name),
    outputs: measured.map(({ name }) => name),
  });
  if (!plant.ok) throw new Refused(plant.problems);
  if (plant.x.length === 0) throw refuse("NO_STATE", path, "The diagram has no state to be estimated.");
  if (plant.y.length !== measured.length)
    throw refuse("SIGNAL_VECTOR", path, "A name stands for several signals.", "Name one element, as y[1].");
  const { scope } = evaluateVariables(document.variables);
  const known = noisy(
    plant,
    options,
    (text) => matrixOf(text, scope),
    (text, size) => weight(text, scope, size),
  );
  const steps = records.runs[0]?.[0]?.length ?? 0;
  const u = rowsOf(
    driven.map(({ values }) => values),
    steps,
  );
  const missing = u.data.findIndex((v) => !Number.isFinite(v));
  if (missing >= 0)
    throw refuse(
      "INPUT_MISSING",
      driven[missing % u.cols]!.column,
      `Row ${Math.floor(missing / u.cols) + 1} is no number, and an input must be known at each.`,
      "Fill it in, or leave the input as it is drawn.",
    );
  const y = rowsOf(
    measured.map(({ values }) => values),
    steps,
  );
  const all = estimators(known, steps, plant.y.length, driven.length > 0 ? u : undefined);
  if (!all.ok) throw refuse(all.code, path, all.message);
  const spec = specOf(kind, options, plant, (text) => matrixOf(text, scope));
  const seed = count("seed", options.seed, 1, 0);
  const card =
    kind === "kalman" ? await cardFor(device, (always) => findDevice(openCard, worthGpu(y), always)) : undefined;
  const found = card ? await onCard(card, all, y) : all.run(spec, y, seed);
  if (!found.ok) throw refuse(found.code, path, found.message, cures[found.code]);
  if (!all.linear && (kind === "kalman" || kind === "observer"))
    tell(`${kind} works with the diagram linearized at its start`);
  judge(found, steps);
  const clock = Float64Array.from({ length: steps }, (_, k) => k * interval);
  const parts = csvTable(["t", ...plant.x, ...plant.x.map((name) => `${name} sigma`)], [clock, ...columnsOf(found)]);
  await (out === undefined ? toStdout(parts) : writeWhole(out, parts));
  return exits.done;
}

/**
 * A long record with gaps: the GPU of a server took less than half the CPU's time for a million samples with 1 entry in 20 missing, making its
 * programs included; without gaps the CPU, whose covariances come to rest, was the faster one at every length (bench/README.md).
 */
function worthGpu({ rows, data }: ReturnType<typeof rowsOf>): boolean {
  if (rows < 500_000) return false;
  let missing = 0;
  for (const one of data) if (Number.isNaN(one)) missing++;
  return missing > data.length / 100;
}

/** The Kalman filter in float32, or in float64 on the CPU where the card will not do; which is told. */
async function onCard(card: Card, { beside }: Estimators, y: ReturnType<typeof rowsOf>) {
  let where = `float32 on ${printable(card.opened.device.info.name)}`;
  const work = filterOnFound(
    card,
    ({ code, message }) => (where = `float64 on the CPU: ${code}, ${message}`),
    beside.model,
    y,
    beside.u,
  );
  for (;;) {
    const next = await work.next();
    if (!next.done) continue;
    tell(where);
    return next.value;
  }
}

const cures: { readonly [code: string]: string } = {
  S_NOT_PD: "Give each measurement some noise: raise --R.",
  NO_GAIN: "Measure more, raise --Q, or give a --gain.",
  DIVERGED: "Try another --method, or a larger --Q.",
};

interface Pair {
  readonly name: string;
  readonly column: string;
  readonly values: Float64Array;
}

/** Signals with their columns: as asked, or those of one name. */
function pairs(
  option: string,
  asked: readonly string[] | undefined,
  there: readonly PlantSignal[],
  { names, runs }: Records,
  path: string,
): readonly Pair[] {
  const find = (column: string): Float64Array | undefined => runs[0]?.[names.indexOf(column)];
  if (!asked)
    return there.flatMap(({ name, label }) => {
      const column = [label, name].find((one) => find(one));
      return column === undefined ? [] : [{ name, column, values: find(column)! }];
    });
  return asked.map((text) => {
    const cut = text.lastIndexOf("=");
    const name = (cut < 0 ? text : text.slice(0, cut)).trim();
    const column = (cut < 0 ? text : text.slice(cut + 1)).trim();
    if (name === "" || column === "")
      throw wrongUse(`--${option} ${text}: name=column is expected.`, `For example --${option} y=height.`);
    const values = find(column);
    if (!values)
      throw refuse("COLUMN_UNKNOWN", path, `There is no column "${column}".`, `There are ${names.join(", ")}.`);
    return { name: there.find(({ label }) => label === name)?.name ?? name, column, values };
  });
}

type Read = (text: string) => ReturnType<typeof matrixOf>;

function noisy(
  { f, h, F, H, x, y, x0 }: Plant,
  options: EstimateOptions,
  read: Read,
  square: (text: string, size: number) => ReturnType<typeof weight>,
): DenseModel {
  const [n, p] = [x.length, y.length];
  const covariance = (name: "Q" | "R" | "P0", otherwise: string, size: number) => {
    const found = square(options[name] ?? otherwise, size);
    if (!found)
      throw wrongUse(
        `--${name} ${options[name]}: a number, a vector of ${size} or a matrix of ${size} x ${size} is expected.`,
      );
    return found;
  };
  if (options.Q === undefined || options.R === undefined)
    throw wrongUse(
      "--Q and --R say how large the noise of states and measurements is.",
      "For example --Q 1e-4 --R 0.01.",
    );
  const begin = options.x0 === undefined ? [...x0] : read(options.x0)?.to1DArray();
  if (begin?.length !== n)
    throw wrongUse(`--x0 ${options.x0}: a vector of ${n} is expected.`, `The states are ${x.join(", ")}.`);
  return {
    ...{ f, h, F, H, x0: begin },
    Q: covariance("Q", "", n),
    R: covariance("R", "", p),
    P0: covariance("P0", "1", n),
  };
}

function specOf(kind: EstimatorSpec["kind"], options: EstimateOptions, { x, y }: Plant, read: Read): EstimatorSpec {
  const { gain, iterations, particles } = options;
  const G = gain === undefined ? undefined : read(gain);
  if (gain !== undefined && (G?.rows !== x.length || G.columns !== y.length))
    throw wrongUse(`--gain ${gain}: a matrix of ${x.length} x ${y.length} is expected.`);
  return {
    kind,
    ...(G && { gain: G }),
    ...(iterations !== undefined && { iterations: count("iterations", iterations, 5) }),
    ...(particles !== undefined && { particles: count("particles", particles, 1000) }),
  };
}

function judge(found: Estimated, steps: number): void {
  const { nis, whiteness } = consistency(found);
  const digits = (v: number): string => String(Number(v.toPrecision(4)));
  if (found.loglik !== undefined) tell(`log-likelihood ${digits(found.loglik)} of ${steps} samples`);
  const words = {
    consistent: "the filter knows how well it knows",
    optimistic: "it is surer than it may be: raise --Q or --R",
    pessimistic: "it is better than it believes: lower --Q or --R",
  };
  tell(
    `NIS ${digits(nis.mean)}, ${digits(nis.expected)} expected, 95 % within ${digits(nis.low)} to ${digits(nis.high)}: ${nis.verdict}, ${words[nis.verdict]}`,
  );
  const white = whiteness.filter((one) => one.white).length;
  tell(`innovations white in ${white} of ${whiteness.length} measurements`);
}

function columnsOf({ n, steps, x, P, row }: Estimated): readonly Float64Array[] {
  const column = (value: (k: number, i: number) => number) =>
    Array.from({ length: n }, (_, i) => Float64Array.from({ length: steps }, (__, k) => value(k, i)));
  return [...column((k, i) => x[k * n + i]!), ...column((k, i) => Math.sqrt(P[(row[k]! * n + i) * n + i]!))];
}

function rowsOf(columns: readonly Float64Array[], rows: number) {
  const cols = columns.length;
  const data = new Float64Array(rows * cols);
  columns.forEach((values, j) => values.forEach((v, k) => (data[k * cols + j] = v)));
  return { data, rows, cols };
}
