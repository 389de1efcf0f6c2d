/** What each command does, once its words are understood (main.ts). Each gives its exit code. */
import {
  accelerate,
  compile,
  emitJson,
  emitTypescript,
  executionOrder,
  linearize,
  matrixFormats,
  needlessStates,
  printMatrices,
  printOrder,
  runSettings,
  simulate,
} from "../core/index.ts";
import type { Linearization, Linearized, MatrixFormat, Model, Problem } from "../core/index.ts";
import { readModelFile, writeWhole } from "./files.ts";
import { filterMatrices } from "./learned.ts";
import { distinct, loadModel, type Changes } from "./model.ts";
import { memoryAt, trimmedAs, trimSpec, type Asked } from "./operatingPoint.ts";
import {
  exits,
  hasError,
  printable,
  problemLine,
  progressLine,
  refuse,
  Refused,
  reportProblems,
  toStdout,
  wrongUse,
} from "./report.ts";
import { csvParts, jsonParts } from "./results.ts";
import { sinksOf, writeSinks } from "./sinks.ts";
import { trimmedJson, trimmedTable } from "./trimmed.ts";

export async function check(path: string): Promise<number> {
  let problems;
  try {
    const { document, warnings } = await readModelFile(path);
    const compiled = compile(document);
    const needless = compiled.ok ? needlessOf(linearize(compiled.model)) : [];
    problems = distinct([...warnings, ...compiled.problems, ...runSettings(document, false).problems, ...needless]);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    problems = error.problems;
  }
  await toStdout(problems.map((problem) => `${problemLine(problem)}\n`));
  return hasError(problems) ? exits.failed : exits.done;
}

/** There is time for more states than in the window. */
const needlessOf = (linearized: Linearized): readonly Problem[] =>
  linearized.ok ? needlessStates(linearized.linearization, 150) : [];

export interface MatrixOptions {
  readonly at?: string;
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly open?: readonly string[];
  readonly pade?: string;
  readonly format?: string;
}

export async function matrices(path: string, options: MatrixOptions): Promise<number> {
  const { at, from, to, open, pade, format = "text" } = options;
  if (!isFormat(format))
    throw wrongUse(`--format ${format}: there is no such format.`, `There are ${matrixFormats.join(", ")}.`);
  if (/\.json$/i.test(path)) {
    if (at ?? from ?? to ?? open ?? pade)
      throw wrongUse("A trained filter has no points to choose: only --format is for it.");
    await toStdout([printMatrices(await filterMatrices(path), format)]);
    return exits.done;
  }
  const { model, settings } = await loadModel(path);
  const linearized = linearize(model, {
    ...(at === undefined ? {} : { at: await memoryAt(model, settings, at) }),
    ...(from ? { inputs: from } : {}),
    ...(to ? { outputs: to } : {}),
    ...(open ? { open, onPath: true } : {}),
    ...(pade === undefined ? {} : { pade: Number(pade) }),
  });
  if (!linearized.ok) throw new Refused(linearized.problems);
  const { linearization } = linearized;
  if (hasError(linearization.problems)) throw new Refused(linearization.problems);
  reportProblems([...linearization.problems, ...needlessOf(linearized)]);
  if (!linearization.exact) process.stderr.write(`${pointText(linearization)}\n`);
  await toStdout([printMatrices(linearization.system, format)]);
  return exits.done;
}

export async function equilibrium(path: string, asked: Asked & { readonly format?: string }): Promise<number> {
  const { format = "text" } = asked;
  if (format !== "text" && format !== "json")
    throw wrongUse(`--format ${format}: there is no such format.`, "There are text and json.");
  const { document, model } = await loadModel(path);
  const trimmed = trimmedAs(model, trimSpec(model, document, asked));
  reportProblems(trimmed.problems);
  await toStdout([format === "json" ? trimmedJson(trimmed) : trimmedTable(trimmed)]);
  return trimmed.ok ? exits.done : exits.failed;
}

export async function order(path: string, format = "text"): Promise<number> {
  if (format !== "text" && format !== "json")
    throw wrongUse(`--format ${format}: there is no such format.`, "There are text and json.");
  const { model } = await loadModel(path);
  const entries = executionOrder(model.ir);
  await toStdout([
    format === "json" ? `${JSON.stringify(entries, undefined, 2)}\n` : printableLines(printOrder(entries)),
  ]);
  return exits.done;
}

/** Line by line, so that no name tears the table apart. */
function printableLines(table: string): string {
  return table
    .split("\n")
    .map((line) => printable(line))
    .join("\n");
}

function isFormat(name: string): name is MatrixFormat {
  return matrixFormats.some((format) => format === name);
}

function pointText({ at }: Linearization): string {
  return `linearized at t = ${at.t} s, x = [${at.x.join(", ")}], u = [${at.u.join(", ")}]`;
}

/** What of a run is written, and where to. */
interface Written {
  readonly out?: string;
  /** Paths of signals; all that the model records when left out. */
  readonly signals?: readonly string[];
}

export async function run(path: string, changes: Changes, { out, signals }: Written): Promise<number> {
  if (out !== undefined && !/\.(csv|json)$/i.test(out))
    throw wrongUse(`--out ${out}: results are written as .csv or .json.`);
  const { document, model, settings } = await loadModel(path, changes);
  const sinks = sinksOf(document, model, path, out);
  const { records } = model.ir;
  const chosen = signals === undefined ? records : signals.map((name) => recordNamed(model, name));
  const sunk = new Set(sinks.flatMap((sink) => sink.records.map((index) => records[index]!)));
  const kept = [...new Set([...chosen, ...sunk])];
  const line = progressLine();
  const result = simulate(accelerate(model, settings).engine, { records: kept }, settings, { progress: line.show });
  line.end();
  reportProblems(result.problems);
  const traceOf = new Map(kept.map((record, i) => [record, result.traces[i]!]));
  const shown = { ...result, traces: chosen.map((record) => traceOf.get(record)!) };
  const parts = out !== undefined && /\.json$/i.test(out) ? jsonParts(shown) : csvParts(shown);
  await (out === undefined ? toStdout(parts) : writeWhole(out, parts));
  await writeSinks(sinks, result, (index) => traceOf.get(records[index]!)!);
  const whole = result.status === "finished" || result.status === "stopped";
  return whole && !hasError(result.problems) ? exits.done : exits.failed;
}

function recordNamed({ ir }: Model, name: string): Model["ir"]["records"][number] {
  const found = ir.records.find(({ path }) => path === name);
  if (found) return found;
  const there = ir.records.map(({ path }) => path);
  const some = there.length > 12 ? [...there.slice(0, 12), "..."] : there;
  throw refuse("SIGNAL_UNKNOWN", name, "No signal of this path is recorded.", `There are ${some.join(", ")}.`);
}

export async function exportModel(path: string, to: string, out: string | undefined): Promise<number> {
  if (to !== "json" && to !== "ts") throw wrongUse(`--to ${to}: there is no such target.`, "There are json and ts.");
  const { document, model, settings } = await loadModel(path);
  const linearization = matricesOf(model);
  const options = { name: document.name, settings, ...(linearization === undefined ? {} : { linearization }) };
  const text = to === "json" ? emitJson(model, options) : emitTypescript(model, options);
  await (out === undefined ? toStdout([text]) : writeWhole(out, [text]));
  return exits.done;
}

/** A model without a single A, B, C, D is exported without matrices, which is worth a word. */
function matricesOf(model: Model): Linearization | undefined {
  const linearized = linearize(model);
  reportProblems(linearized.ok ? linearized.linearization.problems : linearized.problems);
  return linearized.ok && !hasError(linearized.linearization.problems) ? linearized.linearization : undefined;
}
