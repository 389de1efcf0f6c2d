/**
 * What drives the states of a linear model: its flow is A x + F u with few drivers u, signals or whole derivatives taken at x = 0,
 * and F made of parameters. So what is propagated has a column for each input rather than one for each state that it drives.
 */
import { createAlgebra } from "../../expr/algebra.ts";
import type { Expr } from "../../expr/expr.ts";
import { createRewriter, slotsOf } from "../../expr/walk.ts";
import { slotsRead, slotsWritten } from "../../ir/dependence.ts";
import { createGradients } from "../../ir/gradients.ts";
import type { Ir, Step } from "../../ir/ir.ts";
import { createPartials } from "../../ir/partials.ts";
import { createNeeds } from "./needed.ts";
import { isInline, type Item, type Put } from "./program.ts";

export interface Forcing {
  readonly count: number;
  /** Puts the drivers side by side, at the time and the modes in memory. */
  readonly items: readonly Item[];
  /** The same just after an event: what the algebra has computed there serves. */
  readonly here: readonly Item[];
  /** What both read and do not compute themselves. */
  readonly reads: readonly Expr[];
  /** The columns of F, from a settled memory. */
  readonly columns: (memory: Float64Array) => readonly Float64Array[];
}

export const noForcing: Forcing = { count: 0, items: [], here: [], reads: [], columns: () => [] };

/** A signal, or the derivative of the k-th state. */
type Driver = { readonly slot: number } | { readonly state: number };

/** Undefined where it cannot be told apart from the states. */
export function forcingOf(ir: Ir): Forcing | undefined {
  const driven = ir.flow.map((_, state): Driver => ({ state }));
  const byState = withoutStates(ir, driven);
  if (!byState) return undefined;
  const signals = driversOf(ir);
  const bySignal = signals.length < byState.drivers.length ? withoutStates(ir, signals) : undefined;
  const { items, here, drivers } = bySignal ?? byState;
  const m = createAlgebra();
  const reads = [...outsideOf(items), ...outsideOf(here)].map((slot) => m.slot(slot));
  const partials = createPartials();
  return {
    count: drivers.length,
    items,
    here,
    reads,
    columns(memory) {
      const columns = drivers.map(() => new Float64Array(ir.flow.length));
      const column = new Map<number, Float64Array>();
      const own = new Set<number>();
      drivers.forEach((driver, d) => {
        if ("slot" in driver) return void column.set(driver.slot, columns[d]!);
        columns[d]![driver.state] = 1;
        own.add(driver.state);
      });
      if (column.size === 0) return columns;
      const gradient = createGradients(ir, memory, [...column.keys()], false, partials);
      ir.flow.forEach(({ expr }, i) => {
        if (!own.has(i)) for (const [slot, value] of gradient(expr)) column.get(slot)![i] = value;
      });
      return columns;
    },
  };
}

/** Signals in which the flow is linear and without which it would be 0 at x = 0; derivatives where that cannot be had. */
function driversOf(ir: Ir): readonly Driver[] {
  const m = createAlgebra();
  const zero = new Set(ir.flow.map(({ slot }) => slot));
  const states = new Set(zero);
  const without = createRewriter(m, (e) => (e.op === "slot" && zero.has(e.value) ? m.num(0) : e));
  const partials = createPartials();
  const isParameter = (slot: number): boolean => ir.slots[slot]!.kind === "param";
  const linear = (e: Expr): boolean =>
    [...partials(e)].every(([slot, partial]) => isParameter(slot) || slotsOf(partial).every(isParameter));
  const isZero = (e: Expr): boolean => {
    const simple = without(e);
    return simple.op === "num" && simple.value === 0;
  };
  const drivers: Driver[] = [];
  const needs = createNeeds(ir);
  /** Signals that are linear in drivers or states, as those they read tell; all are taken for 0 from then on. */
  const passed = new Map<number, readonly number[]>();
  const leaves = new Set<number>();
  for (const { expr } of ir.flow) {
    for (const step of needs(slotsOf(expr))) {
      for (const slot of slotsWritten(step)) {
        const through = step.do === "matvec" || (step.do === "assign" && isZero(step.expr) && linear(step.expr));
        if (through) passed.set(slot, slotsRead(step));
        else leaves.add(slot);
        zero.add(slot);
      }
    }
  }
  const seen = new Set<number>();
  const reach = (slots: readonly number[]): void => {
    const waiting = [...slots];
    for (let slot = waiting.pop(); slot !== undefined; slot = waiting.pop()) {
      if (seen.has(slot)) continue;
      seen.add(slot);
      if (leaves.has(slot)) drivers.push({ slot });
      else if (!states.has(slot)) waiting.push(...(passed.get(slot) ?? []));
    }
  };
  ir.flow.forEach(({ expr }, state) => {
    if (isZero(expr) && linear(expr)) reach(slotsOf(expr));
    else drivers.push({ state });
  });
  return drivers;
}

/** Drivers with all states 0, simplified; those that are not 0. */
function withoutStates(
  ir: Ir,
  wanted: readonly Driver[],
):
  { readonly items: readonly Item[]; readonly here: readonly Item[]; readonly drivers: readonly Driver[] } | undefined {
  const m = createAlgebra();
  const zero = new Set(ir.flow.map(({ slot }) => slot));
  const without = createRewriter(m, (e) => (e.op === "slot" && zero.has(e.value) ? m.num(0) : e));
  const needs = createNeeds(ir);
  const items: Item[] = [];
  const drivers: Driver[] = [];
  const puts: Put[] = [];
  const take = (step: Step): boolean => {
    if (step.do === "assign") {
      const simple = without(step.expr);
      if (simple.op === "num" && simple.value === 0) zero.add(step.slot);
      else items.push({ ...step, expr: simple });
      return true;
    }
    if (step.do === "matvec") {
      const still = step.from.filter((slot) => zero.has(slot)).length;
      if (still === step.from.length) for (const slot of step.to) zero.add(slot);
      else if (still === 0) items.push(step);
      else return false;
      return true;
    }
    if (step.do !== "solve" || !isInline(step)) return false;
    items.push({ ...step, residual: step.residual.map(without), jacobian: step.jacobian.map(without) });
    return true;
  };
  for (const driver of wanted) {
    const expr = "slot" in driver ? m.slot(driver.slot) : ir.flow[driver.state]!.expr;
    if (!needs(slotsOf(expr)).every(take)) return undefined;
    const simple = without(expr);
    if (simple.op === "num" && simple.value === 0) continue;
    puts.push({ do: "put", offset: 8 * drivers.length, expr: simple });
    drivers.push(driver);
  }
  const all = [...items, ...puts];
  // What no state reaches has just been computed with everything else.
  const free = drivers.every((driver) => "slot" in driver && !reachesStates(ir, driver.slot));
  return { items: all, here: free ? puts : all, drivers };
}

/** Whether any step that the signal needs reads a continuous state. */
function reachesStates(ir: Ir, slot: number): boolean {
  const states = new Set(ir.flow.map((state) => state.slot));
  return createNeeds(ir)([slot]).some((step) => slotsRead(step).some((read) => states.has(read)));
}

/** Slots that items read and do not write themselves. */
function outsideOf(items: readonly Item[]): ReadonlySet<number> {
  const written = new Set(items.flatMap((item) => (item.do === "put" ? [] : slotsWritten(item))));
  const read = items.flatMap((item) => (item.do === "put" ? slotsOf(item.expr) : slotsRead(item)));
  return new Set(read.filter((slot) => !written.has(slot)));
}
