/**
 * What kind of equations a model has, read from its IR: whether the flow is A x + f(t) with one A, how f varies between
 * events, and whether modes have to be searched for. Decides nothing: simulate.ts does.
 */
import { createAlgebra } from "../expr/algebra.ts";
import { derivative } from "../expr/derivative.ts";
import { createEvaluator } from "../expr/evaluate.ts";
import type { Expr } from "../expr/expr.ts";
import { postorder, slotsOf } from "../expr/walk.ts";
import type { Ir, Step } from "../ir/ir.ts";
import { luFactor, luRcond, luSolve } from "../math/lu.ts";

/** Slots a step reads; for a matvec its entries too. */
export function stepReads(step: Step): number[] {
  switch (step.do) {
    case "assign": return slotsOf(step.expr);
    case "latch": return slotsOf(step.arg);
    case "solve": return [...new Set([...step.residual, ...step.jacobian].flatMap(slotsOf))];
    case "matvec": return [...Array.from({ length: step.rows * step.cols }, (_, i) => step.matrix + i), ...step.from];
  }
}

export function stepWrites(step: Step): readonly number[] {
  switch (step.do) {
    case "assign":
    case "latch": return [step.slot];
    case "solve": return step.unknowns;
    case "matvec": return step.to;
  }
}

export function searchedModes(ir: Ir): "none" | "outside" | "inside" {
  const closed = new Set(ir.instants.map((i) => i.step));
  const reached = new Set<number>();
  let any = false;
  let inside = false;
  ir.algebra.forEach((step, i) => {
    const isMode = step.do === "latch" && step.task === undefined;
    const searched = isMode && !closed.has(i);
    if (searched) {
      any = true;
      reached.add(step.slot);
    }
    if (!stepReads(step).some((s) => reached.has(s))) return;
    if (isMode) inside = true;
    // What is sampled is evaluated at its instant, where modes are fresh.
    if (step.do !== "latch") for (const s of stepWrites(step)) reached.add(s);
  });
  if (ir.flow.some((f) => slotsOf(f.expr).some((s) => reached.has(s)))) inside = true;
  return inside ? "inside" : any ? "outside" : "none";
}

export interface LinearForm {
  readonly forcing: "constant" | "linear" | "other";
  /** A, row-major, from a memory whose algebra has been settled; undefined when a loop in it is singular. */
  matrix(memory: Float64Array): Float64Array | undefined;
}

/** A slot's sensitivity as known now: value by index of state. */
type Row = Map<number, number>;
type Partials = readonly { readonly slot: number; readonly expr: Expr }[];

/** The flow as A x + f(t); undefined when the partial derivatives with respect to the states are not all constant. */
export function linearForm(ir: Ir): LinearForm | undefined {
  if (ir.flow.length === 0) return undefined;
  const m = createAlgebra();
  // `varies`: may change during a run. `touched`: depends on a continuous state, modes and samples held.
  const varies = new Set<number>();
  const touched = new Set(ir.flow.map((f) => f.slot));
  ir.slots.forEach((slot, i) => {
    if (slot.kind === "time" || slot.kind === "input" || slot.kind === "state" || slot.kind === "mode") varies.add(i);
  });
  const partialsOf = (e: Expr): Partials | undefined => {
    const list = [];
    for (const slot of slotsOf(e)) {
      if (!touched.has(slot)) continue;
      const expr = derivative(m, e, slot);
      if (slotsOf(expr).some((s) => varies.has(s))) return undefined;
      list.push({ slot, expr });
    }
    return list;
  };

  const needed = new Set(ir.flow.flatMap((f) => slotsOf(f.expr)));
  const wanted: Step[] = [];
  for (let i = ir.algebra.length - 1; i >= 0; i--) {
    const step = ir.algebra[i]!;
    if (!stepWrites(step).some((s) => needed.has(s))) continue;
    wanted.unshift(step);
    if (step.do !== "latch") for (const s of stepReads(step)) needed.add(s);
  }

  const passes: ((rows: Map<number, Row>, evaluate: (e: Expr) => number, memory: Float64Array) => boolean)[] = [];
  for (const step of wanted) {
    const reads = stepReads(step);
    if (step.do === "latch" || reads.some((s) => varies.has(s))) for (const s of stepWrites(step)) varies.add(s);
    if (step.do === "latch" || !reads.some((s) => touched.has(s))) continue;
    if (step.do === "assign") {
      const partials = partialsOf(step.expr);
      if (!partials) return undefined;
      touched.add(step.slot);
      passes.push((rows, evaluate) => {
        rows.set(step.slot, combine(partials.map((p) => [evaluate(p.expr), rows.get(p.slot)])));
        return true;
      });
    } else if (step.do === "matvec") {
      for (let i = 0; i < step.rows * step.cols; i++) if (varies.has(step.matrix + i)) return undefined;
      for (const s of step.to) touched.add(s);
      passes.push((rows, _evaluate, memory) => {
        step.to.forEach((slot, i) => {
          rows.set(slot, combine(step.from.map((s, j) => [memory[step.matrix + i * step.cols + j]!, rows.get(s)])));
        });
        return true;
      });
    } else {
      const own = new Set(step.unknowns);
      if (step.jacobian.some((e) => slotsOf(e).some((s) => varies.has(s) || own.has(s)))) return undefined;
      const partials = step.residual.map(partialsOf);
      if (partials.some((p) => p === undefined)) return undefined;
      for (const s of step.unknowns) touched.add(s);
      passes.push((rows, evaluate) => {
        const right = partials.map((list) => combine(list!.map((p) => [-evaluate(p.expr), rows.get(p.slot)])));
        return solveRows(step.unknowns, Float64Array.from(step.jacobian, evaluate), right, rows);
      });
    }
  }
  const last = ir.flow.map((f) => partialsOf(f.expr));
  if (last.some((p) => p === undefined)) return undefined;

  return {
    forcing: forcingDegree(ir, wanted),
    matrix(memory) {
      const n = ir.flow.length;
      const evaluate = createEvaluator(memory, ir.series);
      const rows = new Map<number, Row>(ir.flow.map((f, i) => [f.slot, new Map([[i, 1]])]));
      for (const pass of passes) if (!pass(rows, evaluate, memory)) return undefined;
      const a = new Float64Array(n * n);
      last.forEach((partials, i) => {
        for (const [j, value] of combine(partials!.map((p) => [evaluate(p.expr), rows.get(p.slot)]))) a[i * n + j] = value;
      });
      return a.every(Number.isFinite) ? a : undefined;
    },
  };
}

/** Sum of factor * row; an unknown row is zero. */
function combine(terms: readonly (readonly [number, Row | undefined])[]): Row {
  const sum: Row = new Map();
  for (const [factor, row] of terms) {
    if (row && factor !== 0) for (const [j, value] of row) sum.set(j, (sum.get(j) ?? 0) + factor * value);
  }
  return sum;
}

/** Rows of the unknowns from J dz = right. */
function solveRows(unknowns: readonly number[], jacobian: Float64Array, right: readonly Row[], rows: Map<number, Row>): boolean {
  const lu = luFactor(jacobian, unknowns.length);
  if (!(luRcond(lu) > 1.1e-16)) return false;
  const columns = [...new Set(right.flatMap((row) => [...row.keys()]))];
  const b = new Float64Array(unknowns.length * columns.length);
  right.forEach((row, i) => columns.forEach((j, c) => (b[i * columns.length + c] = row.get(j) ?? 0)));
  luSolve(lu, b, columns.length);
  unknowns.forEach((slot, i) => rows.set(slot, new Map(columns.map((j, c) => [j, b[i * columns.length + c]!]))));
  return true;
}

/** Degree in time of the flow's forcing between events; above 1 is "other". States count as constants: A is one. */
function forcingDegree(ir: Ir, steps: readonly Step[]): "constant" | "linear" | "other" {
  const slots = new Map<number, number>([[0, 1]]);
  const known = new Map<Expr, number>();
  const degree = (root: Expr): number => {
    for (const e of postorder([root], (x) => known.has(x))) known.set(e, degreeOf(e, e.args.map((a) => known.get(a)!), slots));
    return known.get(root)!;
  };
  for (const step of steps) {
    if (step.do === "latch") continue;
    let d = 0;
    if (step.do === "assign") d = degree(step.expr);
    else if (step.do === "matvec") d = Math.max(0, ...step.from.map((s) => slots.get(s) ?? 0));
    else {
      // Linear in its unknowns, else any dependence on time may come out bent.
      d = Math.max(...step.residual.map(degree));
      if (!step.linear && d > 0) d = Number.POSITIVE_INFINITY;
      if (step.jacobian.some((e) => degree(e) > 0)) d = Number.POSITIVE_INFINITY;
    }
    for (const s of stepWrites(step)) slots.set(s, d);
  }
  const highest = Math.max(...ir.flow.map((f) => degree(f.expr)));
  return highest === 0 ? "constant" : highest === 1 ? "linear" : "other";
}

function degreeOf(e: Expr, args: readonly number[], slots: ReadonlyMap<number, number>): number {
  const [a = 0, b = 0, c = 0] = args;
  switch (e.op) {
    case "slot": return slots.get(e.value) ?? 0;
    case "add":
    case "sub":
    case "neg": return Math.max(a, b);
    case "mul": return a + b <= 1 ? a + b : Number.POSITIVE_INFINITY;
    case "div": return b === 0 ? a : Number.POSITIVE_INFINITY;
    case "if": return a === 0 ? Math.max(b, c) : Number.POSITIVE_INFINITY;
    default: return args.every((d) => d === 0) ? 0 : Number.POSITIVE_INFINITY;
  }
}
