/**
 * Equilibria: states, inputs and what transport delays carry such that nothing changes (or changes as asked) and outputs are
 * where they are wanted. Every sample is taken and every mode refreshed at each try, derivatives are exact, and what is
 * undetermined or contradictory is said by name.
 */
import { createAlgebra } from "../expr/algebra.ts";
import type { Expr } from "../expr/expr.ts";
import { createGradients } from "../ir/gradients.ts";
import type { Model, Problem } from "../ir/ir.ts";
import { createPartials } from "../ir/partials.ts";
import { undriven } from "../ir/undriven.ts";
import { leastSquares, type LeastSquaresResult, termSizes } from "../math/leastSquares.ts";
import { interpret } from "../sim/interpret.ts";
import { settleThere, slotNamed, startOf, unknownQuantity } from "./operatingPoint.ts";
import { findSignal } from "./points.ts";
import type { Trimmed, TrimmedQuantity, TrimmedState, TrimResidual, TrimSpec, Wish, Wishes } from "./trimmed.ts";

export type TrimOutcome =
  { readonly ok: true; readonly trimmed: Trimmed } | { readonly ok: false; readonly problems: readonly Problem[] };

interface Unknown {
  readonly name: string;
  readonly path: string;
  readonly slot: number;
  readonly start: number;
  readonly min: number;
  readonly max: number;
  /** It only stands for a bounded output: an equation ties it to that. */
  readonly slack?: true;
}

interface Equation {
  readonly name: string;
  readonly path: string;
  /** How a state changes, or what a signal is. */
  readonly of: "change" | "signal";
  readonly slot: number;
  readonly expr: Expr;
  readonly target: number;
  /** Taken off: the state itself (sampled), or the unknown that the signal has to equal. */
  readonly less?: number;
}

const settled = 1e-10;
const mostUnknowns = 1500;
const m = createAlgebra();

function signal(slot: number, name: string, path: string): Equation {
  return { name, path, of: "signal", slot, expr: m.slot(slot), target: 0 };
}

export function trim(model: Model, spec: TrimSpec = {}): TrimOutcome {
  const free = undriven(model);
  const { ir } = free;
  const start = spec.at ?? startOf(model);
  const engine = interpret(free);
  engine.memory.set(start);
  const { memory } = engine;
  const updates = ir.tasks.flatMap((task) => task.updates);
  const moving = [...ir.flow, ...updates];
  const problems: Problem[] = [];
  const wished = (slots: readonly number[], wishes: Wishes = {}): Map<number, Wish> => {
    const found = new Map<number, Wish>();
    for (const [name, wish] of Object.entries(wishes)) {
      const slot = slotNamed(free, slots, name);
      if (slot === undefined) problems.push(unknownQuantity(name));
      else found.set(slot, wish);
      if ((wish.min ?? -Infinity) > (wish.max ?? Infinity)) problems.push(boundsProblem(name));
    }
    return found;
  };
  const states = moving.map(({ slot }) => slot);
  const stateWishes = wished(states, spec.states);
  const inputWishes = wished(ir.inputs, spec.inputs);
  const outputs = outputsOf(free, spec.outputs ?? {}, problems);
  const changes = new Map<number, number | "free">();
  for (const [name, change] of Object.entries(spec.derivatives ?? {})) {
    const slot = slotNamed(free, states, name);
    if (slot === undefined) problems.push(unknownQuantity(name));
    else changes.set(slot, change);
  }
  if (problems.length > 0) return { ok: false, problems };

  const unknowns: Unknown[] = [];
  const put = new Map<number, number>();
  const seek = (slot: number, wish: Wish | undefined, fixed: boolean): void => {
    const value = wish?.value ?? start[slot]!;
    put.set(slot, value);
    if (wish?.fixed ?? fixed) return;
    const { label, path } = ir.slots[slot]!;
    unknowns.push({
      name: label,
      path,
      slot,
      start: value,
      min: wish?.min ?? -Infinity,
      max: wish?.max ?? Infinity,
    });
  };
  for (const slot of states) seek(slot, stateWishes.get(slot), false);
  // An input is given unless something is asked of it: a wish without a value to stay at sets it free.
  for (const slot of ir.inputs) {
    const wish = inputWishes.get(slot);
    seek(slot, wish, wish === undefined);
  }

  const equations: Equation[] = [];
  const sampled = new Set(updates.map(({ slot }) => slot));
  for (const assign of moving) {
    const change = changes.get(assign.slot) ?? 0;
    if (change === "free") continue;
    const { label, path } = ir.slots[assign.slot]!;
    const own = sampled.has(assign.slot);
    const name = own ? `${label}[k+1] - ${label}[k] = ${change}` : `d/dt ${label} = ${change}`;
    const less = own ? { less: assign.slot } : {};
    equations.push({ name, path, of: "change", slot: assign.slot, expr: assign.expr, target: change, ...less });
  }
  // What a delay gives is what it takes, once nothing changes; the engine reads it from here.
  const delays = ir.algebra.flatMap((step) => (step.do === "delay" ? [step] : []));
  delays.forEach((step, k) => {
    const { label, path } = ir.slots[step.slot]!;
    put.set(step.slot, start[step.slot]!);
    engine.delays[k]!.read = () => put.get(step.slot)!;
    unknowns.push({ name: label, path, slot: step.slot, start: start[step.slot]!, min: -Infinity, max: Infinity });
    equations.push({ ...signal(step.from, `${label} at rest`, path), less: step.slot });
  });
  let slack = ir.slots.length;
  for (const { slot, label, path, wish } of outputs) {
    if (wish.fixed ?? (wish.min === undefined && wish.max === undefined))
      equations.push({ ...signal(slot, `${label} = ${wish.value}`, path), target: wish.value! });
    else {
      const [min, max] = [wish.min ?? -Infinity, wish.max ?? Infinity];
      const value = Math.min(Math.max(wish.value ?? start[slot]!, min), max);
      put.set(slack, value);
      unknowns.push({ name: label, path, slot: slack, start: value, min, max, slack: true });
      const name = `${label} from ${min} to ${max}`;
      equations.push({ ...signal(slot, name, path), less: slack++ });
    }
  }
  const n = unknowns.length;
  if (Math.max(n, equations.length) > mostUnknowns) return { ok: false, problems: [largeProblem(n)] };

  const partials = createPartials();
  const seeds = [...new Set([...states, ...ir.inputs, ...delays.map(({ slot }) => slot)])];
  const place = new Map(unknowns.map(({ slot }, j) => [slot, j]));
  const kept = [...states, ...ir.inputs];
  const derivative = new Float64Array(ir.flow.length);
  const next = ir.tasks.map((task) => new Float64Array(task.updates.length));
  const changeOf = new Map<number, number>();
  /** Computes everything at p. */
  function settle(p: Float64Array): void {
    unknowns.forEach(({ slot }, j) => put.set(slot, p[j]!));
    settleThere(
      engine,
      kept.map((slot) => [slot, put.get(slot)!]),
    );
    engine.flow(derivative);
    ir.flow.forEach(({ slot }, i) => changeOf.set(slot, derivative[i]!));
    ir.tasks.forEach((task, k) => {
      engine.update(k, next[k]!);
      task.updates.forEach(({ slot }, i) => changeOf.set(slot, next[k]![i]! - memory[slot]!));
    });
  }
  const valueOf = ({ of, slot, target, less }: Equation): number =>
    of === "change" ? changeOf.get(slot)! - target : memory[slot]! - target - (less === undefined ? 0 : put.get(less)!);
  const found: LeastSquaresResult | undefined = leastSquares({
    start: Float64Array.from(unknowns, (u) => u.start),
    lower: Float64Array.from(unknowns, (u) => u.min),
    upper: Float64Array.from(unknowns, (u) => u.max),
    residual(p) {
      settle(p);
      const r = Float64Array.from(equations, valueOf);
      return engine.failedLoop() || !r.every(Number.isFinite) ? undefined : r;
    },
    jacobian() {
      const gradient = createGradients(ir, memory, seeds, true, partials);
      const matrix = new Float64Array(equations.length * n);
      equations.forEach(({ expr, less }, i) => {
        for (const [slot, value] of gradient(expr)) {
          const j = place.get(slot);
          if (j !== undefined) matrix[i * n + j]! += value;
        }
        const j = less === undefined ? undefined : place.get(less);
        if (j !== undefined) matrix[i * n + j]! -= 1;
      });
      return matrix;
    },
  });
  if (!found) return { ok: false, problems: [startProblem()] };
  settle(found.p);

  const sizes = termSizes(found.jacobian, found.p, equations.length, n);
  const residuals = equations.map((equation, i): TrimResidual => {
    const value = valueOf(equation);
    return { name: equation.name, path: equation.path, value, scaled: Math.abs(value) / sizes[i]! };
  });
  const residual = residuals.reduce((top, one) => Math.max(top, one.scaled), 0);
  const met = residual <= settled;
  const quantity = (slot: number, wish: Wish | undefined, fixed: boolean): TrimmedQuantity => {
    const { path, label } = ir.slots[slot]!;
    const value = memory[slot]!;
    return { path, label, value, fixed: wish?.fixed ?? fixed, ...boundsOf(wish, value) };
  };
  const freeOnes = unknowns.filter((_, j) => found.held[j] === 0);
  const most = found.singular[0] ?? 0;
  const counted = found.singular.filter((s) => s > 1e-10 * most && s > 0);
  const rank = counted.length;
  const trimmed: Trimmed = {
    ok: met,
    memory: memory.slice(),
    t: memory[0]!,
    states: moving.map(({ slot }): TrimmedState => {
      const own = quantity(slot, stateWishes.get(slot), false);
      return { ...own, sampled: sampled.has(slot), change: changeOf.get(slot)! };
    }),
    inputs: ir.inputs.map((slot) => quantity(slot, inputWishes.get(slot), !inputWishes.has(slot))),
    outputs: outputsShown(free, outputs).map(({ slot, label, path, wish }) => {
      const value = memory[slot]!;
      const fixed = wish !== undefined && (wish.fixed ?? (wish.min === undefined && wish.max === undefined));
      return { path, label, value, fixed, ...boundsOf(wish, value) };
    }),
    residuals,
    residual,
    iterations: found.iterations,
    jacobian: {
      equations: equations.length,
      unknowns: n,
      rank,
      rcond: rank === 0 ? 1 : counted[rank - 1]! / most,
    },
    problems: outcomeProblems({ unknowns, found }, residuals, met, freeOnes, rank),
  };
  return { ok: true, trimmed };
}

interface OutputWish {
  readonly slot: number;
  readonly label: string;
  readonly path: string;
  readonly wish: Wish;
}

function outputsOf({ ir }: Model, wishes: Wishes, problems: Problem[]): OutputWish[] {
  return Object.entries(wishes).flatMap(([name, wish]) => {
    const own = ir.outputs.filter((o) => o.label === name || o.path === name || o.block === name);
    const found =
      own.length > 0 ? own : findSignal(ir, name).map((one) => ({ ...one, path: ir.slots[one.slot]!.path }));
    if (found.length === 0) problems.push(unknownQuantity(name));
    if ((wish.min ?? -Infinity) > (wish.max ?? Infinity)) problems.push(boundsProblem(name));
    const fixed = wish.fixed ?? (wish.min === undefined && wish.max === undefined);
    if (fixed && wish.value === undefined) problems.push(valueProblem(name));
    return found.map(({ slot, label, path }) => ({ slot, label, path, wish }));
  });
}

/** The model's outputs, then other signals that something was asked of. */
function outputsShown({ ir }: Model, wished: readonly OutputWish[]) {
  const asked = new Map(wished.map((one) => [one.path, one]));
  const own = ir.outputs.map(({ slot, label, path }) => ({ slot, label, path, wish: asked.get(path)?.wish }));
  const paths = new Set(own.map(({ path }) => path));
  return [...own, ...wished.filter(({ path }) => !paths.has(path))];
}

function boundsOf(wish: Wish | undefined, value: number): Partial<Pick<TrimmedQuantity, "min" | "max" | "bound">> {
  const near = (bound: number | undefined): boolean =>
    bound !== undefined && Math.abs(value - bound) <= 1e-9 * Math.max(1, Math.abs(bound));
  const bound = near(wish?.min) ? ("min" as const) : near(wish?.max) ? ("max" as const) : undefined;
  return {
    ...(wish?.min === undefined ? {} : { min: wish.min }),
    ...(wish?.max === undefined ? {} : { max: wish.max }),
    ...(bound ? { bound } : {}),
  };
}

function outcomeProblems(
  { unknowns, found }: { readonly unknowns: readonly Unknown[]; readonly found: LeastSquaresResult },
  residuals: readonly TrimResidual[],
  met: boolean,
  free: readonly Unknown[],
  rank: number,
): Problem[] {
  const problems: Problem[] = [];
  // Directions in which the unknowns may move and nothing changes; a slack only follows.
  const loose = free.filter(({ slack }, k) => {
    let along = 0;
    for (let column = rank; column < found.directions.columns; column++)
      along = Math.max(along, Math.abs(found.directions.get(k, column)));
    return !slack && (along > 1e-3 || found.directions.rows === 0);
  });
  const moving = loose.map(({ name }) => name);
  if (rank < free.length && moving.length > 0) {
    const names = moving.slice(0, 8).join(", ");
    problems.push({
      severity: "warning",
      code: "TRIM_RANK",
      path: free[0]?.path ?? "",
      message: `The equations leave open: ${names}.`,
      hint: "This is one point of many, near where the search began: fix one of these, or ask more of the outputs.",
      values: { names },
    });
  }
  if (met) return problems;
  const at = unknowns.filter((_, j) => found.held[j] !== 0);
  if (at.length > 0) {
    const names = at.map(({ name }) => name).join(", ");
    problems.push({
      severity: "error",
      code: "TRIM_BOUNDS",
      path: at[0]!.path,
      message: `There is no equilibrium within the bounds: ${names} would have to go further.`,
      hint: "Widen these bounds, or set something else free.",
      values: { names },
    });
  }
  const worst = residuals.filter((one) => one.scaled > settled).sort((a, b) => b.scaled - a.scaled);
  const names = worst
    .slice(0, 5)
    .map((one) => one.name)
    .join(", ");
  problems.push({
    severity: "error",
    code: "TRIM_NO_CONVERGENCE",
    path: worst[0]?.path ?? "",
    message: `No point was found where all holds; what remains unmet: ${names}.`,
    hint: "Begin elsewhere, set more free, or ask for less.",
    values: { names, residual: worst[0]?.value ?? 0 },
  });
  return problems;
}

function boundsProblem(name: string): Problem {
  return {
    severity: "error",
    code: "TRIM_WISH",
    path: "",
    message: `The lower bound of "${name}" is above its upper one.`,
    values: { name },
  };
}

function valueProblem(name: string): Problem {
  return {
    severity: "error",
    code: "TRIM_WISH",
    path: "",
    message: `"${name}" is fixed, but to no value.`,
    values: { name },
  };
}

function largeProblem(unknowns: number): Problem {
  return {
    severity: "error",
    code: "TRIM_TOO_LARGE",
    path: "",
    message: `An equilibrium of ${unknowns} unknowns is too large to search for; at most ${mostUnknowns} are.`,
    hint: "Trim a part of the diagram by itself.",
    values: { unknowns, most: mostUnknowns },
  };
}

function startProblem(): Problem {
  return {
    severity: "error",
    code: "TRIM_START",
    path: "",
    message: "The equations cannot be computed where the search begins.",
    hint: "Begin at other states or inputs.",
  };
}
