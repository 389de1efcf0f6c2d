/**
 * Numeric partial derivatives of anything in a model with respect to chosen slots, propagated through the algebra in sparse
 * rows: the cost follows the wires that are there, not the size of the matrices.
 */
import { createEvaluator } from "../expr/evaluate.ts";
import type { Expr } from "../expr/expr.ts";
import { slotsOf } from "../expr/walk.ts";
import { luFactor, luSolve } from "../math/lu.ts";
import { slotsRead, slotsWritten } from "./dependence.ts";
import type { Assign, Ir, Solve, Step } from "./ir.ts";
import { createPartials, type Partials } from "./partials.ts";
import { seriesOf } from "./series.ts";
import type { Taps } from "./taps.ts";

/** Seed slot -> partial derivative; absent is 0. */
export type Row = ReadonlyMap<number, number>;

/** d e / d seeds, for an equation of `block` that writes the slot `into` (undefined for one that writes none). */
export type Gradient = (e: Expr, block?: string, into?: number) => Row;

/**
 * Prepares d(...)/d(seeds) at a settled memory. Seeds are cut from whatever drives them. Modes and delays are held; so are samples,
 * unless `throughSamples` (of their task) says that they are taken now. `taps` may add to signals or cut them. A singular loop
 * gives rows of NaN.
 */
export function createGradients(
  ir: Ir,
  memory: ArrayLike<number>,
  seeds: readonly number[],
  throughSamples: boolean | ((task: number) => boolean),
  partials: Partials = createPartials(),
  taps?: Taps,
): Gradient {
  const rows = new Map<number, Map<number, number>>();
  const seeded = new Set(seeds);
  for (const seed of seeds) rows.set(seed, new Map([[seed, 1]]));
  const evaluate = createEvaluator(memory, seriesOf(ir, memory));
  const now = typeof throughSamples === "boolean" ? () => throughSamples : throughSamples;

  /** What a reader sees of a slot, times a factor. */
  const read = (sum: Map<number, number>, slot: number, factor: number, block: string, into?: number): void => {
    const tap = taps?.at(slot, block, into);
    if (tap) for (const seed of tap.added) accumulate(sum, new Map([[seed, 1]]), factor);
    const inner = tap?.cut ? undefined : rows.get(slot);
    if (inner) accumulate(sum, inner, factor);
  };
  const gradient = (e: Expr, block = "", into?: number, except?: ReadonlySet<number>): Map<number, number> => {
    const row = new Map<number, number>();
    for (const [slot, partial] of partials(e)) {
      if ((rows.has(slot) || taps?.has(slot)) && !except?.has(slot)) read(row, slot, evaluate(partial), block, into);
    }
    return row;
  };
  const follow = (step: Exclude<Step, Solve>): void => {
    if (step.do === "matvec") {
      step.to.forEach((slot, i) => {
        const row = new Map<number, number>();
        step.from.forEach((source, j) => read(row, source, memory[step.matrix + i * step.cols + j]!, step.block, slot));
        if (row.size > 0) rows.set(slot, row);
      });
    } else if (!seeded.has(step.slot)) {
      if (step.do === "delay") return;
      if (step.do === "latch" && !(step.test === "sample" && now(step.task!))) return;
      const row = gradient(step.do === "assign" ? step.expr : step.arg, step.block, step.slot);
      if (row.size > 0) rows.set(step.slot, row);
    }
  };
  const substitute = (unknowns: readonly number[], right: readonly Row[], jacobian: Float64Array): void => {
    const columns = [...new Set(right.flatMap((row) => [...row.keys()]))];
    if (columns.length === 0) return;
    const factors = luFactor(jacobian, unknowns.length);
    const solved = unknowns.map(() => new Map<number, number>());
    for (const column of columns) {
      const z = Float64Array.from(right, (row) => -(row.get(column) ?? 0));
      luSolve(factors, z);
      solved.forEach((row, i) => z[i] !== 0 && row.set(column, z[i]!));
    }
    unknowns.forEach((slot, i) => rows.set(slot, solved[i]!));
  };
  const solve = (step: Solve & { readonly block: string }, index: number): void => {
    if (step.task !== undefined && !now(step.task)) return;
    if (!taps || !step.torn) {
      const own = new Set(step.unknowns);
      const right = step.residual.map((e) => gradient(e, step.block, undefined, own));
      return substitute(step.unknowns, right, Float64Array.from(step.jacobian, evaluate));
    }
    // Something may be added inside of the loop: once around it, signal by signal.
    const { torn } = step;
    for (const { slot } of torn) rows.set(slot, new Map([[slot, 1]]));
    const around = loopSteps(ir, torn, index);
    for (const i of around) pass(i);
    const full = torn.map(({ slot, expr }) => gradient(expr, ir.slots[slot]!.block, slot));
    for (const { slot } of torn) rows.delete(slot);
    for (const i of around) for (const slot of slotsWritten(ir.algebra[i]!)) rows.delete(slot);
    const jacobian = new Float64Array(torn.length ** 2);
    const right = full.map((row, i) => {
      const outside = new Map(row);
      torn.forEach(({ slot }, j) => {
        jacobian[i * torn.length + j] = (row.get(slot) ?? 0) - (i === j ? 1 : 0);
        outside.delete(slot);
      });
      return outside;
    });
    const unknowns = torn.map(({ slot }) => slot);
    substitute(unknowns, right, jacobian);
  };
  const pass = (i: number): void => {
    const step = ir.algebra[i]!;
    if (step.do === "solve") solve(step, i);
    else follow(step);
  };
  ir.algebra.forEach((_, i) => pass(i));
  return (e, block, into) => gradient(e, block, into);
}

/** Places of the steps behind a solve that its own equations need: the loop's other signals. */
function loopSteps(ir: Ir, torn: readonly Assign[], index: number): number[] {
  const needed = new Set(torn.flatMap(({ expr }) => slotsOf(expr)));
  for (const { slot } of torn) needed.delete(slot);
  const found: number[] = [];
  for (let i = ir.algebra.length - 1; i > index; i--) {
    const step = ir.algebra[i]!;
    if (!slotsWritten(step).some((slot) => needed.has(slot))) continue;
    found.push(i);
    for (const slot of slotsRead(step)) needed.add(slot);
  }
  return found.reverse();
}

export function accumulate(into: Map<number, number>, row: Row, factor: number): void {
  if (factor === 0) return;
  for (const [column, value] of row) into.set(column, (into.get(column) ?? 0) + factor * value);
}
