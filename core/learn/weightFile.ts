/**
 * A trained network as text: JSON with every number in full, so that it can be read, compared and carried anywhere. What is read may come from
 * anyone: only what the network itself asks for is taken, and only if it is finite and of the right size.
 */
import type { Weight, Weights } from "./layers/layer.ts";
import { layerKinds, network, sizeOf, type NetworkSpec } from "./network.ts";
import { numbers } from "./numbers.ts";

/** Physical value = mean + scale times the network's. */
export interface Scaling {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
}

export interface Learned {
  readonly spec: NetworkSpec;
  readonly weights: Weights;
  /** Of inputs and of outputs, an entry a channel. */
  readonly from: Scaling;
  readonly to: Scaling;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Steps that an answer lies ahead of the last input. */
  readonly ahead: number;
  /** In s; undefined where time did not count. */
  readonly period?: number;
  /** How it came about, for people: seed, steps, losses. */
  readonly training: Readonly<Record<string, number | string>>;
}

/** Else it holds first values, and its units are nobody's. */
export const isTrained = ({ training }: Learned): boolean => Object.keys(training).length > 0;

export type ReadWeights =
  | { readonly ok: true; readonly learned: Learned }
  | {
      readonly ok: false;
      readonly code: "NOT_JSON" | "NOT_WEIGHTS" | "WEIGHTS_VERSION" | "WEIGHTS_TOO_LARGE" | "WEIGHTS_INVALID";
      /** Where in the file: "spec.width". */
      readonly place: string;
      readonly message: string;
    };

const format = "lazo-weights";
const version = 1;
/** Numbers of a network; and of each size that a spec may ask for. */
const most = 20_000_000;
const widest = 8192;

export function writeWeights(learned: Learned): string {
  const { weights, ...rest } = learned;
  const named = Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: Array.from(data) }]),
  );
  return `${JSON.stringify({ format, version, ...rest, weights: named })}\n`;
}

class Unfit extends Error {
  readonly place: string;
  readonly code: "WEIGHTS_INVALID" | "WEIGHTS_TOO_LARGE";
  constructor(place: string, message: string, code: Unfit["code"] = "WEIGHTS_INVALID") {
    super(message);
    this.place = place;
    this.code = code;
  }
}

export function readWeights(text: string): ReadWeights {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, code: "NOT_JSON", place: "", message: "The file is not JSON." };
  }
  if (!isRecord(value) || value["format"] !== format)
    return { ok: false, code: "NOT_WEIGHTS", place: "format", message: "The file holds no weights of Lazo." };
  if (value["version"] !== version)
    return {
      ok: false,
      code: "WEIGHTS_VERSION",
      place: "version",
      message: `Version ${String(value["version"])} of weights is not known; ${version} is.`,
    };
  try {
    return { ok: true, learned: learnedOf(value) };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return { ok: false, code: error.code, place: error.place, message: error.message };
  }
}

function learnedOf(file: Record<string, unknown>): Learned {
  const spec = specOf(record(file["spec"], "spec"));
  let wanted: Weights;
  try {
    // Their sizes are asked for by drawing them once, after the sizes themselves were found bearable.
    wanted = network(spec).weights(numbers(0));
  } catch (error) {
    if (error instanceof RangeError) throw new Unfit("spec", `${error.message}.`);
    throw error;
  }
  const given = record(file["weights"], "weights");
  const weights: Record<string, Weight> = {};
  for (const [name, weight] of Object.entries(wanted)) {
    const place = `weights.${name}`;
    if (!Object.hasOwn(given, name)) throw new Unfit(place, "This weight is missing.");
    const data = list(record(given[name], place)["data"], `${place}.data`, weight.data.length);
    weights[name] = { ...weight, data: Float64Array.from(data) };
  }
  const period = file["period"];
  const ahead = file["ahead"] ?? 0;
  if (!Number.isInteger(ahead) || Math.abs(ahead as number) > 1e6)
    throw new Unfit("ahead", "Steps ahead are an integer.");
  if (period !== undefined && !(typeof period === "number" && period > 0 && Number.isFinite(period)))
    throw new Unfit("period", "A period is a positive number of seconds.");
  const inputs = spec.symbols ? 1 : spec.inputs;
  const targets = outputNamesOf(file["outputNames"], spec.outputs);
  return {
    spec,
    weights,
    from: scalingOf(file["from"], "from", inputs),
    to: scalingOf(file["to"], "to", targets.length),
    inputNames: names(file["inputNames"], "inputNames", inputs),
    outputNames: targets,
    ahead: ahead as number,
    ...(period === undefined ? {} : { period }),
    training: trainingOf(file["training"]),
  };
}

/** A network that also says how sure it is has two outputs a name. */
function outputNamesOf(value: unknown, outputs: number): readonly string[] {
  const half = Array.isArray(value) && 2 * value.length === outputs;
  return names(value, "outputNames", half ? outputs / 2 : outputs);
}

function specOf(given: Record<string, unknown>): NetworkSpec {
  const count = (name: string, optional = false): number | undefined => {
    const value = given[name];
    if (value === undefined && optional) return undefined;
    if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > (name === "length" ? 2 ** 20 : widest))
      throw new Unfit(`spec.${name}`, `This is a whole number from 1 on, not ${shown(value)}.`);
    return value as number;
  };
  const choice = <T extends string>(name: string, of: readonly T[], optional = false): T | undefined => {
    const value = given[name];
    if (value === undefined && optional) return undefined;
    const found = of.find((one) => one === value);
    if (found === undefined) throw new Unfit(`spec.${name}`, `This is one of ${of.join(", ")}, not ${shown(value)}.`);
    return found;
  };
  const optional = <K extends string, V>(name: K, value: V | undefined) =>
    (value === undefined ? {} : { [name]: value }) as { readonly [key in K]?: V };
  const rate = given["dropout"];
  if (rate !== undefined && !(typeof rate === "number" && rate >= 0 && rate < 1))
    throw new Unfit("spec.dropout", `This is a number from 0 up to 1, not ${shown(rate)}.`);
  const range = given["stepRange"];
  const stepRange = range === undefined ? undefined : list(range, "spec.stepRange", 2);
  if (stepRange && !(stepRange[0]! > 0 && stepRange[1]! >= stepRange[0]!))
    throw new Unfit("spec.stepRange", "This is a least and a largest step above zero.");
  const spec: NetworkSpec = {
    kind: choice("kind", layerKinds)!,
    form: choice("form", ["filter", "network"] as const)!,
    inputs: count("inputs")!,
    outputs: count("outputs")!,
    width: count("width")!,
    states: count("states")!,
    layers: count("layers")!,
    ...optional("symbols", count("symbols", true)),
    ...optional("blocks", count("blocks", true)),
    ...optional("init", choice("init", ["lin", "inv", "legs", "real", "random"] as const, true)),
    ...optional("method", choice("method", ["zoh", "bilinear", "euler"] as const, true)),
    ...optional("stepRange", stepRange && ([stepRange[0]!, stepRange[1]!] as const)),
    ...optional("length", count("length", true)),
    ...optional("dropout", rate),
    ...optional("answer", choice("answer", ["each", "mean", "last"] as const, true)),
  };
  // nplr's matrices have states^2 numbers, twice that in DSS: more than these few are refused before they are made.
  if (sizeOf(spec) > most || spec.states > 1024)
    throw new Unfit("spec", "The network is too large.", "WEIGHTS_TOO_LARGE");
  return spec;
}

function scalingOf(value: unknown, place: string, channels: number): Scaling {
  const given = record(value, place);
  const scale = list(given["scale"], `${place}.scale`, channels);
  if (scale.some((s) => !(s > 0))) throw new Unfit(`${place}.scale`, "Scales are above zero.");
  return { mean: list(given["mean"], `${place}.mean`, channels), scale };
}

function trainingOf(value: unknown): Record<string, number | string> {
  const given = value === undefined ? {} : record(value, "training");
  return Object.fromEntries(
    Object.entries(given).filter(
      (entry): entry is [string, number | string] =>
        entry[0] !== "__proto__" && (typeof entry[1] === "number" || typeof entry[1] === "string"),
    ),
  );
}

function names(value: unknown, place: string, count: number): readonly string[] {
  if (!Array.isArray(value) || value.length !== count || !value.every((name) => typeof name === "string"))
    throw new Unfit(place, `This is a list of ${count} names.`);
  return value;
}

function list(value: unknown, place: string, count: number): number[] {
  if (!Array.isArray(value)) throw new Unfit(place, "This is a list of numbers.");
  if (value.length !== count) throw new Unfit(place, `This has ${value.length} numbers instead of ${count}.`);
  const at = value.findIndex((v) => typeof v !== "number" || !Number.isFinite(v));
  if (at >= 0) throw new Unfit(`${place}[${at}]`, `This is a finite number, not ${shown(value[at])}.`);
  return value as number[];
}

function record(value: unknown, place: string): Record<string, unknown> {
  if (!isRecord(value)) throw new Unfit(place, "This part is missing.");
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 40);
}
