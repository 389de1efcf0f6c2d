/**
 * The one catalogue: every word the interface says, in English and Spanish. Each room keeps its part in its own file.
 * `es` is typed by the keys of `en`, so a missing translation does not compile.
 */
import { blocksEs } from "./blocks.ts";
import { canvas } from "./canvas.ts";
import { data } from "./data.ts";
import { designs } from "./designs.ts";
import { estimate } from "./estimate.ts";
import { examplesEs } from "./examples.ts";
import { fit } from "./fit.ts";
import { identify } from "./identify.ts";
import { train } from "./train.ts";
import { inspector } from "./inspector.ts";
import { panels } from "./panels.ts";
import { plots } from "./plots.ts";
import { shell } from "./shell.ts";

export const en = {
  ...shell.en,
  ...canvas.en,
  ...inspector.en,
  ...panels.en,
  ...plots.en,
  ...designs.en,
  ...data.en,
  ...identify.en,
  ...fit.en,
  ...estimate.en,
  ...train.en,
};
export type TextKey = keyof typeof en;
export const es: { readonly [K in TextKey]: string } = {
  ...shell.es,
  ...canvas.es,
  ...inspector.es,
  ...panels.es,
  ...plots.es,
  ...designs.es,
  ...data.es,
  ...identify.es,
  ...fit.es,
  ...estimate.es,
  ...train.es,
};

/** Spanish for what speaks English by itself: blocks and examples. */
export const libraryEs: { readonly [key: string]: string } = { ...blocksEs, ...examplesEs };
