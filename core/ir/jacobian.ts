/**
 * The Jacobian of the flow as expressions: d(dx/dt) with respect to every continuous state and to time, by forward accumulation
 * through the algebra. They share their parts and read slots, so that they hold on a memory where the flow has just been
 * computed. What is held between events (modes, samples, memories, what delays give) counts as given.
 */
import { createAlgebra } from "../expr/algebra.ts";
import type { Algebra, Expr } from "../expr/expr.ts";
import { stepsFor } from "./dependence.ts";
import { inverse } from "./inverse.ts";
import type { Ir, Matvec, Solve } from "./ir.ts";
import { createPartials } from "./partials.ts";

export interface JacobianEntry {
  readonly row: number;
  /** A state, or after the last one, time. */
  readonly column: number;
  readonly expr: Expr;
}

/** Column -> derivative; absent is 0. */
type Row = Map<number, Expr>;

/** With more derivatives of signals than this, differences are cheaper. */
const mostDerivatives = 2e6;

/** With more unknowns in a loop its inverse has too many terms. */
const mostUnknowns = 8;

const found = new WeakMap<Ir, { readonly entries: readonly JacobianEntry[] | undefined }>();

/**
 * Undefined where the flow runs through a loop of more than 8 unknowns, or nearly everything depends on everything. Kept for as long
 * as the model is, since every engine and every implicit method asks for it.
 */
export function flowJacobian(ir: Ir): readonly JacobianEntry[] | undefined {
  let known = found.get(ir);
  if (!known) found.set(ir, (known = { entries: derive(ir) }));
  return known.entries;
}

function derive(ir: Ir): readonly JacobianEntry[] | undefined {
  const m = createAlgebra();
  const partials = createPartials();
  const rows = new Map<number, Row>([[0, new Map([[ir.flow.length, m.num(1)]])]]);
  ir.flow.forEach(({ slot }, column) => rows.set(slot, new Map([[column, m.num(1)]])));
  let count = 0;

  const rowOf = (e: Expr, except: readonly number[] = []): Row => {
    const row: Row = new Map();
    for (const [slot, partial] of partials(e)) {
      const inner = rows.get(slot);
      if (inner && !except.includes(slot)) accumulate(m, row, inner, partial);
    }
    return row;
  };
  const keep = (slot: number, row: Row): void => {
    count += row.size;
    if (row.size > 0) rows.set(slot, row);
    else rows.delete(slot);
  };
  /** By the implicit function: r(z, x) = 0, so that dz/dx = -(dr/dz)^-1 dr/dx. */
  const solve = ({ task, unknowns, residual, jacobian }: Solve): boolean => {
    if (task !== undefined) return true;
    const right = residual.map((e) => rowOf(e, unknowns));
    if (right.every((row) => row.size === 0)) return true;
    if (unknowns.length > mostUnknowns) return false;
    const inverted = inverse(m, jacobian, unknowns.length);
    unknowns.forEach((unknown, i) => {
      const row: Row = new Map();
      right.forEach((known, k) => accumulate(m, row, known, m.neg(inverted[i * unknowns.length + k]!)));
      keep(unknown, row);
    });
    return true;
  };
  const multiply = (step: Matvec): void => {
    const results = step.to.map((_, i): Row => {
      const row: Row = new Map();
      step.from.forEach((source, j) => {
        const inner = rows.get(source);
        if (inner) accumulate(m, row, inner, m.slot(step.matrix + i * step.cols + j));
      });
      return row;
    });
    step.to.forEach((slot, i) => keep(slot, results[i]!));
  };

  for (const step of stepsFor(
    ir,
    ir.flow.map(({ expr }) => expr),
  )) {
    if (step.do === "assign") keep(step.slot, rowOf(step.expr));
    else if (step.do === "matvec") multiply(step);
    else if (step.do === "solve" && !solve(step)) return undefined;
    if (count > mostDerivatives) return undefined;
  }
  const entries: JacobianEntry[] = [];
  ir.flow.forEach(({ expr }, row) => {
    for (const [column, d] of rowOf(expr)) entries.push({ row, column, expr: d });
  });
  return entries.length > mostDerivatives ? undefined : entries;
}

function accumulate(m: Algebra, into: Row, row: Row, factor: Expr): void {
  for (const [column, d] of row) {
    const known = into.get(column);
    const term = m.mul(factor, d);
    if (known) into.set(column, m.add(known, term));
    else if (!(term.op === "num" && term.value === 0)) into.set(column, term);
  }
}
