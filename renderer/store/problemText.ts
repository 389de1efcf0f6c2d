/** A problem in the user's language: the catalogue's entry for its code, else the English text that came with it. */
import type { Problem } from "../../core/ir/ir.ts";
import { textOr } from "../ui/i18n.ts";

export interface ProblemText {
  readonly message: string;
  readonly hint?: string;
}

export function problemText(problem: Problem): ProblemText {
  const message = textOr(`problem.${problem.code}`, problem.message, problem.values);
  if (problem.hint === undefined) return { message };
  return { message, hint: textOr(`problem.${problem.code}.hint`, problem.hint, problem.values) };
}
