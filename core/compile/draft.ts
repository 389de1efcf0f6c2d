/** What tracing writes into: slots, steps and data as they come. Order and final numbers are the later passes' work. */
import { createAlgebra } from "../expr/algebra.ts";
import type { Algebra, Expr } from "../expr/expr.ts";
import type { Rate } from "../blocks/block.ts";
import type { Assign, Delay, Latch, Matvec, Memory, Reset, Series, Slot } from "../ir/ir.ts";
import type { Flat } from "./flat.ts";

/** Where a slot's number comes from; `read` finds it in any flat diagram of the same structure. */
export interface Fill {
  readonly slot: number;
  read(flat: Flat): number;
}

/** A step before loops are known, with the block it came from. */
export type DraftStep = (Assign | Latch | Matvec | Delay) & { readonly block: string };

export interface DraftTask {
  readonly every: number;
  readonly offset: number;
  readonly updates: Assign[];
}

export interface Draft {
  readonly m: Algebra;
  readonly slots: Slot[];
  readonly steps: DraftStep[];
  readonly tasks: DraftTask[];
  readonly series: Series[];
  readonly fills: Fill[];
  readonly memories: Memory[];
  /** First values of memories, made of parameters. */
  readonly begins: { readonly slot: number; readonly expr: Expr }[];
  readonly resets: Reset[];
  readonly starts: Assign[];
  readonly stops: { readonly slot: number; readonly block: string }[];
  /** Signals whose value is the rate of change of an expression; slopes.ts makes their steps. */
  readonly rates: { readonly slot: number; readonly of: Expr; readonly block: string }[];
  slot(slot: Slot): number;
  /** A slot that a run does not change but a user may: its value is read from the flat diagram. */
  filled(slot: Slot, read: (flat: Flat) => number): Expr;
  /** The task of a sample time. */
  task(rate: Rate): number;
  /** The series of these samples, the same for the same array. */
  seriesOf(name: string, values: Float64Array): number;
}

export function createDraft(): Draft {
  const m = createAlgebra();
  const slots: Slot[] = [];
  const tasks: DraftTask[] = [];
  const series: Series[] = [];
  const fills: Fill[] = [];
  const slot = (given: Slot): number => slots.push(given) - 1;
  slot({ kind: "time", path: "t", label: "t", block: "", unit: "s" });
  return {
    m,
    slots,
    steps: [],
    tasks,
    series,
    fills,
    memories: [],
    begins: [],
    resets: [],
    starts: [],
    stops: [],
    rates: [],
    slot,
    filled(given, read) {
      const index = slot(given);
      fills.push({ slot: index, read });
      return m.slot(index);
    },
    task({ every, offset }) {
      const known = tasks.findIndex((task) => task.every === every && task.offset === offset);
      return known >= 0 ? known : tasks.push({ every, offset, updates: [] }) - 1;
    },
    seriesOf(name, values) {
      const known = series.findIndex((one) => one.values === values);
      return known >= 0 ? known : series.push({ name, values }) - 1;
    },
  };
}
