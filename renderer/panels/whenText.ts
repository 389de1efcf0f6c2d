/** When a block works, as the core says it ("continuous", "every 0.1 s from 0.02 s"), in the user's language. */
import type { Translate } from "../ui/i18n.ts";

export function whenText(word: string, text: Translate): string {
  if (word === "continuous" || word === "constant") return text(`order.${word}`);
  const [, every, from] = /^every (\S+) s(?: from (\S+) s)?$/.exec(word) ?? [];
  if (every === undefined) return word;
  return from === undefined ? text("order.every", { every }) : text("order.everyFrom", { every, from });
}
