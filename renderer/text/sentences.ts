/**
 * Translates a sentence with values in it, given pairs of sentences with {0}, {1} … in their places. Plain text matching:
 * what stands between the fixed parts is the value, the fewest characters that fit.
 */
export interface Phrasebook {
  readonly sentences: readonly (readonly [from: string, to: string])[];
  /** For the values themselves, where they are words. */
  readonly words: { readonly [from: string]: string };
}

/** The values of {0}, {1} … in the order of the pattern; undefined when it does not fit. */
export function valuesIn(pattern: string, sentence: string): readonly string[] | undefined {
  const fixed = pattern.split(/\{\d+\}/);
  if (fixed.length === 1) return pattern === sentence ? [] : undefined;
  const first = fixed[0]!;
  const last = fixed.at(-1)!;
  if (!sentence.startsWith(first) || !sentence.endsWith(last) || sentence.length < first.length + last.length)
    return undefined;
  const values: string[] = [];
  const end = sentence.length - last.length;
  let at = first.length;
  for (const part of fixed.slice(1, -1)) {
    const found = sentence.indexOf(part, at);
    if (found < 0 || found + part.length > end) return undefined;
    values.push(sentence.slice(at, found));
    at = found + part.length;
  }
  values.push(sentence.slice(at, end));
  return values;
}

/** undefined where no sentence of the book fits. "Gain: a vector is needed." is a label and a sentence. */
export function translateSentence(sentence: string, book: Phrasebook): string | undefined {
  const word = (text: string): string => (Object.hasOwn(book.words, text) ? book.words[text]! : text);
  let best: { readonly to: string; readonly values: readonly string[]; readonly fixed: number } | undefined;
  for (const [from, to] of book.sentences) {
    const values = valuesIn(from, sentence);
    if (!values) continue;
    const fixed = sentence.length - values.reduce((sum, value) => sum + value.length, 0);
    // The sentence that leaves the least to its values says the most.
    if (!best || fixed > best.fixed) best = { to, values, fixed };
  }
  const colon = sentence.indexOf(": ");
  if (colon > 0 && colon < 60) {
    const rest = translateSentence(sentence.slice(colon + 2), book);
    const label = sentence.slice(0, colon);
    if (rest !== undefined && (!best || best.values.some((value) => value.includes(": "))))
      return `${word(label)}: ${rest}`;
  }
  return best?.to.replace(/\{(\d+)\}/g, (_, index: string) => word(best.values[Number(index)] ?? ""));
}
