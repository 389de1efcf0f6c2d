/** Run settings as numbers. What a solver does with them is its own business. */
import type { Problem } from "../ir/ir.ts";
import { shapeOf } from "./arithmetic.ts";
import type { RunSettings, Solver } from "./document.ts";
import { evaluateExpression, type Scope } from "./parameters.ts";

/** In s, but for the tolerances; undefined where left to the solver. */
export interface RunNumbers {
  readonly stop: number;
  readonly step: number;
  readonly solver: Solver;
  readonly rtol?: number;
  readonly atol?: number;
  readonly maxStep?: number;
}

export const solvers: readonly Solver[] = ["auto", "exact", "dopri5"];
const mostSamples = 1e7;

/** Problems at "run.<setting>"; the settings are undefined when there is any. */
export function readRun(run: RunSettings, scope: Scope): { readonly settings: RunNumbers | undefined; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const refuse = (setting: string, code: string, message: string, hint?: string, values?: Problem["values"]): undefined => {
    problems.push({ severity: "error", code, path: `run.${setting}`, message, ...(hint !== undefined && { hint }), ...(values && { values }) });
    return undefined;
  };
  const positive = (setting: keyof RunSettings, label: string): number | undefined => {
    const source = run[setting];
    if (source === undefined || (source.trim() === "" && setting !== "stop" && setting !== "step")) return undefined;
    const evaluated = evaluateExpression(source, scope);
    if (!evaluated.ok) return refuse(setting, evaluated.code, `${label}: ${evaluated.message}`, evaluated.hint, { label, ...evaluated.values });
    const { value } = evaluated;
    if (value.rows !== 1 || value.cols !== 1) return refuse(setting, "PARAM_SHAPE", `${label}: a single number is needed, not ${shapeOf(value)}.`, undefined, { label, shape: shapeOf(value) });
    if (!(value.data[0]! > 0)) return refuse(setting, "PARAM_RANGE", `${label}: ${value.data[0]} must be greater than 0.`, undefined, { label, value: value.data[0]!, above: 0 });
    return value.data[0];
  };
  const stop = positive("stop", "Stop time");
  const step = positive("step", "Output step");
  const rtol = positive("rtol", "Relative tolerance");
  const atol = positive("atol", "Absolute tolerance");
  const maxStep = positive("maxStep", "Largest step");
  if (!solvers.includes(run.solver)) {
    refuse("solver", "RUN_SOLVER", `There is no solver "${run.solver}".`, `Choose one of ${solvers.join(", ")}.`, { solver: run.solver });
  }
  if (stop !== undefined && step !== undefined && stop / step > mostSamples) {
    refuse("step", "RUN_TOO_MANY", `A run to ${stop} s in steps of ${step} s has more than ${mostSamples} samples.`, "Make the output step larger, or stop earlier.", { stop, step, most: mostSamples });
  }
  if (problems.length > 0 || stop === undefined || step === undefined) return { settings: undefined, problems };
  return {
    settings: { stop, step, solver: run.solver, ...(rtol !== undefined && { rtol }), ...(atol !== undefined && { atol }), ...(maxStep !== undefined && { maxStep }) },
    problems,
  };
}
