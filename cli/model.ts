/** From a file to a model: read, changed as the options say, compiled. Warnings go to stderr, errors end the command. */
import {
  compile,
  runSettings,
  solvers,
  type LazoDocument,
  type Model,
  type Problem,
  type SimSettings,
  type Solver,
} from "../core/index.ts";
import { readModelFile } from "./files.ts";
import { hasError, Refused, reportProblems, wrongUse } from "./report.ts";

export interface Changes {
  /** name=expression, one for each variable to change. */
  readonly set?: readonly string[];
  readonly stop?: string;
  readonly step?: string;
  readonly solver?: string;
}

export interface LoadedModel {
  readonly document: LazoDocument;
  readonly model: Model;
  readonly settings: SimSettings;
}

export async function loadModel(path: string, changes: Changes = {}): Promise<LoadedModel> {
  const { document: read, warnings } = await readModelFile(path);
  const document = changed(read, changes);
  const compiled = compile(document);
  const { settings, problems } = runSettings(document, false);
  // compile looks at the run's settings too: each problem is told once.
  const all = distinct([...warnings, ...compiled.problems, ...problems]);
  if (!compiled.ok || hasError(all)) throw new Refused(all);
  reportProblems(all);
  return { document, model: compiled.model, settings };
}

export function distinct(problems: readonly Problem[]): readonly Problem[] {
  const told = new Map(problems.map((problem) => [`${problem.code}\n${problem.path}\n${problem.message}`, problem]));
  return [...told.values()];
}

function changed(document: LazoDocument, { set = [], stop, step, solver }: Changes): LazoDocument {
  const variables = document.variables.map((variable) => ({ ...variable }));
  for (const text of set) {
    const cut = text.indexOf("=");
    const name = text.slice(0, Math.max(cut, 0)).trim();
    const value = text.slice(cut + 1).trim();
    if (name === "" || value === "")
      throw wrongUse(`--set ${text}: name=expression is expected.`, "For example --set mass=2.");
    const variable = variables.find((one) => one.name === name);
    if (!variable) {
      const known = variables.map((one) => one.name).join(", ");
      throw wrongUse(
        `--set ${text}: the document has no variable "${name}".`,
        known === "" ? "It has none at all." : `It has ${known}.`,
      );
    }
    variable.value = value;
  }
  if (solver !== undefined && !isSolver(solver))
    throw wrongUse(`--solver ${solver}: there is no such solver.`, `There are ${solvers.join(", ")}.`);
  return {
    ...document,
    variables,
    run: {
      ...document.run,
      ...(stop === undefined ? {} : { stop }),
      ...(step === undefined ? {} : { step }),
      ...(solver === undefined ? {} : { solver }),
    },
  };
}

function isSolver(name: string): name is Solver {
  return solvers.some((solver) => solver === name);
}
