/** What compiling a document comes to, and what the next compilation may take over of it. Types only. */
import type { Assign, Ir, Model, Problem } from "../ir/ir.ts";
import type { Flat } from "./flat.ts";
import type { Loop } from "./order.ts";

/** Plants by the id of their block, as they were compiled: what the next compilation begins with. */
export type Plants = ReadonlyMap<string, Compiled>;

export interface Structure {
  readonly ir: Ir;
  readonly fills: readonly { readonly slot: number; read(flat: Flat): number }[];
  readonly loops: readonly Loop[];
  /** Parameters by the trace's own slot numbers, which the loops' expressions use. */
  readonly rawFills: readonly { readonly slot: number; read(flat: Flat): number }[];
  readonly rawSlots: number;
  readonly begins: readonly Assign[];
}

export type Compiled = (
  { readonly ok: true; readonly model: Model } | { readonly ok: false; readonly model?: undefined }
) & {
  readonly problems: readonly Problem[];
  /** Width of every port, by "block.port"; those of a subsystem too. */
  readonly widths: ReadonlyMap<string, number>;
  /** When each block works, by path: "continuous", "constant", "triggered", or its sample time in s as "0.1" or "0.1+0.02". */
  readonly rates: ReadonlyMap<string, string>;
  /** Equal for documents that differ in tunable numbers only. */
  readonly signature: string;
  readonly structure?: Structure;
  /** What its blocks estimate the states of. */
  readonly plants?: Plants;
};
