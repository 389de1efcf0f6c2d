/** What each command does, once its words are understood (main.ts). Each gives its exit code. */
import {
  compile,
  emitJson,
  emitTypescript,
  linearize,
  matrixFormats,
  printMatrices,
  runSettings,
  simulate,
  interpret,
} from "../core/index.ts";
import type { Linearization, MatrixFormat, Model } from "../core/index.ts";
import { readModelFile, writeWhole } from "./files.ts";
import { distinct, loadModel, type Changes } from "./model.ts";
import { memoryAt } from "./operatingPoint.ts";
import { exits, hasError, problemLine, progressLine, Refused, reportProblems, toStdout, wrongUse } from "./report.ts";
import { csvParts, jsonParts } from "./results.ts";

export async function check(path: string): Promise<number> {
  let problems;
  try {
    const { document, warnings } = await readModelFile(path);
    problems = distinct([...warnings, ...compile(document).problems, ...runSettings(document, false).problems]);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    problems = error.problems;
  }
  await toStdout(problems.map((problem) => `${problemLine(problem)}\n`));
  return hasError(problems) ? exits.failed : exits.done;
}

export async function matrices(
  path: string,
  { at, format = "text" }: { readonly at?: string; readonly format?: string },
): Promise<number> {
  if (!isFormat(format))
    throw wrongUse(`--format ${format}: there is no such format.`, `There are ${matrixFormats.join(", ")}.`);
  const { model, settings } = await loadModel(path);
  const linearized = linearize(model, at === undefined ? undefined : await memoryAt(model, settings, at));
  if (!linearized.ok) throw new Refused(linearized.problems);
  const { linearization } = linearized;
  if (hasError(linearization.problems)) throw new Refused(linearization.problems);
  reportProblems(linearization.problems);
  if (!linearization.exact) process.stderr.write(`${pointText(linearization)}\n`);
  await toStdout([printMatrices(linearization.system, format)]);
  return exits.done;
}

function isFormat(name: string): name is MatrixFormat {
  return matrixFormats.some((format) => format === name);
}

function pointText({ at }: Linearization): string {
  return `linearized at t = ${at.t} s, x = [${at.x.join(", ")}], u = [${at.u.join(", ")}]`;
}

export async function run(path: string, changes: Changes, out: string | undefined): Promise<number> {
  if (out !== undefined && !/\.(csv|json)$/i.test(out))
    throw wrongUse(`--out ${out}: results are written as .csv or .json.`);
  const { model, settings } = await loadModel(path, changes);
  const line = progressLine();
  const result = simulate(interpret(model), model.ir, settings, { progress: line.show });
  line.end();
  reportProblems(result.problems);
  const parts = out !== undefined && /\.json$/i.test(out) ? jsonParts(result) : csvParts(result);
  await (out === undefined ? toStdout(parts) : writeWhole(out, parts));
  return result.status === "finished" && !hasError(result.problems) ? exits.done : exits.failed;
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
