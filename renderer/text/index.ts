/**
 * The one catalogue: every word the interface says, in English and Spanish. Each room keeps its part in its own file.
 * `es` is typed by the keys of `en`, so a missing translation does not compile.
 */
import { canvas } from "./canvas.ts";
import { panels } from "./panels.ts";
import { plots } from "./plots.ts";
import { problems } from "./problems.ts";
import { shell } from "./shell.ts";

export const en = { ...shell.en, ...canvas.en, ...panels.en, ...plots.en, ...problems.en };
export type TextKey = keyof typeof en;
export const es: { readonly [K in TextKey]: string } = {
  ...shell.es,
  ...canvas.es,
  ...panels.es,
  ...plots.es,
  ...problems.es,
};
