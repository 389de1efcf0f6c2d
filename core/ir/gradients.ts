/**
 * Numeric partial derivatives of anything in a model with respect to chosen slots, propagated through the algebra in sparse
 * rows: the cost follows the wires that are there, not the size of the matrices.
 */
import { createEvaluator } from "../expr/evaluate.ts";
import type { Expr } from "../expr/expr.ts";
import { luFactor, luSolve } from "../math/lu.ts";
import type { Ir, Solve } from "./ir.ts";
import { createPartials, type Partials } from "./partials.ts";

/** Seed slot -> partial derivative; absent is 0. */
export type Row = ReadonlyMap<number, number>;

/**
 * Prepares d(...)/d(seeds) at a settled memory. Seeds are cut from whatever drives them. Modes are held; samples are held too
 * unless `throughSamples`. A singular loop gives rows of NaN.
 */
export function createGradients(
  ir: Ir,
  memory: ArrayLike<number>,
  seeds: readonly number[],
  throughSamples: boolean,
  partials: Partials = createPartials(),
): (e: Expr) => Row {
  const rows = new Map<number, Map<number, number>>();
  const seeded = new Set(seeds);
  for (const seed of seeds) rows.set(seed, new Map([[seed, 1]]));
  const evaluate = createEvaluator(memory, ir.series);

  const gradient = (e: Expr, except?: ReadonlySet<number>): Map<number, number> => {
    const row = new Map<number, number>();
    for (const [slot, partial] of partials(e)) {
      const inner = rows.get(slot);
      if (inner && !except?.has(slot)) accumulate(row, inner, evaluate(partial));
    }
    return row;
  };
  const solve = (step: Solve): void => {
    const n = step.unknowns.length;
    const own = new Set(step.unknowns);
    const right = step.residual.map((e) => gradient(e, own));
    const columns = [...new Set(right.flatMap((row) => [...row.keys()]))];
    if (columns.length === 0) return;
    const factors = luFactor(Float64Array.from(step.jacobian, evaluate), n);
    const solved = step.unknowns.map(() => new Map<number, number>());
    for (const column of columns) {
      const z = Float64Array.from(right, (row) => -(row.get(column) ?? 0));
      luSolve(factors, z);
      solved.forEach((row, i) => z[i] !== 0 && row.set(column, z[i]!));
    }
    step.unknowns.forEach((slot, i) => rows.set(slot, solved[i]!));
  };

  for (const step of ir.algebra) {
    if (step.do === "solve") solve(step);
    else if (step.do === "matvec") {
      step.to.forEach((slot, i) => {
        const row = new Map<number, number>();
        step.from.forEach((source, j) => {
          const inner = rows.get(source);
          if (inner) accumulate(row, inner, memory[step.matrix + i * step.cols + j]!);
        });
        if (row.size > 0) rows.set(slot, row);
      });
    } else if (!seeded.has(step.slot)) {
      if (step.do === "latch" && !(step.test === "sample" && throughSamples)) continue;
      const row = gradient(step.do === "assign" ? step.expr : step.arg);
      if (row.size > 0) rows.set(step.slot, row);
    }
  }
  return (e) => gradient(e);
}

function accumulate(into: Map<number, number>, row: Row, factor: number): void {
  if (factor === 0) return;
  for (const [column, value] of row) into.set(column, (into.get(column) ?? 0) + factor * value);
}
