/** What flattening leaves: blocks and wires in lists, no sheets, no names to look up. Types only. */
import type { BlockDefinition, Rate } from "../blocks/block.ts";
import type { Bound } from "../diagram/bind.ts";
import type { Scope, Value } from "../diagram/parameters.ts";
import type { Problem } from "../ir/ir.ts";

export interface FlatBlock {
  readonly path: string;
  readonly definition: BlockDefinition;
  readonly bound: Bound;
  /** What its formulas see, and the path of the sheet that it comes from ("" or "Sub/"). */
  readonly scope: Scope;
  readonly sheet: string;
  /** The enabled or triggered subsystem around it: an index into `Flat.contexts`. */
  readonly context?: number;
}

/** A subsystem that does not always run; `blocks` are its Enable and Trigger blocks. */
export interface Context {
  readonly parent?: number;
  readonly enable?: number;
  readonly trigger?: number;
  /** States begin anew when it is enabled. */
  readonly restarts: boolean;
  readonly path: string;
}

export interface FlatWire {
  readonly id: string;
  readonly from: { readonly block: number; readonly port: string };
  readonly to: { readonly block: number; readonly port: string };
  /** Undefined for a plain wire. */
  readonly gain?: Value;
  /** It has a gain that cannot be read, so nothing is known of the widths it joins. */
  readonly broken?: true;
}

export interface Flat {
  readonly blocks: readonly FlatBlock[];
  readonly wires: readonly FlatWire[];
  readonly contexts: readonly Context[];
  readonly scope: Scope;
  /** When each block works, as far as blocks say so. */
  readonly rates: readonly FlatRate[];
  readonly problems: readonly Problem[];
}

/** null: in continuous time; undefined: it says nothing by itself (a constant, a block fed by constants alone). */
export type FlatRate = Rate | null | undefined;
