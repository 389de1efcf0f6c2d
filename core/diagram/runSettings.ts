/** The numbers of a run, from the expressions of the document's `run`. What a solver does with them is core/sim's. */
import type { Problem } from "../ir/ir.ts";
import type { SimSettings } from "../sim/result.ts";
import type { LazoDocument, RunSettings } from "./document.ts";
import { evaluateExpression, evaluateVariables } from "./parameters.ts";
import type { Scope } from "./parameters.ts";

/** More samples than this on the output grid are a slip of the pen, and would fill the memory. */
export const mostSamples = 5_000_000;

const defaults = { stop: 10, step: 0.01, rtol: 1e-6, atol: 1e-9, maxStep: Number.POSITIVE_INFINITY } as const;
type Setting = keyof typeof defaults;

export interface ReadSettings {
  readonly settings: SimSettings;
  /** A broken setting has a problem at "run.<setting>" and its default in `settings`. */
  readonly problems: readonly Problem[];
}

/** `events`: record both sides of every event, for plots that jump where signals do. */
export function runSettings(
  { run, variables }: Pick<LazoDocument, "run" | "variables">,
  events: boolean,
  scope: Scope = evaluateVariables(variables).scope,
): ReadSettings {
  const problems: Problem[] = [];
  const complain = (setting: Setting, code: string, message: string, more?: Partial<Problem>): void =>
    void problems.push({ severity: "error", code, path: `run.${setting}`, message, ...more });

  const read = (setting: Setting): number => {
    const source = run[setting];
    if (source === undefined) return defaults[setting];
    const value = evaluateExpression(source, scope);
    if (!value.ok) {
      complain(setting, value.code, value.message, value.hint === undefined ? {} : { hint: value.hint });
      return defaults[setting];
    }
    const { rows, cols, data } = value.value;
    if (rows !== 1 || cols !== 1) {
      complain(setting, "RUN_SCALAR", `The ${words[setting]} must be one number, not a ${rows}x${cols} matrix.`, {
        values: { setting: words[setting], rows, cols },
      });
      return defaults[setting];
    }
    const number = data[0]!;
    if (!(number > 0) || (number === Number.POSITIVE_INFINITY && setting !== "maxStep")) {
      complain(setting, "RUN_POSITIVE", `The ${words[setting]} must be a number above zero, not ${number}.`, {
        values: { setting: words[setting], value: number },
      });
      return defaults[setting];
    }
    return number;
  };

  const stop = read("stop");
  let step = read("step");
  if (problems.length === 0 && stop / step > mostSamples) {
    complain(
      "step",
      "RUN_SAMPLES",
      `An output step of ${step} s up to ${stop} s asks for more than ${mostSamples} samples.`,
      {
        hint: `Use a step of at least ${stop / mostSamples} s.`,
        values: { step, stop, most: mostSamples, least: stop / mostSamples },
      },
    );
    step = stop / 1000;
  }
  const settings: SimSettings = {
    start: 0,
    stop,
    step,
    solver: run.solver,
    rtol: read("rtol"),
    atol: read("atol"),
    maxStep: read("maxStep"),
    events,
  };
  return { settings, problems };
}

const words: { readonly [setting in Setting & keyof RunSettings]: string } = {
  stop: "stop time",
  step: "output step",
  rtol: "relative tolerance",
  atol: "absolute tolerance",
  maxStep: "longest step",
};
