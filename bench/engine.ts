/** The engine that a user gets, and a document that has to compile. */
import { accelerate, compile, runSettings, simulate } from "../core/index.ts";
import type { Compiled, Engine, LazoDocument, Model, SimResult, SimSettings } from "../core/index.ts";

export type Good = Compiled & { readonly ok: true };

/** Compiled, or an error with the reasons: a benchmark of what does not compile measures nothing. */
export function compiled(document: LazoDocument, previous?: Compiled): Good {
  const result = compile(document, previous);
  if (!result.ok) throw new Error(result.problems.map((problem) => `${problem.path}: ${problem.message}`).join("\n"));
  return result;
}

export const engineOf = (model: Model): Engine => accelerate(model).engine;

export const settingsOf = (document: LazoDocument): SimSettings => runSettings(document, false).settings;

/** Run to the end, which it must reach; `records` are what is kept. */
export function finished(
  engine: Engine,
  model: Model,
  settings: SimSettings,
  records: Model["ir"]["records"] = model.ir.records,
): SimResult {
  const result = simulate(engine, { records }, settings);
  engine.release?.();
  if (result.status !== "finished")
    throw new Error(result.problems.map((problem) => `${problem.path}: ${problem.message}`).join("\n"));
  return result;
}

/** Values of a signal at the end of a run, or over all of it. */
export function trace(result: SimResult, path: string): Float64Array {
  const found = result.traces.find((one) => one.path === path);
  if (!found) throw new Error(`There is no signal ${path}: ${result.traces.map((one) => one.path).join(", ")}`);
  return found.values;
}
