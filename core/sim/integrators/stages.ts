/**
 * The arithmetic that all explicit Runge-Kutta methods share: the stages of one step from a tableau, and the dense output
 * over it. How long steps are is for others (adaptive.ts, fixedStep.ts).
 */
import type { Engine } from "../engine.ts";
import { createField } from "./field.ts";
import type { Field } from "./field.ts";
import type { Tableau } from "./tableaus.ts";

export interface Stages {
  /** States at the start of the step; after accept(), at its end. */
  readonly x: Float64Array;
  /** States at the end of the step, while it is tried. */
  readonly y: Float64Array;
  readonly t: number;
  /** x and t from memory. */
  restart(): void;
  /** k[0] = flow at t, x, unless it is known; false when it is not finite. */
  begin(): boolean;
  /** All stages of a step to `end`, with y; false when the flow is not finite somewhere. */
  attempt(size: number, end: number): boolean;
  /** The flow at the end of the step, where it is no stage; after that y may be accepted. */
  finish(end: number): boolean;
  accept(size: number, end: number): void;
  /** Puts memory at a time within the last step. */
  at(time: number): void;
  readonly field: Field;
  /** The flows of the stages. */
  readonly k: readonly Float64Array[];
  /** The states of the stage that `keep` names. */
  readonly kept: Float64Array;
}

/** A row of weights without its zeros. */
interface SparseRow {
  readonly of: Int32Array;
  readonly weight: Float64Array;
}

export function sparseRow(weights: readonly number[]): SparseRow {
  const used = weights.flatMap((w, j) => (w === 0 ? [] : [j]));
  return { of: Int32Array.from(used), weight: Float64Array.from(used, (j) => weights[j]!) };
}

/** `keep`: the stage whose states the stiffness test compares with those at the end. */
export function createStages(
  engine: Engine,
  tableau: Tableau,
  counts: { evaluations: number },
  keep: number | undefined,
): Stages {
  const field = createField(engine, counts);
  const { n } = field;
  const s = tableau.b.length;
  /** Index of the flow at the end of the step. */
  const last = tableau.fsal ? s - 1 : s;
  const rows = tableau.a.map(sparseRow);
  const solution = sparseRow(tableau.b);
  const extraRows = tableau.extra.a.map(sparseRow);
  const denseRows = tableau.dense.map(sparseRow);
  const k = Array.from({ length: last + 1 + extraRows.length }, () => new Float64Array(n));
  const r = Array.from({ length: 4 + denseRows.length }, () => new Float64Array(n));
  const stage = new Float64Array(n);
  const kept = new Float64Array(n);
  let x = new Float64Array(n);
  let y = new Float64Array(n);
  let t = 0;
  let fresh = false;
  /** The last step, and whether its dense output is prepared. */
  let from = 0;
  let length = 0;
  let prepared = false;

  /** The sum of weights times flows: from the first term on, as WebAssembly has it, as 0 + -0 would be another zero. */
  function weighted({ of, weight }: SparseRow, terms: number, i: number): number {
    let sum = terms > 0 ? weight[0]! * k[of[0]!]![i]! : 0;
    for (let j = 1; j < terms; j++) sum += weight[j]! * k[of[j]!]![i]!;
    return sum;
  }
  /**
   * x + size * (weighted sum of flows), the last term apart: the flow before this one is all that a processor, which computes the rest
   * beside it, then waits for.
   */
  function combine(row: SparseRow, size: number, start: Float64Array, into: Float64Array): void {
    const terms = row.of.length;
    if (terms < 2) {
      for (let i = 0; i < n; i++) into[i] = start[i]! + size * weighted(row, terms, i);
      return;
    }
    const newest = k[row.of[terms - 1]!]!;
    const factor = size * row.weight[terms - 1]!;
    for (let i = 0; i < n; i++) into[i] = start[i]! + size * weighted(row, terms - 1, i) + factor * newest[i]!;
  }
  function swapEnds(): void {
    const first = k[0]!;
    k[0] = k[last]!;
    k[last] = first;
  }

  /** Of the last step, whose states at the start are in y, and whose first and last flow have changed places. */
  function prepare(): boolean {
    prepared = true;
    swapEnds();
    let finite = true;
    for (let e = 0; finite && e < extraRows.length; e++) {
      combine(extraRows[e]!, length, y, stage);
      finite = field.evaluate(from + tableau.extra.c[e]! * length, stage, k[last + 1 + e]!);
    }
    const first = k[0]!;
    const end = k[last]!;
    for (let i = 0; i < n; i++) {
      const moved = x[i]! - y[i]!;
      r[0]![i] = y[i]!;
      r[1]![i] = moved;
      r[2]![i] = length * first[i]! - moved;
      r[3]![i] = 2 * moved - length * (first[i]! + end[i]!);
    }
    for (let d = 0; d < denseRows.length; d++) {
      const into = r[4 + d]!.fill(0);
      // Outside the domain of the flow the cubic is the better guess.
      const row = denseRows[d]!;
      if (finite) for (let i = 0; i < n; i++) into[i] = length * weighted(row, row.of.length, i);
    }
    swapEnds();
    return finite;
  }

  return {
    get x() {
      return x;
    },
    get y() {
      return y;
    },
    get t() {
      return t;
    },
    kept,
    k,
    field,
    restart() {
      t = field.take(x);
      fresh = false;
      length = 0;
      prepared = true;
    },
    begin() {
      if (!fresh) fresh = field.evaluate(t, x, k[0]!);
      return fresh;
    },
    attempt(size, end) {
      for (let i = 1; i < s; i++) {
        const target = tableau.fsal && i === last ? y : i === keep ? kept : stage;
        combine(rows[i]!, size, x, target);
        if (!field.evaluate(tableau.c[i] === 1 ? end : t + tableau.c[i]! * size, target, k[i]!)) return false;
      }
      if (!tableau.fsal) combine(solution, size, x, y);
      return true;
    },
    finish: (end) => tableau.fsal || field.evaluate(end, y, k[last]!),
    accept(size, end) {
      from = t;
      length = size;
      prepared = false;
      t = end;
      const before = x;
      x = y;
      y = before;
      swapEnds();
      field.put(t, x);
    },
    at(time) {
      if (time === t || length === 0) return field.put(time, x);
      if (!prepared) prepare();
      const p = (time - from) / length;
      const q = 1 - p;
      const top = r.length - 1;
      for (let i = 0; i < n; i++) {
        let value = r[top]![i]!;
        for (let j = top - 1; j >= 0; j--) value = r[j]![i]! + ((j & 1) === 0 ? p : q) * value;
        stage[i] = value;
      }
      field.put(time, stage);
    },
  };
}
