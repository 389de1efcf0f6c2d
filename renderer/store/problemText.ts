/** A problem in the user's language. English comes with the problem; other languages have its sentences in the catalogue. */
import { blocks } from "../../core/blocks/index.ts";
import type { Problem } from "../../core/ir/ir.ts";
import { libraryEs } from "../text/index.ts";
import { problemsEs, problemWordsEs } from "../text/problems.ts";
import { translateSentence } from "../text/sentences.ts";
import { textLanguage } from "../ui/i18n.ts";

export interface ProblemText {
  readonly message: string;
  readonly hint?: string;
}

/** Labels of parameters stand before what is wrong with them. */
function labelsEs(): { readonly [english: string]: string } {
  const labels: { [english: string]: string } = {};
  for (const { type, params } of blocks.values()) {
    for (const [param, { label }] of Object.entries(params)) {
      const spanish = libraryEs[`block.${type}.${param}`];
      if (spanish !== undefined) labels[label] = spanish;
    }
  }
  return labels;
}

const spanish = { sentences: problemsEs, words: { ...labelsEs(), ...problemWordsEs } };

/** A sentence that core says, in the user's language; as it is where the catalogue does not know it. */
export const sentenceText = (sentence: string): string =>
  textLanguage() === "es" ? (translateSentence(sentence, spanish) ?? sentence) : sentence;

export function problemText({ message, hint }: Pick<Problem, "message" | "hint">): ProblemText {
  return hint === undefined
    ? { message: sentenceText(message) }
    : { message: sentenceText(message), hint: sentenceText(hint) };
}
