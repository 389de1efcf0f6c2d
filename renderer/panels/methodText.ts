/** How a run was computed, as the solver says it, in the user's language: what it chose, and why. */
import { t } from "../ui/i18n.ts";

const phrases = [
  "exact LTI",
  "matrix exponential",
  "inputs constant between events",
  "inputs straight between events",
  "recurrence",
  "no states",
  "evaluated on the output grid",
  "as chosen",
  "the model is nonlinear or time-varying",
  "inputs are not straight lines between events",
  "many states",
  "switching acts on the states",
  "stiff from the start",
  "stiff from there on",
  "BDF of order 1 to 5",
  "from t =",
  "then",
  "step",
] as const;

export interface MethodText {
  /** "exact LTI" */
  readonly short: string;
  /** "exact LTI: matrix exponential; inputs constant between events" */
  readonly long: string;
}

export function methodText(method: string): MethodText {
  let long = method.replace(/ \((.*)\)$/, ": $1");
  for (const phrase of phrases) long = long.replace(phrase, t(`method.${phrase}`));
  const short = long.split(/[:;,] /)[0]!;
  return { short, long };
}
