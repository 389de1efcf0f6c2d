/** Steps a number inside typed text: the one at the caret, by one unit of its last digit. For arrow keys and dragging. */

const literal = /\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?/g;

export interface Stepped {
  readonly text: string;
  /** Where the number now stands. */
  readonly from: number;
  readonly to: number;
}

/** `times` units up (or down), each `coarse` times as large; undefined where the caret touches no number. */
export function stepNumber(text: string, caret: number, times: number, coarse = 1): Stepped | undefined {
  for (const match of text.matchAll(literal)) {
    let from = match.index;
    const to = from + match[0].length;
    if (caret < from || caret > to) continue;
    // A digit that belongs to a name ("x1") is no number.
    if (/[\p{L}_]/u.test(text[from - 1] ?? "")) return undefined;
    if (isSign(text, from - 1)) from--;
    const next = shifted(text.slice(from, to), times * coarse);
    return { text: text.slice(0, from) + next + text.slice(to), from, to: from + next.length };
  }
  return undefined;
}

/** The text when all of it is one number: what may be scrubbed by its label. */
export function isPlainNumber(text: string): boolean {
  return /^\s*-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(text);
}

/** A minus at `at` that belongs to the number and is not a subtraction. */
function isSign(text: string, at: number): boolean {
  if (text[at] !== "-") return false;
  const before = text.slice(0, at).trimEnd();
  return before === "" || /[[(,;*/^+\-=<>]$/.test(before);
}

function shifted(number: string, units: number): string {
  const [mantissa = "", exponent] = number.toLowerCase().split("e");
  const decimals = mantissa.split(".")[1]?.length ?? 0;
  // Digits are counted, not subtracted: 0.1 + 0.2 must read 0.3. A finer step than the last digit adds one.
  const finer = Number.isInteger(units) ? 0 : 1;
  const places = decimals + finer;
  const scaled = Math.round(Number(mantissa) * 10 ** places) + Math.round(units * 10 ** finer);
  const next = (scaled / 10 ** places).toFixed(places);
  const text = /^-0(?:\.0*)?$/.test(next) ? next.slice(1) : next;
  return exponent === undefined ? text : `${text}e${exponent}`;
}
